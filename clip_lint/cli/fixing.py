"""How to repair: what the options say, for those who repair."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fixing:
    """How to fix: with unsafe fixes too, only showing the difference, asking about each."""

    unsafe: bool
    diff: bool
    review: bool
