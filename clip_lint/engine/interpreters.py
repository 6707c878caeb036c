"""What a project cannot install beside the Python that it runs with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_IMAGE = re.compile(r"^\s*FROM\s+(?:--\S+\s+)?\S*?python:(\d+)\.(\d+)", re.IGNORECASE | re.MULTILINE)
_FROM = re.compile(r"^\s*FROM\s", re.IGNORECASE | re.MULTILINE)
_CONDA = re.compile(r"^\s*-\s*['\"]?python\s*={1,2}\s*(\d+)\.(\d+)", re.MULTILINE)
_ALONE = re.compile(r"\s*(?:python-)?(\d+)\.(\d+)")

FILES: Mapping[str, re.Pattern[str]] = {
    "Dockerfile": _IMAGE,
    ".python-version": _ALONE,
    "runtime.txt": _ALONE,
    "environment.yml": _CONDA,
    "environment.yaml": _CONDA,
}
"""The files that say it, and how."""
_TOO_NEW: Mapping[str, tuple[tuple[int, int], str]] = {"transformers": ((3, 10), "<5")}
"""From which Python on a library has its newest form, and what an older one gets (`Requires-Python` of transformers 5.0.0)."""


def bounds(name: str, text: str) -> dict[str, str]:
    """What a file that names a Python says of libraries: specifiers, for those whose newest form needs a later one."""
    found = [(int(major), int(minor)) for major, minor in FILES[name].findall(text[:_LONGEST])]
    if not found or (name == "Dockerfile" and len(found) < len(_FROM.findall(text[:_LONGEST]))):
        return {}  # another stage may run it
    return {library: specifier for library, (needed, specifier) in _TOO_NEW.items() if max(found) < needed}


_LONGEST = 100_000
"""So many characters of a file are looked at."""
