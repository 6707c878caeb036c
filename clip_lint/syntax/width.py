"""How long a file lets its lines be."""

from __future__ import annotations

import ast
import re
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from clip_lint.syntax.anew import joined, laid_anew, part, ranges, spread, unit_of
from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.standard import standard_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING = re.compile(r"""(["'])(?:\\.|(?!\1).)*\1""")
_LONG_TEXT = 40
"""Strings are not parted: a line with one that is so long says nothing."""
_WIDTHS = (88, 100, 120)
"""How long lines are where people keep to something."""
_SHORTEST = 79
_KEPT_FROM_FORMATTER = re.compile(r"#\s*(?:fmt|yapf):\s*(?:off|skip)")
_ROOM = 120
"""So long may lines be in a file that keeps to nothing.

One number: what a repair lays out for it never asks for another, so the layout does not depend on what was repaired before.
"""
_FAR = (*_WIDTHS, 140)
"""Lines that were too long before are parted when they grow beyond one of these."""
_ENOUGH = 100
"""So many statements tell how a file is written."""
_NOT_LAID_OUT = 400
"""A line that is so long was never laid out: how it would be is not asked."""


class Width(NamedTuple):
    """How long the lines of a file may be, and what even those that are longer must not grow beyond."""

    limit: int
    others: tuple[int, ...] = ()


def usual_width(text: str, told: int | None = None) -> Width:
    """What the lines of a program keep to: as its formatter is ``told`` or usually has it, or as its longest lines have it.

    Formatters part what is too long. Where more lines are longer than statements were parted, whoever wrote it leaves them
    whole. What says the same in any width says nothing: so repairs that keep to a width never change it.
    """
    program = _Program(text.replace("\r\n", "\n").replace("\r", "\n"))
    if told is None and program.is_short:
        return Width(_SHORTEST)
    limit = told if told is not None else _WIDTHS[0]
    if told is None or not _KEPT_FROM_FORMATTER.search(
        text
    ):  # else they are long because somebody keeps them so
        longer = program.left_whole(limit)
        if len(longer) > program.parted_for(limit, _ROOM, len(longer)):
            limit = max(limit, _ROOM)
    return Width(limit, tuple(each for each in _FAR if each > limit))


class _Program:
    """A program's lines and statements, as far as they say how long lines may be."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.split("\n")
        lengths = ((number, _code_length(line)) for number, line in enumerate(self._lines, 1))
        self._long = {number: length for number, length in lengths if length > _SHORTEST}

    @property
    def is_short(self) -> bool:
        """Whether statements were parted that are not longer than usual, and no line is."""
        return not self.left_whole(_SHORTEST) and any(
            _SHORTEST < len(whole) <= _WIDTHS[0] for whole, _ in self._parted()
        )

    def left_whole(self, limit: int) -> list[int]:
        """How long lines are that a formatter would have parted, the longest of them first."""
        longer = sorted((length, number) for number, length in self._long.items() if length > limit)[::-1]
        if not longer:
            return []
        found = (
            length
            for length, number in longer[: 5 * _ENOUGH]
            if number not in self._in_texts
            and (length >= _NOT_LAID_OUT or self._can_be_parted(number - 1, limit))
        )
        return list(islice(found, _ENOUGH))

    def parted_for(self, limit: int, room: int, enough: int) -> int:
        """How many statements (at most ``enough``) stand as formatters part what is longer than a limit, and not for more room."""
        if not enough or self._tree is None:
            return 0
        found = (
            own
            for whole, own in self._parted(has_commas=True)
            if len(whole) > limit
            and laid_anew(own, limit, self._unit, has_commas=True) == own
            and laid_anew(own, room, self._unit, has_commas=True) != own
        )
        return sum(1 for _ in islice(found, enough))

    def _can_be_parted(self, number: int, limit: int) -> bool:
        """Whether a line (from 0) can be laid out over several, as far as it is known how."""
        own = self._statements.get(number)
        if own is None:
            return True
        lines = self._lines[own.start : own.stop]
        anew = laid_anew(lines, limit, self._unit, has_commas=True)
        return anew is not None or part(lines, number - own.start, limit, self._unit) != [self._lines[number]]

    def _parted(self, *, has_commas: bool = False) -> Iterator[tuple[str, list[str]]]:
        """The statements on several lines: as they would be on one, and as they stand."""
        for each in spread(self._tree) if self._tree is not None else ():
            own = self._lines[each.lineno - 1 : each.end_lineno]
            whole = joined(own, has_commas=has_commas)
            if whole is not None:
                yield whole, own

    @cached_property
    def _tree(self) -> ast.Module | None:
        try:
            return standard_tree(self._text)
        except UnparsableError:
            return None

    @cached_property
    def _unit(self) -> str:
        return unit_of(self._tree, self._lines) if self._tree is not None else ""

    @cached_property
    def _statements(self) -> dict[int, range]:
        every = ranges(self._tree) if self._tree is not None else ()
        return {number: each for each in every for number in each}

    @cached_property
    def _in_texts(self) -> set[int]:
        """The lines inside texts of several lines, such as docstrings."""
        return {
            number
            for node in (ast.walk(self._tree) if self._tree is not None else ())
            if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno != node.lineno
            for number in range(node.lineno, (node.end_lineno or 0) + 1)
        }


def _code_length(line: str) -> int:
    """How long the code of a line is, 0 where texts fill it: they are not parted, and data is written as it comes."""
    if len(line) <= _SHORTEST:
        return 0
    texts = [len(each[0]) for each in _STRING.finditer(line)]
    code = _STRING.sub(lambda each: "_" * len(each[0]), line).partition("#")[0].rstrip()
    if max(texts, default=0) > _LONG_TEXT or sum(texts) > len(code.strip()) / 2:
        return 0
    return len(code.expandtabs(4))
