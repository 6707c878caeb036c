"""Where a suppression comment goes: the edit that silences one finding."""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING

from clip_lint.finding import Edit

if TYPE_CHECKING:
    from clip_lint.place import Place
    from clip_lint.source.model import Source

_NOQA = re.compile(r"#\s*noqa\s*:\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*", re.IGNORECASE)


def silencing(source: Source, place: Place, code: str) -> Edit | None:
    """The edit that puts ``# noqa: CODE`` on the statement in which a finding of ``source`` begins.

    It goes behind the statement's last line, the only one that no string and no backslash continues; a noqa that is
    there already gets one more code. None where the program cannot be tokenised.
    """
    first = next((cell.first_line for cell in source.cells if cell.number == place.cell), 1)
    line = first + place.start.line - 1
    found = _last_line(source.text, line)
    if found is None:
        return None
    last, comments = found
    for row, column, text in comments:
        match = _NOQA.search(text)
        if match is not None:
            return _insertion(source, row, column + match.end(), f", {code}")
    return _insertion(source, last, len(source.lines[last - 1].rstrip()), f"  # noqa: {code}")


def _last_line(text: str, line: int) -> tuple[int, list[tuple[int, int, str]]] | None:
    """The last line of the logical line around ``line``, and its comments (line, column from 0, text)."""
    first = 0
    comments: list[tuple[int, int, str]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                comments.append((*token.start, token.string))
            elif token.type == tokenize.NL and not first:
                comments = []
            elif token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
                if first and first <= line <= token.start[0]:
                    return token.start[0], comments
                first, comments = 0, []
            elif token.type not in _BETWEEN and not first:
                first = token.start[0]
    except (tokenize.TokenError, SyntaxError):
        return None
    return None


_BETWEEN = frozenset({tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING})


def _insertion(source: Source, line: int, column: int, text: str) -> Edit:
    """An insertion at a program line (from 1) and a column in code points (from 0)."""
    before = source.lines[line - 1][:column]
    cell, position = source.position(line, len(before.encode("utf-8", "surrogatepass")))
    return Edit(position, position, text, cell or None)
