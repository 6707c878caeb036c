"""The source lines that findings stand on, as they were typed."""

from __future__ import annotations

import os
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.source.decoding import decode
from clip_lint.source.load import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clip_lint.core.place import Place, Position
    from clip_lint.source.model import Source


_PART = 1_000


class Excerpts:
    """Lines of the files below the folder ``base``, read once each. ``contents`` replace what lies on disk, by name."""

    def __init__(self, base: str, contents: Mapping[str, bytes] | None = None) -> None:
        self.base = base
        self._contents = dict(contents or {})
        self._files: dict[str, tuple[Source, tuple[str, ...]] | None] = {}
        self._widths: tuple[tuple[str, int, int], list[int]] = ("", 0, 0), []
        self._cells: dict[str, dict[int, tuple[int, ...]]] = {}

    def line(self, place: Place, number: int) -> str | None:
        """Line ``number`` (from 1) of a place's file or cell; None where the file is gone or shorter by now."""
        if place.path not in self._files:
            self._files[place.path] = self._load(place.path)
        found = self._files[place.path]
        if found is None:
            return None
        source, lines = found
        index = source.program_line(place.cell, number) - 1
        return lines[index] if 0 <= index < len(lines) else None

    def wider(self, place: Place, position: Position) -> int:
        """By how many more bytes than characters UTF-8 writes what stands before a position of a place's file or cell."""
        line = self.line(place, position.line) or ""
        if line.isascii():
            return 0
        key = place.path, place.cell, position.line
        if self._widths[0] != key:  # thousands of findings may share a line of a megabyte
            parts = (line[start : start + _PART] for start in range(0, len(line), _PART))
            self._widths = key, [0, *accumulate(map(_wider, parts))]
        whole = min((position.column - 1) // _PART, len(line) // _PART)
        return self._widths[1][whole] + _wider(line[whole * _PART : position.column - 1])

    def file_line(self, place: Place, number: int) -> int:
        """Line ``number`` of a place's cell as the notebook's JSON counts lines; elsewhere it stays as it is.

        1 where the notebook is gone or has become another by now.
        """
        if not place.cell:
            return number
        if place.path not in self._cells:
            self._cells[place.path] = self._file_lines(place.path)
        lines = self._cells[place.path].get(place.cell, ())
        return lines[number - 1] if 0 < number <= len(lines) else 1

    def _file_lines(self, name: str) -> dict[int, tuple[int, ...]]:
        from clip_lint.source.cells import file_lines  # noqa: PLC0415  (most files are no notebooks)

        data = self._read(name)
        if data is None or load(Path(name), name, data).source is None:
            return {}
        return file_lines(decode(data).text)

    def _read(self, name: str) -> bytes | None:
        try:
            return (
                self._contents[name] if name in self._contents else read_bytes(os.path.join(self.base, name))
            )
        except UnreadableError:
            return None

    def _load(self, name: str) -> tuple[Source, tuple[str, ...]] | None:
        data = self._read(name)
        if data is None:
            return None
        loaded = load(Path(self.base, name), name, data)
        return (loaded.source, tuple(loaded.raw.split("\n"))) if loaded.source is not None else None


def _wider(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass")) - len(text)
