"""A file's bytes as texts that edits apply to, and back to bytes: what no edit touches stays as it was."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.source.decoding import UndecodableError, decode
from clip_lint.source.load import NOTEBOOK_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clip_lint.core.finding import Edit
    from clip_lint.core.place import Position
    from clip_lint.fixing.compose import Spot

_LINE_END = re.compile(r"\r\n?|\n")


class UneditableError(Exception):
    """The file cannot be changed without touching more than the edits say; the message says why."""


class Text:
    """One program as typed: of a file, or of a cell, with its own line ends."""

    def __init__(self, raw: str, newline: str | None = None) -> None:
        self.raw = raw
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(raw))]
        first = _LINE_END.search(raw)
        self.newline = newline or (first.group() if first else "\n")

    def offset(self, position: Position) -> int:
        """Where a line and a column (from 1, in code points) are."""
        if position.line > len(self._starts):
            raise UneditableError("the file is shorter than when it was linted")
        return self._starts[position.line - 1] + position.column - 1

    def part(self, above: int, last: int) -> Text:
        """The lines behind the first ``above`` ones, up to the one of the number ``last``."""
        starts = [*self._starts[above : above + 1], *self._starts[last : last + 1], len(self.raw)]
        return Text(self.raw[starts[0] : starts[1]], self.newline)

    def spot(self, offset: int) -> tuple[int, int]:
        """Line and column (from 1) of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def edited(self, edits: Sequence[Edit]) -> tuple[Text, Callable[[int, bool], int]]:
        """The text after ``edits`` (in order, without overlaps), and where its offsets have gone.

        The function returned takes an offset and whether it lies behind what was inserted right there.
        """
        pieces: list[str] = []
        shifts: list[tuple[int, int, int]] = []
        done = shift = 0
        for edit in edits:
            start, end = self.offset(edit.start), self.offset(edit.end)
            if start < done or end < start or end > len(self.raw):
                raise UneditableError("its edits overlap")
            new = edit.text.replace("\n", self.newline)
            pieces += [self.raw[done:start], new]
            shifts.append((start, end, shift))
            shift += len(new) - (end - start)
            done = end
        pieces.append(self.raw[done:])
        starts = [start for start, _, _ in shifts]

        def moved(offset: int, behind: bool) -> int:
            index = (bisect_right if behind else bisect_left)(starts, offset)
            start, end, before = shifts[index - 1] if index else (0, 0, 0)
            if start < offset < end:
                return start + before
            if start == offset < end:
                index -= 1  # what is replaced from here on does not lie before it
            return offset + (shifts[index][2] if index < len(shifts) else shift)

        return Text("".join(pieces), self.newline), moved


@dataclass(frozen=True)
class Document:
    """A file's content: its texts by cell (0 for a module), and how they go back into bytes."""

    texts: Mapping[int, Text]
    write: Callable[[Mapping[int, Text]], bytes]

    def edited(self, edits: Sequence[Edit]) -> tuple[Document, Callable[[Spot, bool], Spot]]:
        """The document after ``edits`` (in order of place, each with its cell), and where its places have gone."""
        texts = dict(self.texts)
        moves: dict[int, Callable[[int, bool], int]] = {}
        own: dict[int, list[Edit]] = {}
        for edit in edits:
            own.setdefault(edit.cell or 0, []).append(edit)
        for cell, listed in own.items():
            if cell not in texts:
                raise UneditableError(f"cell {cell} cannot be edited: it is not plain Python")
            texts[cell], moves[cell] = texts[cell].edited(listed)

        def moved(spot: Spot, behind: bool) -> Spot:
            cell, line, column = spot
            if cell not in moves:
                return spot
            from clip_lint.core.place import Position  # noqa: PLC0415

            offset = moves[cell](self.texts[cell].offset(Position(line, column)), behind)
            return (cell, *texts[cell].spot(offset))

        return Document(texts, self.write), moved

    def rewritten(self, text: str) -> Document:
        r"""The document of a module with another text (``\n`` line ends), in the line ends that it has."""
        return Document({0: Text(text.replace("\n", self.texts[0].newline))}, self.write)

    def bytes(self) -> bytes:
        """The file's content."""
        return self.write(self.texts)


def open_document(path: str, data: bytes) -> Document:
    """The document in ``data``, the content of the file ``path``; UneditableError where it cannot be written back."""
    try:
        encoding = decode(data).encoding
    except UndecodableError as error:
        raise UneditableError(str(error)) from None
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    raw = data[len(bom) :].decode(encoding)
    if bom + raw.encode(encoding) != data:
        raise UneditableError(f"its {encoding} bytes could not be written back as they are")

    def encoded(text: str) -> bytes:
        try:
            return bom + text.encode(encoding)
        except UnicodeEncodeError:
            raise UneditableError(f"the fix cannot be written in {encoding}") from None

    if not path.endswith(NOTEBOOK_SUFFIX):
        return Document({0: Text(raw)}, lambda texts: encoded(texts[0].raw))
    from clip_lint.source.cells import cells_of, rewritten  # noqa: PLC0415  (most files are no notebooks)

    cells = cells_of(raw)
    sources = {number: Text(cell.source) for number, cell in cells.items()}
    return Document(
        sources,
        lambda texts: encoded(rewritten(raw, cells, {number: text.raw for number, text in texts.items()})),
    )
