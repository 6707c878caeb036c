"""How long a file lets its lines be."""

from __future__ import annotations

import ast
import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from clip_lint.syntax.anew import joined, laid_anew, spread, unit_of
from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.standard import standard_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STRING = re.compile(r"""(["'])(?:\\.|(?!\1).)*\1""")
_LONG_TEXT = 40
"""Strings are not parted: a line with one that is so long says nothing."""
_WIDTHS = (88, 100, 120)
"""How long lines are where people keep to something."""
_SHORTEST = 79
_KEPT_FROM_FORMATTER = re.compile(r"#\s*(?:fmt|yapf):\s*(?:off|skip)")
_MORE = 20
_ROOMS = (100, 120, 140)
"""So long may lines be in a file that keeps to nothing: the first of these that leaves its longest so much more room, else the last.

A number that grew with each line would make a repair's layout depend on what other repairs have made before.
"""


class Width(NamedTuple):
    """How long the lines of a file may be, and what even those that are longer must not grow beyond."""

    limit: int
    others: tuple[int, ...] = ()


def usual_width(text: str, told: int | None = None) -> Width:
    """What the lines of a program keep to: as its formatter is ``told`` or usually has it, or as its longest lines have it.

    Formatters part what is too long. Where more lines are longer than statements were parted, whoever wrote it leaves them
    whole.
    """
    lines = text.split("\n")
    lengths = {number: _code_length(line) for number, line in enumerate(lines, 1)}
    long = {number for number, length in lengths.items() if length > _SHORTEST}
    if long:
        long -= _in_texts(text)
    elif told is None and any(_SHORTEST < len(whole) <= _WIDTHS[0] for whole, _ in _parted(text, lines)):
        return Width(_SHORTEST)
    limit = told if told is not None else _WIDTHS[0]
    longer = [lengths[number] for number in long if lengths[number] > limit]
    if told is not None and _KEPT_FROM_FORMATTER.search(text):
        longer = []  # those lines are long because somebody keeps them from a formatter that the others go through
    if len(longer) > _kept(text, lines, limit, len(longer)):
        room = next((each for each in _ROOMS if max(longer) + _MORE <= each), _ROOMS[-1])
        limit = max(limit, room)
    return Width(limit, tuple(each for each in _WIDTHS if each > limit))


def _kept(text: str, lines: Sequence[str], limit: int, enough: int) -> int:
    """How many statements (at most ``enough``) stand as formatters part what is longer than a limit."""
    if not enough:
        return 0
    try:
        unit = unit_of(standard_tree(text), lines)
    except UnparsableError:
        return 0
    parted = (
        own
        for whole, own in _parted(text, lines, has_commas=True)
        if len(whole) > limit and laid_anew(own, limit, unit, has_commas=True) == own
    )
    return sum(1 for _ in islice(parted, enough))


def _code_length(line: str) -> int:
    """How long the code of a line is, 0 where texts fill it: they are not parted, and data is written as it comes."""
    if len(line) <= _SHORTEST:
        return 0
    texts = [len(each[0]) for each in _STRING.finditer(line)]
    code = _STRING.sub(lambda each: "_" * len(each[0]), line).partition("#")[0].rstrip()
    if max(texts, default=0) > _LONG_TEXT or sum(texts) > len(code.strip()) / 2:
        return 0
    return len(code.expandtabs(4))


def _in_texts(text: str) -> set[int]:
    """The lines inside texts of several lines, such as docstrings."""
    try:
        nodes = ast.walk(standard_tree(text))
    except UnparsableError:
        return set()
    return {
        number
        for node in nodes
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno != node.lineno
        for number in range(node.lineno, (node.end_lineno or 0) + 1)
    }


def _parted(text: str, lines: Sequence[str], *, has_commas: bool = False) -> Iterator[tuple[str, list[str]]]:
    """The statements on several lines: as they would be on one, and as they stand."""
    try:
        found = list(spread(standard_tree(text)))
    except UnparsableError:
        return
    for each in found:
        own = list(lines[each.lineno - 1 : each.end_lineno])
        whole = joined(own, has_commas=has_commas)
        if whole is not None:
            yield whole, own
