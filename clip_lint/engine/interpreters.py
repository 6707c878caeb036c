"""What a project cannot install beside the Python and the other libraries that it runs with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.knowledge.versions import Versions

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

_TOO_OLD = (("transformers", "torch", ">=2.2", "<5"), ("transformers", "huggingface-hub", ">=1.3", "<5"))
"""Beside which releases of which library a library's newest form works, and what others get: transformers 5.0.0 turns PyTorch off
below 2.2 (`transformers/utils/import_utils.py`) and requires huggingface-hub 1.3 (its metadata)."""


def bounds(name: str, text: str) -> dict[str, str]:
    """What a file that names a Python says of libraries: specifiers, for those whose newest form needs a later one."""
    found = [(int(major), int(minor)) for major, minor in FILES[name].findall(text[:_LONGEST])]
    if not found or (name == "Dockerfile" and len(found) < len(_FROM.findall(text[:_LONGEST]))):
        return {}  # another stage may run it
    return {library: specifier for library, (needed, specifier) in _TOO_NEW.items() if max(found) < needed}


def narrowed(pins: Mapping[str, str], limits: Mapping[str, str]) -> dict[str, str]:
    """Pins that leave room for what cannot be installed, without that room; exact ones stay as they are."""
    made = dict(pins)
    for library, limit in limits.items():
        pinned = made.get(library, "")
        if "==" not in pinned:
            made[library] = f"{pinned},{limit}" if pinned else limit
    return made


def without_the_impossible(pins: Mapping[str, str]) -> dict[str, str]:
    """Pins without the releases that the others leave no room for."""
    limits: dict[str, str] = {}
    for library, other, needed, specifier in _TOO_OLD:
        pinned = pins.get(other)
        if pinned and not Versions(((other, pinned),)).allows(other, needed):
            limits[library] = specifier
    return narrowed(pins, limits)


_LONGEST = 100_000
"""So many characters of a file are looked at."""
