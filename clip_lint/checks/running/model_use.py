"""Which loaded model an encoding runs, and how often a function is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clip_lint.reading.facts import Encode


RUN_ONCE = re.compile(
    r"(?:^|_)(?:main|run|cli|demo|test|load|init|setup|build|create|model|train|eval|evaluate|process|index|worker|pipeline|benchmark)(?:_|$)"
)
"""What functions are called that a program runs once, or a few times."""


def uses(encode: Encode, key: int) -> bool:
    """Whether an encoding runs the model of the load ``key``."""
    return encode.model.load is not None and encode.model.load.key == key
