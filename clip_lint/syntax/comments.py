"""The comments of a program with their places and the logical lines that they stand in, and the lines that take one more."""

from __future__ import annotations

import io
import tokenize
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from clip_lint.syntax.problem import UnparsableError

if TYPE_CHECKING:
    from clip_lint.syntax.layout import Layout
    from clip_lint.syntax.lines import Lines


class Comment(NamedTuple):
    """A comment; lines count from 1, columns from 0 in code points.

    ``first`` and ``last`` are the lines of the statement, or of the head of the clause, that it stands in; its own
    line where it stands alone between statements.
    """

    line: int
    column: int
    text: str
    first: int
    last: int


def comments_of(layout: Layout, lines: Lines) -> tuple[Comment, ...]:
    """The comments of a program that libcst took."""
    ends = layout.line_ends
    found = []
    begun = -1, 0  # of the comment before: its logical line, and how far that is known to be blank
    for offset, text in layout.comments:
        line, column = lines.at(offset)
        number = bisect_right(ends, offset)
        first = begun[1] if number == begun[0] else lines.at(ends[number - 1])[0] if number else 1
        while first < line and _is_blank(lines.of(first)):
            first += 1
        begun = number, first
        if number == len(ends) or (first == line and _is_blank(lines.of(line))):
            found.append(Comment(line, column, text, line, line))
        else:
            found.append(Comment(line, column, text, first, lines.at(max(ends[number] - 1, offset))[0]))
    return tuple(found)


def _is_blank(line: str) -> bool:
    """Whether a line between statements holds none."""
    return not line.strip() or line.lstrip().startswith("#")


_BETWEEN = frozenset({tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING})


def tokenized_comments(text: str) -> tuple[Comment, ...]:
    """The comments of a program that libcst does not take; none where it has no tokens either."""
    found: list[Comment] = []
    pending: list[tuple[int, int, str]] = []
    first = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            line, column = token.start
            if token.type == tokenize.COMMENT and not first:
                found.append(Comment(line, column, token.string, line, line))
            elif token.type == tokenize.COMMENT:
                pending.append((line, column, token.string))
            elif token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
                found += [Comment(*comment, first, line) for comment in pending]
                pending, first = [], 0
            elif not first and token.type not in _BETWEEN:
                first = line
    except (tokenize.TokenError, SyntaxError):
        return ()
    return tuple(found)


_FIELD_STARTS = frozenset(
    number
    for name in ("FSTRING_START", "TSTRING_START")
    if (number := getattr(tokenize, name, None)) is not None
)
_FIELD_ENDS = frozenset(
    number for name in ("FSTRING_END", "TSTRING_END") if (number := getattr(tokenize, name, None)) is not None
)


def takers_of(program: str) -> dict[int, int]:
    """For each line of a program the first line at or below it, in the same statement, whose end takes a comment.

    That is a line whose end is neither in a string nor continued by a backslash. UnparsableError where there are no tokens.
    """
    found: dict[int, int] = {}
    ends: list[int] = []
    first = depth = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(program).readline):
            depth += (token.type in _FIELD_STARTS) - (token.type in _FIELD_ENDS)
            if token.type == tokenize.NL and first and not depth:
                ends.append(token.start[0])
            elif token.type == tokenize.NEWLINE:
                ends.append(token.start[0])
                line = first or token.start[0]
                for end in ends:  # in order
                    found.update(dict.fromkeys(range(line, end + 1), end))
                    line = max(line, end + 1)
                ends, first = [], 0
            elif not first and token.type != tokenize.COMMENT and token.type not in _BETWEEN:
                first = token.start[0]
    except (tokenize.TokenError, SyntaxError):
        raise UnparsableError("it cannot be split into tokens") from None
    return found
