"""Imports of names without end, which Python's own parser joins part by part: it takes the square of their number, and nothing interrupts it."""

from __future__ import annotations

import re

_CHAIN = re.compile(r"(?<!\w)(?:\w++[\s\\]*+\.[\s\\]*+){100}")
_BEFORE = re.compile(r"(?:\bimport|\bfrom|,)[\s\\.]*\Z")
_NEAR = 400


def has_endless_import(text: str) -> bool:
    """Whether a program imports a module by a name of a hundred parts, as nobody's does."""
    return any(
        _BEFORE.search(text, max(0, found.start() - _NEAR), found.start())
        or "import" in found[0]
        or "from" in found[0]
        for found in _CHAIN.finditer(text)
    )
