"""CLP402: inference that builds a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.running.in_tests import in_tests
from clip_lint.checks.running.small_graphs import cost_of_little
from clip_lint.core.finding import Severity
from clip_lint.reading.values import Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts
    from clip_lint.reading.values import Site


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
        cost = cost_of_little(encodes, facts) if severity is Severity.WARNING else ""
        if cost:
            severity, consequence, use = Severity.NOTE, cost, []
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
        return Severity.WARNING, "that takes memory at every call, until the result is detached", []
    for converted in facts.converted:
        if converted.site == encode.site and converted.use.function == encode.site.function:
            told = "turning such a tensor into a NumPy array raises an error"
            return Severity.ERROR, told, [(converted.use, "this raises")]
    for kept in facts.kept:
        if kept.site == encode.site:
            told = "the loop collects such results, so memory grows with every round"
            return Severity.WARNING, told, [(kept.use, "kept here")]
    return Severity.WARNING, "that takes memory for nothing, at every call", []


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
