"""The blocks of a program by its tokens: how far a suppression reaches that is meant for more than a statement."""

from __future__ import annotations

import io
import tokenize
from bisect import bisect_left
from typing import NamedTuple

_NO_STATEMENT = frozenset(
    {tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}
)


class LogicalLine(NamedTuple):
    """A statement, or the head of a clause: its lines (from 1) and the column (from 0) that it begins in."""

    first: int
    last: int
    column: int


class Blocks:
    """The logical lines of a program, as far as it can be split into tokens, and where each one's block ends."""

    def __init__(self, program: str) -> None:
        self.lines = _logical_lines(program)
        self._starts = [each.first for each in self.lines]
        self._outer = [len(self.lines)] * len(self.lines)
        """Of each line the next one that begins further to the left."""
        open_lines: list[int] = []
        for number, line in enumerate(self.lines):
            while open_lines and self.lines[open_lines[-1]].column > line.column:
                self._outer[open_lines.pop()] = number
            open_lines.append(number)

    def rest(self, line: int, column: int) -> int | None:
        """The last line of the block that a comment on a line of its own stands in; None where it goes on to the end of all.

        The comment's column says which block that is: it ends before the next statement further to the left.
        """
        end = self._left_of(bisect_left(self._starts, line), column)
        return self.lines[end].first - 1 if end < len(self.lines) else None

    def body(self, first: int) -> int | None:
        """The last line of the body below the head of a clause that begins in a line; None where it opens none."""
        start = bisect_left(self._starts, first)
        if start == len(self.lines) or self._starts[start] != first:
            return None
        end = self._left_of(start + 1, self.lines[start].column + 1)
        return self.lines[end - 1].last if end > start + 1 else None

    def _left_of(self, number: int, column: int) -> int:
        """The next line, from this one on, that begins to the left of a column."""
        while number < len(self.lines) and self.lines[number].column >= column:
            number = self._outer[number]
        return number


def _logical_lines(program: str) -> tuple[LogicalLine, ...]:
    found: list[LogicalLine] = []
    start: tuple[int, int] | None = None
    try:
        for token in tokenize.generate_tokens(io.StringIO(program).readline):
            if token.type == tokenize.NEWLINE and start is not None:
                found.append(LogicalLine(start[0], token.start[0], start[1]))
                start = None
            elif start is None and token.type not in _NO_STATEMENT:
                start = token.start
    except (tokenize.TokenError, SyntaxError):
        return tuple(found)
    return tuple(found)
