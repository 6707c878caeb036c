"""Statements that became too long, laid out over several lines as formatters do it; what cannot be laid out stays as it is."""

from __future__ import annotations

import ast
import re
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from clip_lint.syntax.anew import laid_anew, last_commas, length_of, part, spread, unit_of
from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.standard import standard_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    grown = {*_grown(old, lines, width), *_opened_anew(before, lines, width.limit)}
    nested = set(_nested(old, lines))
    if not grown | nested:
        return after
    meant, unit = ast.dump(tree), unit_of(tree, lines)
    whole = {number: each for each in _statements(tree) for number in each}
    done: set[int] = set()
    for number in sorted(grown | nested, reverse=True):
        own = whole.get(number)
        if own is None or number in done:
            continue
        before_it = lines[own.start : own.stop]
        anew = laid_anew(before_it, width.limit, unit, has_commas=number in nested)
        if anew is None:
            again = laid_anew(before_it, width.limit, unit, has_commas=True) or []
            anew = again if last_commas(again) >= last_commas(before_it) > 0 else None
        if anew is not None:
            lines[own.start : own.stop] = anew
            done.update(own)
        elif len(own) > 1 and len(lines[number]) > width.limit:
            lines[number : number + 1] = part(before_it, number - own.start, width.limit, unit)
    made = "\n".join(lines)
    try:
        is_same = ast.dump(standard_tree(made)) == meant
    except UnparsableError:
        return after
    return made if is_same else after


def _statements(tree: ast.Module) -> Iterator[range]:
    """The lines (from 0) of statements that share none with another, and of the heads of those with a block."""
    every = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    begun = Counter(node.lineno for node in every)
    for node in every:
        last = node.end_lineno or 0
        if isinstance(node, (ast.If, ast.While)):
            last = node.test.end_lineno or 0
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            last = node.iter.end_lineno or 0
        elif hasattr(node, "body") or hasattr(node, "cases"):
            continue
        if begun[node.lineno] == 1 and begun[last] <= (last == node.lineno):
            yield range(node.lineno - 1, last)


def _opened_anew(before: str, new: list[str], limit: int) -> Iterator[int]:
    """The first lines of what changed in statements of several lines that stood as formatters put them."""
    old = before.split("\n")
    changed = [
        each for each in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if each[0] == "replace"
    ]
    if not changed:
        return
    try:
        tree = standard_tree(before)
    except UnparsableError:
        return
    unit, every = unit_of(tree, old), list(spread(tree))
    for _, start, end, first, last in changed:
        for each in every:
            lines = old[each.lineno - 1 : each.end_lineno]
            if (
                each.lineno - 1 < end
                and start < (each.end_lineno or 0)
                and laid_anew(lines, limit, unit) == lines
            ):
                yield first
                yield from _moved(lines, new, range(first, last))


def _moved(statement: Sequence[str], new: Sequence[str], among: range) -> Iterator[int]:
    """Where a statement begins that only stands deeper now."""
    wanted = [each.strip() for each in statement]
    for number in among:
        if [each.strip() for each in new[number : number + len(wanted)]] == wanted:
            yield number


def _grown(old: list[str], new: list[str], width: Width) -> Iterator[int]:
    """The lines that are too long and were not, or were not there, before."""
    if all(len(line) <= width.limit for line in new):
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
