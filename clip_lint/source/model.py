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
    is_file: bool = False
    """It holds a program of its own, which the notebook writes to a file."""
    has_run: bool = False
    """The notebook keeps what a run of it gave, and it raised nothing."""


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

    def position(self, line: int, column: int) -> tuple[int, Position]:
        """The cell (0 outside notebooks) and position of a line (from 1) and a column (from 0) of the program."""
        if not self.cells:
            return 0, Position(line, column + 1)
        index = bisect_right(self._starts, line) - 1
        cell = self.cells[max(index, 0)]
        return cell.number, Position(line - cell.first_line + 1, column + 1)

    def program_line(self, cell: int, line: int) -> int:
        """The line of the program (from 1) that is a line of a cell; elsewhere it stays as it is."""
        return self._firsts.get(cell, 1) + line - 1

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(cell.first_line for cell in self.cells)

    @cached_property
    def _firsts(self) -> dict[int, int]:
        return {cell.number: cell.first_line for cell in self.cells}

    @cached_property
    def file_cells(self) -> frozenset[int]:
        """The cells of a notebook that are programs of their own."""
        return frozenset(cell.number for cell in self.cells if cell.is_file)

    def place(self, node: nodes.Located) -> Place:
        """Where a node of this program stands."""
        line, column, end_line, end_column = node.extent
        cell, start = self.position(line, column)
        _, end = self.position(end_line, end_column)
        return Place(self.path, cell, start, end)
