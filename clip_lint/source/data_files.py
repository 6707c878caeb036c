"""The data files that code names by path: labels and captions, and the programs that write them."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.source.path_patterns import is_filled
from clip_lint.source.project_top import project_root

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.source.modules import Modules

MAX_DATA_BYTES = 1_000_000
DATA_SUFFIXES = (".txt", ".json", ".jsonl", ".yaml", ".yml", ".csv", ".tsv")
MOST_FITTING = 12
MAX_FITTING_BYTES = 300_000
"""How many files a path with holes may mean, and how large they may be together."""
_SHORTEST_STEM = 3
MOST_NAMES = 20_000
"""How many files of a tree are looked through for the names of its data files."""
MOST_PROGRAMS = 300
"""How many programs are looked through for the one that writes a data file."""
WRITING = re.compile(
    rb"[\"']w[bt]?[\"']|\.write|\bdump\(|\.to_(?:csv|json)\(|writerow|\.save(?:z|z_compressed)?\("
)


class DataFiles:
    """The data files of a tree, found from the programs that name them."""

    def __init__(self, modules: Modules, base: str) -> None:
        self._modules = modules
        self._base = base
        self._written: dict[str, list[str]] = {}

    def find(self, path: str, importer: str) -> str | None:
        """The file that a literal path means: it counts from the importer's folder or any above it in the tree."""
        folder = os.path.dirname(importer)
        while True:
            candidate = os.path.normpath(os.path.join(folder, path))
            if _is_small_file(candidate) and self._modules.reaches(candidate):
                return candidate
            parent = os.path.dirname(folder)
            if os.path.isabs(path) or parent == folder or not self._modules.contains(folder):
                return None
            folder = parent

    def fitting(self, pattern: str, importer: str) -> list[str]:
        """The files that a path with holes means, none where they are too many or too large."""
        folder, _, name = pattern.rpartition("/")
        stem = os.path.splitext(name)[0].replace("{}", "")
        if "{}" in folder or "{}" not in name or (folder in ("", ".") and len(stem) < _SHORTEST_STEM):
            return []
        pieces = name.split("{}")
        start = os.path.dirname(importer)
        while True:
            where = os.path.normpath(os.path.join(start, folder))
            files = sorted(
                os.path.join(where, entry)
                for entry in (
                    self._modules.entries(where) if self._modules.contains(os.path.join(where, name)) else ()
                )
                if is_filled(pieces, entry)
            )
            if files:
                small = len(files) <= MOST_FITTING and all(map(_is_small_file, files))
                small = small and all(map(self._modules.reaches, files))
                return files if small and sum(map(os.path.getsize, files)) <= MAX_FITTING_BYTES else []
            parent = os.path.dirname(start)
            if os.path.isabs(pattern) or parent == start or not self._modules.contains(start):
                return []
            start = parent

    def writers(self, shown: str) -> list[str]:
        """The programs that may have written a file (as it is printed)."""
        if shown not in self._written:
            file = os.path.normpath(os.path.join(self._base, shown))
            self._written[shown] = self._written_by(file, project_root(os.path.dirname(file)))
        return self._written[shown]

    def _written_by(self, file: str, top: str) -> list[str]:
        folder = os.path.dirname(file)
        folders = [folder]
        while folder != top and self._modules.contains(folder):
            folder = os.path.dirname(folder)
            folders.append(folder)
        folders += [
            os.path.join(top, entry)
            for entry in sorted(self._modules.entries(top))
            if not entry.startswith(".")
        ]
        name = os.path.basename(file).encode()
        programs = [
            os.path.join(each, entry)
            for each in dict.fromkeys(folders)
            for entry in sorted(self._modules.entries(each))
            if entry.endswith(".py") and self._modules.reaches(os.path.join(each, entry))
        ]
        return [program for program in programs[:MOST_PROGRAMS] if _writes(program, name)]


def data_names(tops: Iterable[str]) -> frozenset[str] | None:
    """The names of all data files below some folders, None where these hold too many files to tell."""
    found: set[str] = set()
    seen = 0
    for _, folders, files in (each for top in tops for each in os.walk(top)):
        folders[:] = [each for each in folders if each != ".git"]
        seen += len(folders) + len(files)
        if seen > MOST_NAMES:
            return None
        found.update(each for each in files if each.endswith(DATA_SUFFIXES))
    return frozenset(found)


def _writes(program: str, name: bytes) -> bool:
    try:
        data = read_bytes(program)
    except UnreadableError:
        return False
    return name in data and WRITING.search(data) is not None


def _is_small_file(path: str) -> bool:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size <= MAX_DATA_BYTES
