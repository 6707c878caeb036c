"""What may become of a value's graph."""

from __future__ import annotations

from enum import IntEnum


class Fate(IntEnum):
    """What becomes of a value's graph, the worst last."""

    ENDS = 0
    """It ends in this program: numbers, prints, comparisons."""
    LEAVES = 1
    """It is handed to code that is not seen."""
    WANTED = 2
    """Somebody takes a gradient through it, or asks whether there is one."""
