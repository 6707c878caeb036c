"""Texts with fields, such as `labels/{}.txt`, and what may have filled them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def is_filled(pieces: Sequence[str], text: str) -> bool:
    """Whether a text is the pieces with something in each field between them; without fields, the one piece.

    The first place for each piece is the best one, so that no choice is ever taken back: a regular expression would try
    them all, for hours where fields and commas are many.
    """
    first, *middle = pieces
    if not middle:
        return text == first
    *middle, last = middle
    if not text.startswith(first):
        return False
    position = len(first)
    for piece in middle:
        found = text.find(piece, position + 1)
        if found < 0:
            return False
        position = found + len(piece)
    return len(text) - len(last) > position and text.endswith(last)
