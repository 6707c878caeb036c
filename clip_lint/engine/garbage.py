"""How often Python looks for garbage while files are read."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SELDOM = (50_000, 20, 100)


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Inside, garbage is looked for seldom.

    Trees and values are many small objects that stay: to go through them again and again takes a quarter of a large run.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
