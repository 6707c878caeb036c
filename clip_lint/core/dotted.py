"""Imports of names without end, which Python's own parser joins part by part: it takes the square of their number, and nothing interrupts it."""

from __future__ import annotations

import re

_CHAIN = re.compile(r"(?<!\w)(?:\w++[\s\\]*+\.[\s\\]*+){100}")
_LINKS = re.compile(r"\.[\s\\]*+\w++[\s\\]*+(?:\.[\s\\]*+\w++[\s\\]*+){98}")
"""What is in every such name: looked for first, for dots are found faster than words."""
_BEFORE = re.compile(r"(?:\bimport|\bfrom|,)[\s\\.]*\Z")
_NEAR = 400


def has_endless_import(text: str) -> bool:
    """Whether a program imports a module by a name of a hundred parts, as nobody's does."""
    if _LINKS.search(text) is None:
        return False
    return any(
        _BEFORE.search(text, max(0, found.start() - _NEAR), found.start())
        or "import" in found[0]
        or "from" in found[0]
        for found in _CHAIN.finditer(text)
    )
