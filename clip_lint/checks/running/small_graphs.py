"""Where a graph for gradients that nobody takes costs little: CLP402 is a note there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.reading.prompt_sets import known_texts
from clip_lint.reading.values import Features, Text, Tristate, Unknown, options
from clip_lint.reading.values.plain import ENTRY

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
_LABELS = 100
"""So many beside a picture hold less than half a gigabyte until the call ends."""


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
    """Whether each call takes little, and its graph ends with it: such a graph costs some 30 MB for a moment, and no time to speak of."""
    is_as_meant = encode.thread is None  # who has written `no_grad` is told where it does not hold
    return is_as_meant and _is_of_program(encode, facts) and _is_little(encode) and _ends(encode, facts)


def _is_of_program(encode: Encode, facts: Facts) -> bool:
    """Whether it is seen what the call is for: not in a function of a file that nothing imports and that does not say that it is run.

    Where a loop of the program calls it, the program says it.
    """
    is_used = facts.serves or facts.is_program or facts.is_rerun or bool(encode.loops)
    return is_used or encode.site.function in _MAIN


def _is_little(encode: Encode) -> bool:
    """Whether a call encodes one picture (and what labels there are for it) or one text; a few texts are as little."""
    if encode.modality != "text" and not encode.is_single:
        return False
    if encode.texts is None or (encode.is_single and encode.modality == "text"):
        return encode.is_single
    if encode.modality == "text" and not known_texts(encode.texts):
        return all(_is_called_one(each, in_loop=bool(encode.loops)) for each in options(encode.texts))
    return len(known_texts(encode.texts)) <= (_FEW if encode.modality == "text" else _LABELS)


_SEVERAL = re.compile(r"(?:[^s]s|list|batch|all|data|df)\d*$", re.IGNORECASE)


def _is_called_one(texts: Value, *, in_loop: bool) -> bool:
    """Whether nothing says that these are several: no list, no column of a table, no plural."""
    if not isinstance(texts, Unknown):
        return isinstance(texts, Text)
    may_be_column = texts.source == ENTRY and not in_loop
    return texts.source == "builtins.str" or not (may_be_column or _SEVERAL.search(texts.name))


def _ends(encode: Encode, facts: Facts) -> bool:
    """Whether a graph is gone after the call: what is taken of the result holds none, or nothing outlives the call that holds it.

    Those of a few texts that the code names may stay: they are few.
    """
    keys = _carriers(encode, facts)
    if keys & facts.detached or _is_of_few_texts(encode):
        return True
    if _is_kept(encode, facts):
        return False
    if keys & facts.read_out:
        return True
    is_gathered = any(loop.kind == "comprehension" for loop in encode.loops)
    return not is_gathered and not any(each.site.key in keys for each in facts.handed_out)


def _is_of_few_texts(encode: Encode) -> bool:
    return (
        encode.modality == "text" and encode.texts is not None and 0 < len(known_texts(encode.texts)) <= _FEW
    )


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
    (_is_in_finished_notebook, "though this notebook has run"),
    (_is_beside_pictures, "though for texts alone: the pictures are under it"),
)


def cost_of_little(encodes: Sequence[Encode], facts: Facts) -> str:
    """What the graphs of a call cost, on all ways to it, where that is little; else empty."""
    for is_small, cost in _COSTS:
        if all(is_small(each, facts) for each in encodes):
            return f"that takes memory for nothing, {cost}"
    return ""
