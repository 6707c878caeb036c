"""The texts that come with clip-lint: a folder of files in a checkout, one file as they are installed (`setup.py`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_JOINED = "joined.txt"
_HEADINGS = re.compile(r"^# === (\S+) ===\n", re.MULTILINE)
"""What stands above each text where all of a folder are one file."""


def texts_in(folder: Traversable, suffix: str) -> list[tuple[str, str]]:
    """The files of a folder of ours that end so, by name, with what they hold."""
    try:
        joined = folder.joinpath(_JOINED).read_text(encoding="utf-8")
    except FileNotFoundError:
        entries = (entry for entry in folder.iterdir() if entry.name.endswith(suffix))
        return sorted((entry.name, entry.read_text(encoding="utf-8")) for entry in entries)
    _, *parts = _HEADINGS.split(joined)
    return list(zip(parts[::2], parts[1::2], strict=True))
