"""One linted file as a Python program, and the way back from program lines to file or cell lines."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from clip_lint.core.place import Place, Position

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.syntax import nodes


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell of a notebook: its number among all cells (from 1) and the program lines it fills."""

    number: int
    first_line: int
    line_count: int


@dataclass(frozen=True)
class Source:
    r"""A file read and decoded.

    ``text`` is the program: newlines are ``\n``, there is no BOM, notebook cells follow each other in order and
    their magics are blanked out so that it parses. ``path`` is what reports print.
    """

    path: str
    file: Path
    text: str
    cells: tuple[Cell, ...] = ()
    encoding: str = "utf-8"
    newline: str = "\n"
    bom: bool = False

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The program's lines without their ends."""
        return tuple(self.text.split("\n"))

    def position(self, line: int, utf8_offset: int) -> tuple[int, Position]:
        """The cell (0 outside notebooks) and position of an the syntax tree line (from 1) and UTF-8 column offset (from 0)."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        column = utf8_offset + 1
        if not text.isascii():
            column = len(text.encode("utf-8", "surrogatepass")[:utf8_offset].decode("utf-8", "replace")) + 1
        if not self.cells:
            return 0, Position(line, column)
        index = bisect_right([cell.first_line for cell in self.cells], line) - 1
        cell = self.cells[max(index, 0)]
        return cell.number, Position(line - cell.first_line + 1, column)

    def place(self, node: nodes.expr | nodes.stmt | nodes.keyword | nodes.arg) -> Place:
        """Where a node of this program stands."""
        cell, start = self.position(node.lineno, node.col_offset)
        _, end = self.position(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        return Place(self.path, cell, start, end)
