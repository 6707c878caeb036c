"""Which loaded model an encoding runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clip_lint.reading.facts import Encode


def uses(encode: Encode, key: int) -> bool:
    """Whether an encoding runs the model of the load ``key``."""
    return encode.model.load is not None and encode.model.load.key == key
