"""Where a graph for gradients that nobody takes costs little: CLP402 is a note there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.reading.prompt_sets import known_texts
from clip_lint.reading.values import Features, Tristate, options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.reading.facts import Encode, Facts
    from clip_lint.reading.values import Site, Value

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
    """Whether the call runs as often as a program's own lines say: from its top, and in nothing that is there to be used again.

    That are classes and other files, and functions of a file that does not say that it is run: the next import calls them.
    """
    entry = encode.site.entry
    is_begun_at_top = not entry or entry.rpartition("::")[2] in _MAIN
    is_own = facts.is_program or encode.site.function in _MAIN or bool(entry)
    return (
        is_begun_at_top and is_own and not (encode.is_method or encode.site.via is not None or facts.serves)
    )


def _is_over_at_once(encode: Encode, facts: Facts) -> bool:
    """Whether a script goes through its pictures one by one and each graph ends with its round: what is taken of the result holds none."""
    if not (encode.is_single and all(loop.kind in _BOUNDED for loop in encode.loops)):
        return False
    keys = _carriers(encode, facts)
    is_let_go = bool(keys & facts.detached) or (bool(keys & facts.read_out) and not _is_kept(encode, facts))
    return is_let_go and _is_of_script(encode, facts)


def _is_one_text(encode: Encode, facts: Facts) -> bool:
    """Whether a program encodes a text at a time, whose graph ends where the numbers are taken: a few layers of a few tokens."""
    is_of_program = facts.serves or facts.is_program or encode.is_method
    if not is_of_program or encode.modality != "text" or not encode.is_single or _is_kept(encode, facts):
        return False
    return bool(_carriers(encode, facts) & (facts.detached | facts.read_out))


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


def _is_beside_pictures(encode: Encode, facts: Facts) -> bool:
    """Whether these are texts and the same function, or what calls it, encodes the pictures without a graph; no loop keeps the result."""
    if encode.modality != "text" or any(kept.site == encode.site for kept in facts.kept):
        return False
    return any(
        other.modality == "image"
        and other.grad is Tristate.NO
        and other.model.load == encode.model.load
        and other.site.entry == encode.site.entry
        for other in facts.encodes
    )


_COSTS = (
    (_runs_once, "here once"),
    (_is_over_at_once, "for one at a time"),
    (_is_one_text, "for one text at a time"),
    (_is_in_finished_notebook, "though this notebook has run"),
    (_is_beside_pictures, "though for texts alone: the pictures are under it"),
)


def cost_of_little(encodes: Sequence[Encode], facts: Facts) -> str:
    """What the graphs of a call cost, on all ways to it, where that is little; else empty."""
    for is_small, cost in _COSTS:
        if all(is_small(each, facts) for each in encodes):
            return f"that takes memory and time for nothing, {cost}"
    return ""
