"""Room for recursion: trees that a parser could make need a few frames for each of their levels."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 6000
"""Python frames allowed while a tree is walked."""


@contextmanager
def deeply() -> Iterator[None]:
    """Allow that many frames inside."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
