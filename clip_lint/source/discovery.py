"""Paths, folders and globs -> the files to lint, in a stable order, each with its settings."""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.core.files import Inside, leads_out
from clip_lint.core.problem import Problem
from clip_lint.source.gitignore import above_root, enter
from clip_lint.source.load import display_name
from clip_lint.source.project_top import project_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.settings.configuration import Configuration
    from clip_lint.settings.model import Settings
    from clip_lint.source.gitignore import GitIgnore

SUFFIXES = (".py", ".pyi", ".ipynb")


@dataclass(frozen=True, slots=True)
class Target:
    """A file to lint: its absolute path, the name that reports print, and the settings of its folder."""

    path: str
    name: str
    settings: Settings


@dataclass(frozen=True, slots=True)
class Discovery:
    """What the paths of a command line stand for.

    ``roots`` are the folders they name or lie in, ``walked`` those that were named and walked, ``missing`` the paths that stand
    for nothing, ``problems`` the folders that could not be read, ``warnings`` the links that were left alone.
    """

    targets: tuple[Target, ...]
    roots: tuple[str, ...]
    missing: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    walked: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def discover(
    paths: Sequence[str], configuration: Configuration, base: str, *, most: int | None = None
) -> Discovery:
    """Every file that ``paths`` (relative to the folder ``base``) name or contain, once each.

    With ``most`` the search ends soon after so many files.
    """
    walk = _Walk(configuration, base, most)
    missing: list[Problem] = []
    for path in paths:
        for absolute in _expanded(path, base, missing):
            walk.add(absolute)
    roots = tuple(dict.fromkeys(walk.roots))
    targets = tuple(walk.targets.values())
    return Discovery(
        targets, roots, tuple(missing), tuple(walk.problems), tuple(walk.walked), tuple(walk.warnings)
    )


def _expanded(path: str, base: str, missing: list[Problem]) -> Iterator[str]:
    """The absolute paths that an argument stands for: itself, or what a glob finds."""
    absolute = os.path.normpath(os.path.join(base, path))
    if "\0" in path:
        missing.append(Problem(path, "no such file or folder"))
    elif os.path.lexists(absolute):
        yield absolute
    elif glob.has_magic(path):
        found = sorted(glob.glob(absolute, recursive=True))
        if not found:
            missing.append(Problem(path, "matches no file or folder"))
        yield from found
    else:
        missing.append(Problem(path, "no such file or folder"))


class _Walk:
    """The files met so far; folders are read with `os.scandir`, one system call for many entries."""

    def __init__(self, configuration: Configuration, base: str, most: int | None = None) -> None:
        self._configuration = configuration
        self._base = base
        self._most = most
        self.targets: dict[str, Target] = {}
        self.roots: list[str] = []
        self.walked: list[str] = []
        self.problems: list[Problem] = []
        self.warnings: list[str] = []

    def add(self, path: str) -> None:
        """A path that the user named: linted unless `force-exclude` says otherwise."""
        if os.path.isdir(path):
            settings = self._configuration.for_folder(path)
            self.roots.append(path)
            if not (settings.force_exclude and is_excluded(path, settings)):
                self.walked.append(path)
                self._walk(path)
            return
        folder = os.path.dirname(path)
        settings = self._configuration.for_folder(folder)
        self.roots.append(folder)
        if settings.force_exclude and is_excluded(path, settings):
            return
        if os.path.islink(path) and not self._is_source(path, folder):
            name = display_name(path, self._base)
            self.problems.append(
                Problem(name, "not read: the link leads out of the project, to no Python file")
            )
            return
        self._take(path, settings)

    @staticmethod
    def _is_source(path: str, folder: str) -> bool:
        """Whether a link that the user named leads to something that may be read and shown."""
        return os.path.realpath(path).endswith(SUFFIXES) or not leads_out(path, project_root(folder))

    def _take(self, path: str, settings: Settings) -> None:
        if path not in self.targets:
            self.targets[path] = Target(path, display_name(path, self._base), settings)

    def _walk(self, root: str) -> None:
        inside = Inside([root, project_root(root)])
        pending: list[tuple[str, GitIgnore | None]] = [(root, None)]
        first = True
        while pending and (self._most is None or len(self.targets) <= self._most):
            folder, ignore = pending.pop()
            try:
                with os.scandir(folder) as scan:
                    entries = sorted(scan, key=lambda entry: entry.name)
            except OSError as error:
                name = display_name(folder, self._base)
                self.problems.append(Problem(name, f"cannot be read: {error.strerror or error}"))
                continue
            settings = self._configuration.for_folder(folder)
            if settings.respect_gitignore:
                ignore = self._ignore(folder, entries, ignore, is_root=first)
            first = False
            folders: list[tuple[str, GitIgnore | None]] = []
            for entry in entries:
                name = entry.name
                is_folder = _is_folder(entry)
                if not is_folder and not name.endswith(SUFFIXES):
                    continue
                if settings.excludes(entry.path, name):
                    continue
                if (
                    ignore is not None
                    and settings.respect_gitignore
                    and ignore.ignores(entry.path, is_folder)
                ):
                    continue
                if is_folder:
                    folders.append((entry.path, ignore))
                elif not _is_file(entry) or (entry.is_symlink() and self._leads_inside(entry.path, root)):
                    continue
                elif entry.is_symlink() and not inside.holds(entry.path):
                    shown = display_name(entry.path, self._base)
                    self.warnings.append(
                        f"{shown}: warning: not linted: it is a link that leads out of the project"
                    )
                else:
                    self._take(entry.path, settings)
            pending.extend(reversed(folders))

    def _ignore(
        self, folder: str, entries: list[os.DirEntry[str]], above: GitIgnore | None, *, is_root: bool
    ) -> GitIgnore | None:
        """What git ignores in ``folder``."""
        names = {entry.name for entry in entries}
        if not is_root and ".gitignore" not in names and ".git" not in names:
            return above
        return enter(folder, above_root(folder) if is_root else above, names)

    @staticmethod
    def _leads_inside(path: str, root: str) -> bool:
        """Whether a link points at a file of the same tree, which the walk meets under its own name."""
        return os.path.realpath(path).startswith(os.path.realpath(root) + os.sep)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Folders behind links are not walked: they may lead in circles."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Regular files and links to them; pipes, sockets and dangling links in a folder are nobody's source."""
    try:
        return entry.is_file()
    except OSError:
        return False


def is_excluded(path: str, settings: Settings) -> bool:
    """Whether a named path (absolute), or a folder it lies in, is excluded."""
    return outermost_excluded(path, settings) is not None


def outermost_excluded(path: str, settings: Settings) -> str | None:
    """The largest excluded folder that a path lies in, or the path itself; None where nothing is excluded."""
    found = None
    while True:
        parent, name = os.path.split(path)
        if not name or not path.startswith(settings.base):
            return found
        if settings.excludes(path, name):
            found = path
        path = parent
