"""Where something stands in a linted file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A line and a column, both counted from 1; the column in code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A half-open range in one file; in a notebook, in one cell of it.

    ``path`` is POSIX-style and relative to the folder the command ran in where possible. ``cell`` counts all cells
    of a notebook from 1 (0 elsewhere), and lines then count within the cell. ``end`` is exclusive in its column.
    """

    path: str
    cell: int
    """0 outside notebooks, so that places can be ordered; reports print it as null."""
    start: Position
    end: Position
