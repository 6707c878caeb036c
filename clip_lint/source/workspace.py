"""The linted tree as reading sees it: which file an import means, and what stands in it."""

from __future__ import annotations

import os
import re
import stat
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from clip_lint.knowledge.gate import load_gate
from clip_lint.source.load import UnreadableError, display_name, load, read_bytes
from clip_lint.source.path_patterns import is_filled
from clip_lint.syntax.problem import UnparsableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clip_lint.source.model import Source
    from clip_lint.syntax import nodes
    from clip_lint.syntax.parse import Program

V = TypeVar("V")

MAX_DATA_BYTES = 1_000_000
DATA_SUFFIXES = (".txt", ".json", ".jsonl", ".yaml", ".yml", ".csv", ".tsv")
MOST_FITTING = 12
MAX_FITTING_BYTES = 300_000
"""How many files a path with holes may mean, and how large they may be together."""
_SHORTEST_STEM = 3
MOST_PROGRAMS = 300
"""How many programs are looked through for the one that writes a data file."""
_WRITING = re.compile(rb"[\"']w[bt]?[\"']|\.write|\bdump\(|\.to_(?:csv|json)\(|writerow")
_MAX_TREE_CHARACTERS = 1_200_000
"""How much program text keeps its trees in memory; they take 60 to 120 bytes for each character."""
_MAX_SOURCE_CHARACTERS = 8_000_000
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")


class Workspace:
    """Files of the linted tree, read on demand and kept while they are used.

    The tree is the linted folders and the project around them. ``overlay`` gives programs that differ from what lies
    on disk (standard input). ``extra_libraries`` are the user's own library tables.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        base: Path,
        overlay: Mapping[str, Source] | None = None,
        extra_libraries: Sequence[Path] = (),
    ) -> None:
        self.extra_libraries = tuple(extra_libraries)
        self._base = str(base)
        self._roots = tuple(dict.fromkeys(str(root) for root in roots))
        self._tree_roots = tuple(dict.fromkeys((*self._roots, *(project_root(root) for root in self._roots))))
        self._overlay = dict(overlay or {})
        self._unsaved: dict[str, set[str]] = {}
        for path in self._overlay:
            self._unsaved.setdefault(os.path.dirname(path), set()).add(os.path.basename(path))
        self._sources: _Recent[Source | None] = _Recent(_MAX_SOURCE_CHARACTERS)
        self._programs: _Recent[Program | None] = _Recent(_MAX_TREE_CHARACTERS)
        self._folders: dict[str, frozenset[str] | None] = {}
        self._written: dict[str, list[str]] = {}
        self._search: dict[str, tuple[str, ...]] = {}
        self._lookups: dict[str, dict[str, str | None]] = {}

    def resolve(self, module: str, level: int, importer: Path) -> Path | None:
        """The file of the tree that ``importer`` means by ``module`` (``level`` leading dots); None if none does."""
        asker = str(importer)
        query = "." * level + module
        asked = self._lookups.setdefault(asker, {})
        if query not in asked:
            asked[query] = self._resolve(module, level, asker)
        found = asked[query]
        return Path(found) if found is not None else None

    def load(self, path: Path) -> Source | None:
        """The program of a file, None where it cannot be read."""
        key = str(path)
        if key in self._overlay:
            return self._overlay[key]
        if key not in self._sources:
            try:
                source = load(path, display_name(key, self._base), read_bytes(key)).source
            except UnreadableError:
                source = None
            self._sources.put(key, source, len(source.text) if source else 0)
        return self._sources.get(key)

    def adopt(self, source: Source) -> None:
        """Keep a program that was read already."""
        self._sources.put(str(source.file), source, len(source.text))

    def program(self, path: Path) -> Program | None:
        """The program of a file, None where it cannot be read or parsed."""
        from clip_lint.syntax.parse import parse  # noqa: PLC0415  (libcst is slow to load, and most runs need none)

        key = str(path)
        if key not in self._programs:
            source = self.load(path)
            program = None
            if source is not None:
                try:
                    program = parse(source.text)
                except UnparsableError:
                    program = None
            self._programs.put(key, program, len(source.text) if source else 0)
        return self._programs.get(key)

    def tree(self, path: Path) -> nodes.Module | None:
        """The syntax tree of a file, None where it cannot be read or parsed."""
        program = self.program(path)
        return program.tree if program is not None else None

    def data_file(self, path: str, importer: Path) -> str | None:
        """The text of a label file that code names by a literal path, if it lies in the tree and is small.

        The path counts from the importer's folder or from any folder above it within the tree.
        """
        if not path.endswith(DATA_SUFFIXES) or "\0" in path:
            return None
        asker = str(importer)
        found = self._find_data(path, asker)
        self._lookups.setdefault(asker, {})["data:" + path] = found
        if found is None:
            return None
        try:
            return read_bytes(found).decode("utf-8-sig", "replace")
        except UnreadableError:
            return None

    def data_files(self, pattern: str, importer: Path) -> list[str]:
        """The label files whose paths fit a path with holes (``{}``) in its last part, such as ``classes/{}.txt``.

        A name that is all hole must stand in a folder of its own: any text beside a program would fit. Files
        beyond `MOST_FITTING` and `MAX_FITTING_BYTES` are data rather than labels.
        """
        if not pattern.endswith(DATA_SUFFIXES) or "\0" in pattern:
            return []
        asker = str(importer)
        found = self._fitting(pattern, asker)
        self._lookups.setdefault(asker, {})["fits:" + pattern] = "\n".join(found) or None
        return found

    def writers(self, shown: str, importer: Path) -> list[Path]:
        """The programs of the project that name a data file and write files: what may have made it.

        ``shown`` is the file as `data_name` prints it. Looked through are the folders from the file and up to the project's
        top, and those right below the top.
        """
        found = self._writers(shown)
        self._lookups.setdefault(str(importer), {})["writers:" + shown] = "\n".join(found) or None
        return [Path(each) for each in found]

    def _writers(self, shown: str) -> list[str]:
        if shown not in self._written:
            file = os.path.normpath(os.path.join(self._base, shown))
            self._written[shown] = self._written_by(file, project_root(os.path.dirname(file)))
        return self._written[shown]

    def _written_by(self, file: str, top: str) -> list[str]:
        folder = os.path.dirname(file)
        folders = [folder]
        while folder != top and self.contains(folder):
            folder = os.path.dirname(folder)
            folders.append(folder)
        folders += [
            os.path.join(top, entry) for entry in sorted(self._entries(top)) if not entry.startswith(".")
        ]
        name = os.path.basename(file).encode()
        programs = [
            os.path.join(each, entry)
            for each in dict.fromkeys(folders)
            for entry in sorted(self._entries(each))
            if entry.endswith(".py") and self.contains(os.path.join(each, entry))
        ]
        return [program for program in programs[:MOST_PROGRAMS] if _writes(program, name)]

    def data_name(self, path: str, importer: Path) -> str:
        """How reports print the file that `data_file` found; the path itself where it found none."""
        found = self._find_data(path, str(importer))
        return display_name(found, self._base) if found is not None else path

    def lookups(self, files: Iterable[str]) -> dict[str, dict[str, str | None]]:
        """What each of ``files`` asked for so far, and what it was told: an answer that changes outdates a finding."""
        return {file: dict(self._lookups[file]) for file in files if self._lookups.get(file)}

    def still_answers(self, lookups: Mapping[str, Mapping[str, str | None]]) -> bool:
        """Whether every recorded question still has its recorded answer."""
        for asker, asked in lookups.items():
            for query, answer in asked.items():
                if query.startswith("data:"):
                    now = self._find_data(query.removeprefix("data:"), asker)
                elif query.startswith("writers:"):
                    now = "\n".join(self._writers(query.removeprefix("writers:"))) or None
                elif query.startswith("fits:"):
                    now = "\n".join(self._fitting(query.removeprefix("fits:"), asker)) or None
                else:
                    module = query.lstrip(".")
                    now = self._resolve(module, len(query) - len(module), asker)
                if now != answer:
                    return False
        return True

    def mentions(self, data: bytes) -> bool:
        """Whether the bytes of a file may use CLIP by what the user's own tables say."""
        return bool(self.extra_libraries) and load_gate(self.extra_libraries).may_use_clip(data)

    def contains(self, path: str) -> bool:
        """Whether an absolute path lies in the tree; what is installed inside a project is not part of it."""
        for root in self._tree_roots:
            prefix = root.rstrip(os.sep) + os.sep
            if path.startswith(prefix) and f"{os.sep}site-packages{os.sep}" not in path[len(prefix) - 1 :]:
                return True
        return False

    def _resolve(self, module: str, level: int, importer: str) -> str | None:
        parts = module.split(".") if module else []
        folder = os.path.dirname(importer)
        if level:
            for _ in range(level - 1):
                folder = os.path.dirname(folder)
            return self._inside(self._find(folder, parts), importer)
        for root in self._search_path(folder):
            found = self._inside(self._find(root, parts), importer)
            if found is not None:
                return found
        return None

    def _inside(self, found: str | None, importer: str) -> str | None:
        return found if found is not None and found != importer and self.contains(found) else None

    def _search_path(self, folder: str) -> tuple[str, ...]:
        """Where absolute imports of the files in ``folder`` may start, nearest first."""
        if folder not in self._search:
            tops = [folder]
            while "__init__.py" in self._entries(tops[0]):
                parent = os.path.dirname(tops[0])
                if parent == tops[0]:
                    break
                tops[0] = parent
            above = tops[0]
            while self.contains(above + os.sep) or above in self._tree_roots:
                tops += [above, os.path.join(above, "src")]
                above = os.path.dirname(above)
            tops.append(folder)
            for root in self._tree_roots:
                tops += [root, os.path.join(root, "src")]
            self._search[folder] = tuple(dict.fromkeys(tops))
        return self._search[folder]

    def _find(self, folder: str, parts: list[str]) -> str | None:
        """The file of the module ``parts`` below ``folder``: a package's ``__init__.py`` or a module."""
        for part in parts[:-1]:
            if part not in self._entries(folder):
                return None
            folder = os.path.join(folder, part)
        if not parts:
            return os.path.join(folder, "__init__.py") if "__init__.py" in self._entries(folder) else None
        last = parts[-1]
        names = self._entries(folder)
        if last in names:
            package = os.path.join(folder, last)
            if "__init__.py" in self._entries(package):
                return os.path.join(package, "__init__.py")
        return os.path.join(folder, last + ".py") if last + ".py" in names else None

    def _entries(self, folder: str) -> frozenset[str]:
        """The names in a folder, empty where there is none: one system call answers every later question."""
        if folder not in self._folders:
            unsaved = self._unsaved.get(folder, set())
            try:
                self._folders[folder] = frozenset(os.listdir(folder)) | unsaved
            except OSError:
                self._folders[folder] = frozenset(unsaved) if unsaved else None
        return self._folders[folder] or frozenset()

    def _find_data(self, path: str, importer: str) -> str | None:
        folder = os.path.dirname(importer)
        while True:
            candidate = os.path.normpath(os.path.join(folder, path))
            if self.contains(candidate) and _is_small_file(candidate):
                return candidate
            parent = os.path.dirname(folder)
            if os.path.isabs(path) or parent == folder or not self.contains(folder):
                return None
            folder = parent

    def _fitting(self, pattern: str, importer: str) -> list[str]:
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
                for entry in (self._entries(where) if self.contains(os.path.join(where, name)) else ())
                if is_filled(pieces, entry)
            )
            if files:
                small = len(files) <= MOST_FITTING and all(map(_is_small_file, files))
                return files if small and sum(map(os.path.getsize, files)) <= MAX_FITTING_BYTES else []
            parent = os.path.dirname(start)
            if os.path.isabs(pattern) or parent == start or not self.contains(start):
                return []
            start = parent


class _Recent(Generic[V]):
    """The values used last, as many as their weights allow; the newest always stays."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._total = 0
        self._values: OrderedDict[str, tuple[V, int]] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def get(self, key: str) -> V:
        self._values.move_to_end(key)
        return self._values[key][0]

    def put(self, key: str, value: V, weight: int) -> None:
        if key in self._values:
            self._total -= self._values.pop(key)[1]
        self._values[key] = (value, weight)
        self._total += weight
        while self._total > self._limit and len(self._values) > 1:
            _, (_, dropped) = self._values.popitem(last=False)
            self._total -= dropped


def project_root(folder: str) -> str:
    """The top of the project that ``folder`` belongs to: its repository, else where it is packaged, else itself."""
    return find_project(folder) or folder


def find_project(folder: str) -> str | None:
    """The top of the repository around ``folder``, else of what is packaged there; None where neither is."""
    packaged = ""
    current = folder
    while True:
        if os.path.lexists(os.path.join(current, ".git")):
            return current
        if not packaged and any(os.path.lexists(os.path.join(current, name)) for name in _PROJECT_FILES):
            packaged = current
        parent = os.path.dirname(current)
        if parent == current:
            return packaged or None
        current = parent


def _writes(program: str, name: bytes) -> bool:
    try:
        data = read_bytes(program)
    except UnreadableError:
        return False
    return name in data and _WRITING.search(data) is not None


def _is_small_file(path: str) -> bool:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size <= MAX_DATA_BYTES
