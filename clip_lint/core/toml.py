"""TOML that others wrote, within bounds."""

from __future__ import annotations

import re
from typing import Any

_MOST_DOTS = 300
"""So many parts a key may have: the parser takes the square of their number."""
_TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*+"|\'[^\'\n]*+\'')


def loads(text: str) -> dict[str, Any]:
    """The document in a text; ValueError says in one line why it is none."""
    import tomllib  # noqa: PLC0415  (slow to load, and most runs need none)

    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MOST_DOTS and _TEXT.sub("", line).count(".") > _MOST_DOTS:
            raise ValueError(f"a key of more than {_MOST_DOTS} parts (at line {number})")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
