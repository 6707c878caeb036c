"""Statements that became too long, laid out over several lines as formatters do it; what cannot be laid out stays as it is."""

from __future__ import annotations

import ast
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from clip_lint.syntax.anew import (
    laid_anew,
    last_commas,
    length_of,
    part,
    ranges,
    spread,
    unbracketed,
    unit_of,
)
from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.standard import standard_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clip_lint.syntax.width import Width

_ALIKE = 24
"""So many first characters tell that a line is one that was there before."""
_TWO_OPEN = re.compile(r"[(\[{][\w.]*[(\[{]$")


def wrapped(before: str, after: str, width: Width) -> str:
    r"""A program (``\n`` line ends) whose changed lines keep to a width, as far as they did before and it can be done."""
    if "\r" in before or "\r" in after:
        return after  # the parser counts lines that end so
    try:
        tree = standard_tree(after)
    except UnparsableError:
        return after
    lines = after.split("\n")
    old = before.split("\n")
    whole = {number: each for each in ranges(tree) for number in each}
    grown = set(_grown(old, lines, width))
    nested = {*_nested(old, lines), *_opened_anew(before, lines, whole, width.limit)}
    if not grown | nested:
        return after
    meant, unit = ast.dump(tree), unit_of(tree, lines)
    done: set[int] = set()
    for number in sorted(grown | nested, reverse=True):
        own = whole.get(number)
        if own is None or number in done:
            continue
        before_it = lines[own.start : own.stop]
        anew = laid_anew(before_it, width.limit, unit, has_commas=not nested.isdisjoint(own))
        if anew is None:
            again = laid_anew(before_it, width.limit, unit, has_commas=True) or []
            anew = again if last_commas(again) >= last_commas(before_it) > 0 else None
        if anew is not None:
            anew = [unbracketed(anew[0])] if len(anew) == 1 < len(own) else anew
            lines[own.start : own.stop] = anew
            done.update(own)
        elif len(own) > 1 and len(lines[number].expandtabs(4)) > width.limit:
            lines[number : number + 1] = part(before_it, number - own.start, width.limit, unit)
    made = "\n".join(lines)
    try:
        is_same = ast.dump(standard_tree(made)) == meant
    except UnparsableError:
        return after
    return made if is_same else after


def _opened_anew(before: str, new: list[str], whole: Mapping[int, range], limit: int) -> Iterator[int]:
    """What changed in statements of several lines that stood as formatters put them: its first line, and all of several lines."""
    old = before.split("\n")
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = [each for each in codes if each[0] == "replace"]
    if not changed:
        return
    try:
        tree = standard_tree(before)
    except UnparsableError:
        return
    unit, every = unit_of(tree, old), list(spread(tree))
    is_laid = False
    for _, start, end, first, last in changed:
        for each in every:
            lines = old[each.lineno - 1 : each.end_lineno]
            if (
                each.lineno - 1 < end
                and start < (each.end_lineno or 0)
                and laid_anew(lines, limit, unit, has_commas=True) == lines
            ):
                is_laid = True
                yield first
                yield from _moved(lines, new, range(first, last))
    for kind, _, _, first, last in codes if is_laid else ():
        if kind in ("replace", "insert"):  # what was taken out of a statement stands beside it
            yield from (number for number in range(first, last) if len(whole.get(number, ())) > 1)


def _moved(statement: Sequence[str], new: Sequence[str], among: range) -> Iterator[int]:
    """Where a statement begins that only stands deeper now."""
    wanted = [each.strip() for each in statement]
    for number in among:
        if [each.strip() for each in new[number : number + len(wanted)]] == wanted:
            yield number


def _grown(old: list[str], new: list[str], width: Width) -> Iterator[int]:
    """The lines that are too long and were not, or were not there, before."""
    if all(len(line.expandtabs(4)) <= width.limit for line in new):
        return
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        lengths: dict[str, int] = {}
        for line in old[start:end]:
            key = line.strip()[:_ALIKE]
            lengths[key] = max(lengths.get(key, 0), length_of(line))
        for number in range(first, last):
            length = length_of(new[number])
            before = lengths.get(new[number].strip()[:_ALIKE], 0)
            is_far = any(before < length > each for each in width.others)
            if before <= width.limit < length or is_far:
                yield number


def _nested(old: list[str], new: list[str]) -> Iterator[int]:
    """The lines at whose end a call opens inside another, as it did not before."""
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "replace" and not any(_TWO_OPEN.search(line.rstrip()) for line in old[start:end]):
            yield from (number for number in range(first, last) if _TWO_OPEN.search(new[number].rstrip()))
