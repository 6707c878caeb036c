"""The source lines that findings stand on, as they were typed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.source.load import UnreadableError, load, read_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clip_lint.place import Place
    from clip_lint.source.model import Source


class Excerpts:
    """Lines of the files below the folder ``base``, read once each. ``contents`` replace what lies on disk, by name."""

    def __init__(self, base: str, contents: Mapping[str, bytes] | None = None) -> None:
        self._base = base
        self._contents = dict(contents or {})
        self._files: dict[str, tuple[Source, tuple[str, ...]] | None] = {}

    def line(self, place: Place, number: int) -> str | None:
        """Line ``number`` (from 1) of a place's file or cell; None where the file is gone or shorter by now."""
        if place.path not in self._files:
            self._files[place.path] = self._load(place.path)
        found = self._files[place.path]
        if found is None:
            return None
        source, lines = found
        offset = next((cell.first_line - 1 for cell in source.cells if cell.number == place.cell), 0)
        index = offset + number - 1
        return lines[index] if 0 <= index < len(lines) else None

    def _load(self, name: str) -> tuple[Source, tuple[str, ...]] | None:
        path = os.path.join(self._base, name)
        try:
            data = self._contents[name] if name in self._contents else read_bytes(path)
        except UnreadableError:
            return None
        loaded = load(Path(path), name, data)
        return (loaded.source, tuple(loaded.raw.split("\n"))) if loaded.source is not None else None
