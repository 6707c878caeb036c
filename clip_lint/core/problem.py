"""What kept a file from being linted: a value, so that one bad file never stops the others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be read or parsed. ``line`` 0 means the whole file, ``cell`` 0 no notebook cell.

    ``is_aside``: only a cell beside the program, which was read and is what uses CLIP.
    """

    path: str
    message: str
    line: int = 0
    column: int = 0
    cell: int = 0
    is_aside: bool = False

    def __str__(self) -> str:
        where = self.path
        if self.cell:
            where += f":cell {self.cell}"
        if self.line:
            where += f":{self.line}:{max(self.column, 1)}"
        return f"{where}: {self.message}"
