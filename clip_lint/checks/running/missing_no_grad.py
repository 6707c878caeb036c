"""CLP402: inference that builds a graph."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.running.in_tests import in_tests
from clip_lint.core.finding import Severity
from clip_lint.reading.prompt_sets import known_texts
from clip_lint.reading.values import Features, Tristate, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts
    from clip_lint.reading.values import Site, Value


@check("CLP402")
def missing_no_grad(facts: Facts) -> Iterator[Finding]:
    """Inference that builds a graph."""
    for encodes in _by_site(facts).values():
        if not all(_records_graph(encode, facts) for encode in encodes):
            continue
        encode = encodes[0]
        if in_tests(encode.site):
            continue
        if all(_is_called_under_it(each, facts) for each in encodes):
            continue
        severity, consequence, use = _consequence(encode, facts)
        if severity is Severity.WARNING and all(_runs_once(each, facts) for each in encodes):
            severity, consequence = Severity.NOTE, "that takes memory and time for nothing, here once"
        elif severity is Severity.WARNING and all(_is_over_at_once(each, facts) for each in encodes):
            severity, consequence = Severity.NOTE, "that takes memory and time for nothing, for one at a time"
        elif severity is Severity.WARNING and all(_is_in_finished_notebook(each, facts) for each in encodes):
            severity, consequence = (
                Severity.NOTE,
                "that takes memory and time for nothing, though this notebook has run",
            )
        elif (
            severity is Severity.WARNING
            and not use
            and all(_is_beside_pictures(each, facts) for each in encodes)
        ):
            severity, consequence = (
                Severity.NOTE,
                "that takes memory and time for nothing, though for texts alone: the pictures are under it",
            )
        function, place = encode.site.function, encode.site.place
        yield report(
            "CLP402",
            encode.site,
            message=f"the model runs {_where(encode)}, so {_MADE if severity is Severity.ERROR else _KEPT}{consequence}",
            help="put it under `torch.no_grad()` (a `with` block or a decorator)"
            if encode.thread is None
            else "put `torch.no_grad()` into the function that the thread runs",
            severity=severity,
            related=[
                (encode.model.load, "the model is loaded here"),
                (encode.thread, "a thread is given the call here"),
                *use,
            ],
            checkpoint=encode.model.checkpoint,
            group=f"{place.path}::{place.cell}::{function}",
        )


_KEPT = "PyTorch keeps all that a backward pass would need: "
_MADE = "its result requires a gradient, and "


def _where(encode: Encode) -> str:
    """How it comes that gradients are recorded."""
    if encode.thread is None:
        return "without `torch.no_grad()`"
    return "in a thread of its own, where the `torch.no_grad()` around it does not hold"


def _consequence(encode: Encode, facts: Facts) -> tuple[Severity, str, list[tuple[Site, str]]]:
    """How much the graph matters, what it does here, and where.

    A graph holds every activation of the tower until its result goes. Detaching the result at once frees them only when
    the call has run: a batch that would fit without them has run out of memory by then.
    """
    if encode.site.key in facts.detached:
        return Severity.WARNING, "that takes memory and time at every call, until the result is detached", []
    for converted in facts.converted:
        if converted.site == encode.site and converted.use.function == encode.site.function:
            told = "turning such a tensor into a NumPy array raises an error"
            return Severity.ERROR, told, [(converted.use, "this raises")]
    for kept in facts.kept:
        if kept.site == encode.site:
            told = "the loop collects such results, so memory grows with every round"
            return Severity.WARNING, told, [(kept.use, "kept here")]
    return Severity.WARNING, "that takes memory and time for nothing, at every call", []


_MAIN = frozenset({"", "main", "_main", "amain"})
_SET_UP = re.compile(
    r"(?:^|\.)(?:__init__|__post_init__|__new__|__enter__|set_?up|_?init\w*|_?set_?up_\w+|_?load_\w+)$"
)
"""Functions that make an object, or what a program needs before its first picture."""
_FEW = 20
"""So many texts are kept without harm."""


def _runs_once(encode: Encode, facts: Facts) -> bool:
    """Whether the call stands outside every loop in what runs once: a program from its top, or the set-up that encodes its few texts."""
    if encode.loops or facts.is_rerun:
        return False
    function = encode.site.function
    if function in _MAIN or _is_of_script(encode, facts):
        return True
    return (
        encode.modality == "text"
        and _SET_UP.search(function) is not None
        and (encode.texts is None or len(known_texts(encode.texts)) <= _FEW)
    )


def _is_of_script(encode: Encode, facts: Facts) -> bool:
    """Whether the call runs as often as a program's own lines say: from its top, and in no class, which is there to be used again."""
    entry = encode.site.entry
    is_begun_at_top = not entry or entry.rpartition("::")[2] in _MAIN
    return is_begun_at_top and not (encode.is_method or facts.serves)


def _is_over_at_once(encode: Encode, facts: Facts) -> bool:
    """Whether a script goes through its pictures one by one and each graph ends with its round: what is taken of the result holds none."""
    if not (encode.is_single and all(loop.kind in _BOUNDED for loop in encode.loops)):
        return False
    keys = _carriers(encode, facts)
    is_let_go = bool(keys & facts.detached) or (bool(keys & facts.read_out) and not _is_kept(encode, facts))
    return is_let_go and _is_of_script(encode, facts)


_BOUNDED = frozenset({"for", "comprehension"})
"""Loops that go through something and end; others wait for what comes."""


def _carriers(encode: Encode, facts: Facts) -> frozenset[int]:
    """Keys of what holds the graph of an encoding: itself, and the scores that are made of it."""
    scores = (
        compare.scores.origin.key
        for compare in facts.compares
        if compare.scores.origin is not None
        and any(
            encode.site == _origin(option)
            for side in (compare.left, compare.right)
            for option in options(side)
        )
    )
    return frozenset((encode.site.key, *scores))


def _origin(value: Value) -> Site | None:
    return value.origin if isinstance(value, Features) else None


def _is_kept(encode: Encode, facts: Facts) -> bool:
    """Whether a loop collects what holds the graph."""
    keys = _carriers(encode, facts)
    return any(kept.site.key in keys for kept in facts.kept)


def _is_in_finished_notebook(encode: Encode, facts: Facts) -> bool:
    """Whether a notebook that has run calls it, or might: no class for other programs, and nothing grows with the rounds of a loop."""
    if not facts.has_run or encode.is_method or facts.serves:
        return False
    if _carriers(encode, facts) & facts.detached:
        return True
    grows = any(loop.kind == "comprehension" for loop in encode.loops) or _is_kept(encode, facts)
    return not grows and all(loop.kind in _BOUNDED for loop in encode.loops)


def _is_called_under_it(encode: Encode, facts: Facts) -> bool:
    """Whether nobody is seen to call a method, and all that is called of its class is called with gradients off."""
    function = encode.site.function
    if not encode.is_method or not encode.site.entry.endswith(f"::{function}"):
        return False
    of_class = function.rpartition(".")[0] + "."
    siblings = [
        other
        for other in facts.encodes
        if other.site.source is encode.site.source
        and other.site.key != encode.site.key
        and other.site.function.startswith(of_class)
    ]
    return bool(siblings) and all(other.is_under for other in siblings)


def _is_beside_pictures(encode: Encode, facts: Facts) -> bool:
    """Whether these are texts and the same function, or what calls it, encodes the pictures without a graph."""
    return encode.modality == "text" and any(
        other.modality == "image"
        and other.grad is Tristate.NO
        and other.model.load == encode.model.load
        and other.site.entry == encode.site.entry
        for other in facts.encodes
    )


def _records_graph(encode: Encode, facts: Facts) -> bool:
    load = encode.model.load
    if encode.grad is not Tristate.YES or encode.wants_gradient:
        return False
    if encode.is_self_managed or encode.in_framework:
        return False
    if load is None and encode.model.checkpoint.name is None and encode.model.is_given:
        return False  # whoever passes the model in may have switched gradients off
    return load is None or not ({load.key} & (facts.frozen | facts.trained))


def _by_site(facts: Facts) -> dict[int, list[Encode]]:
    found: dict[int, list[Encode]] = {}
    for encode in facts.encodes:
        found.setdefault(encode.site.key, []).append(encode)
    return found
