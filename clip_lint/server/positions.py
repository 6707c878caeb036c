"""Columns: ours count code points from 1, the protocol's count code units of an encoding from 0."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol.types import Position as ClientPosition
from lsprotocol.types import PositionEncodingKind, Range

from clip_lint.core.place import Position

if TYPE_CHECKING:
    from clip_lint.core.place import Place

_LINE = re.compile(r"\r\n?|\n")
_BYTES = {
    PositionEncodingKind.Utf8: ("utf-8", 1),
    PositionEncodingKind.Utf16: ("utf-16-le", 2),
    PositionEncodingKind.Utf32: ("utf-32-le", 4),
}


class Lines:
    """The lines of one document, and the way between both countings.

    Lines end where the protocol and Python say so; form feeds and Unicode's separators do not end one.
    """

    def __init__(self, text: str, encoding: PositionEncodingKind | str = PositionEncodingKind.Utf16) -> None:
        self._lines = _LINE.split(text)
        self._codec, self._width = _BYTES[PositionEncodingKind(encoding)]

    def text(self, line: int) -> str:
        """A line (from 1) without its end; empty behind the last."""
        return self._lines[line - 1] if line <= len(self._lines) else ""

    def to_client(self, position: Position) -> ClientPosition:
        """Where the editor sees a position of ours; behind the end of a line is its end."""
        if position.line > len(self._lines):
            last = self._lines[-1]
            return ClientPosition(len(self._lines) - 1, self._units(last))
        line = self._lines[position.line - 1]
        return ClientPosition(position.line - 1, self._units(line[: position.column - 1]))

    def from_client(self, position: ClientPosition) -> Position:
        """Our position for the editor's; one inside a character is that character's."""
        if position.line >= len(self._lines):
            return Position(len(self._lines), len(self._lines[-1]) + 1)
        line = self._lines[position.line]
        data = line.encode(self._codec, "surrogatepass")[: position.character * self._width]
        return Position(position.line + 1, len(data.decode(self._codec, "ignore")) + 1)

    def range_of(self, place: Place) -> Range:
        """A place as the editor's range."""
        return self.between(place.start, place.end)

    def between(self, start: Position, end: Position) -> Range:
        """From one position of ours to another as the editor's range."""
        return Range(self.to_client(start), self.to_client(end))

    def _units(self, text: str) -> int:
        if text.isascii():
            return len(text)
        return len(text.encode(self._codec, "surrogatepass")) // self._width
