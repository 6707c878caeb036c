"""The files under the top of one project: what each of them is, and which must be read to lint some of them."""

from __future__ import annotations

import os
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.core.bounds import BoundError, bounded
from clip_lint.core.files import UnreadableError
from clip_lint.core.problem import Problem
from clip_lint.engine.graph import ImportGraph
from clip_lint.engine.scan import Links, Scan, from_record, links_of, scan, tells, to_record
from clip_lint.settings.model import ConfigError
from clip_lint.source.data_files import data_names
from clip_lint.source.discovery import discover, is_excluded
from clip_lint.source.load import display_name
from clip_lint.source.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clip_lint.engine.cache import Cache
    from clip_lint.engine.files import ProjectFiles
    from clip_lint.engine.kept import Stamp
    from clip_lint.source.discovery import Target

MOST_FILES = 10_000
MOST_BYTES = 200_000_000
"""A larger project is not looked at as a whole."""
MOST_HELD = 80_000_000
"""Bytes of source that are kept in memory while a project is looked at."""
_PATIENCE = 10
"""A tree that took a second to look at is not looked at again for so many seconds, unless somebody says it changed."""
_LARGE = 100_000
"""Bytes of a file whose time to look at counts as time for it."""
_AT_ONCE = 0.01
"""Seconds that are spent at every run without thinking twice."""


class Tree:
    """A project's files as they are now. ``roots`` are where imports start: the top, and the project around it."""

    def __init__(self, project: ProjectFiles, top: str, roots: tuple[str, ...]) -> None:
        self._project = project
        self.top = top
        self.roots = roots
        self._reason = ""
        self.problems: dict[str, Problem] = {}
        self._listed: dict[str, Target] = {}
        self._targets: dict[str, Target] = {}
        self._held: set[str] = set()
        self._scans: dict[str, tuple[Stamp, Scan]] = {}
        self._held_data: dict[str, bytes] = {}
        self._room = MOST_HELD
        self._is_partial = False
        self._graph: ImportGraph | None = None
        self._data_names: list[frozenset[str] | None] = []
        self._looked_at: float | None = None
        self._took = 0.0
        self._is_due = True

    @property
    def targets(self) -> Iterable[Target]:
        """All files that are linted with the tree."""
        return self._targets.values()

    def outdated(self) -> None:
        """The disk changed: look again at the next run."""
        self._looked_at = None

    def list_files(self, known: Sequence[Target] | None) -> None:
        """Find out which files there are, unless that was done just now. ``known`` are all, where the caller has them."""
        start = time.monotonic()
        self._is_due = (
            self._looked_at is None
            or self._took <= _AT_ONCE
            or start - self._looked_at > _PATIENCE * self._took
        )
        if self._is_due:
            found = self._found() if known is None else known
            self._listed = {target.path: target for target in found}
            self._data_names = []
            self._looked_at = start

    def look(self, asked: Sequence[Target], cache: Cache | None) -> None:
        """Find out what the files are now, ``asked`` among them."""
        held = {path: self._project.target(path) for path in self._project.overlay if self.holds(path)}
        wanted = {target.path: target for target in asked}
        self._targets = {**self._listed, **held, **wanted}
        before = dict(self._scans)
        if self._is_due:
            self._scan_all(cache)
        else:
            for path in {*held, *self._held, *wanted}:
                self._scan(path, cache)
        self._held = set(held)
        for path in self._scans.keys() - self._targets.keys():
            del self._scans[path]
        if self._graph is None or before != self._scans:
            self._link(cache)
        self._held_data, self._room = {}, MOST_HELD
        if self._is_due and self._looked_at is not None:
            self._took = time.monotonic() - self._looked_at

    def readers(self, asked: Iterable[Target]) -> list[Target]:
        """The files to read so that everything about ``asked`` is found, in order."""
        if self._graph is None:
            return []
        wanted = self._graph.involved(target.path for target in asked) & self.concerned
        return [target for path, target in self._targets.items() if path in wanted]

    def importers(self, path: str) -> set[str]:
        """The files that import a file, directly or not."""
        return self._graph.importers(path) if self._graph is not None else set()

    def size(self, path: str) -> int:
        """How many bytes a file has, 0 where an editor holds it."""
        stamp = self._scans[path][0] if path in self._scans else None
        return stamp[2] if isinstance(stamp, tuple) else 0

    def has_comments(self, path: str) -> bool:
        """Whether a file may hold suppressions."""
        return path in self._scans and self._scans[path][1].has_comments

    @property
    def concerned(self) -> frozenset[str]:
        """The files that use CLIP or import a module that does."""
        return self._graph.concerned if self._graph is not None else frozenset()

    @property
    def users(self) -> frozenset[str]:
        """The files that use CLIP themselves."""
        return frozenset(path for path, (_, found) in self._scans.items() if found.uses_clip)

    @property
    def trained(self) -> frozenset[str]:
        """The files that a training program imports."""
        return self._graph.trained if self._graph is not None else frozenset()

    @property
    def imported(self) -> frozenset[str]:
        """The files whose CLIP names another file imports."""
        return self._graph.imported if self._graph is not None else frozenset()

    def holds(self, path: str) -> bool:
        """Whether a file is one of those that are linted with the whole tree: a listed one, or one not yet saved."""
        if path in self._listed or self._is_partial:
            return True
        if not path.startswith(self.top.rstrip(os.sep) + os.sep) or os.path.lexists(path):
            return False
        return not is_excluded(path, self._project.target(path).settings)

    def _found(self) -> Sequence[Target]:
        """All files of the tree, none where it is too large."""
        self._is_partial = False
        try:
            found = discover([self.top], self._project.configuration, self._project.base, most=MOST_FILES)
        except ConfigError as error:
            self._give_up(f"cannot be looked at as a whole ({error})")
            return ()
        if len(found.targets) > MOST_FILES:
            self._give_up(f"holds more than {MOST_FILES:,} Python files")
            return ()
        return found.targets

    def _give_up(self, reason: str) -> None:
        self._is_partial = True
        self._reason = f"this project {reason}, so only the files that were named are read"

    @property
    def warnings(self) -> Iterator[str]:
        """What a user must know about the bounds of what was read."""
        name = display_name(self.top, self._project.base)
        if self._is_partial:
            yield f"{name}: warning: {self._reason}"
        if self._graph is not None and self._graph.left_out:
            count = len(self._graph.left_out)
            yield f"{name}: warning: {count:,} files were not read that import what uses CLIP: together they are too large"

    def _scan_all(self, cache: Cache | None) -> None:
        size = 0
        for path in [*self._targets]:
            size += self._scan(path, cache)
            if size > MOST_BYTES and not self._is_partial and len(self._targets) > 1:
                self._give_up(f"holds more than {MOST_BYTES // 1_000_000} MB of Python")

    def _scan(self, path: str, cache: Cache | None) -> int:
        """Look at a file if it is new or has changed; its length."""
        project = self._project
        stamp = project.stamp(path)
        size = stamp[2] if isinstance(stamp, tuple) else 0
        known = self._scans.get(path)
        if known is not None and known[0] == stamp:
            return size
        self.problems.pop(path, None)
        kept = cache if path not in project.overlay and project.shares_cache(path) else None
        found = self._remembered(path, kept)
        if found is None:
            try:
                data = kept.read(path) if kept is not None else project.read(path)
            except UnreadableError as error:
                self._scans.pop(path, None)
                self.problems[path] = Problem(display_name(path, project.base), str(error))
                return 0
            self._hold(path, data)
            try:
                with bounded(path) if len(data) > _LARGE else nullcontext():
                    found = scan(path, data, project.steps, project.tables(path))
            except BoundError:
                found, kept = (
                    Scan(uses_clip=True, has_comments=False),
                    None,
                )  # who reads it says why it cannot
            if kept is not None:
                kept.keep_scan(path, to_record(found))
        self._scans[path] = stamp, found
        return size

    def _remembered(self, path: str, cache: Cache | None) -> Scan | None:
        if cache is None or not cache.is_current(path):
            return None
        record = cache.scan(path)
        try:
            return from_record(record) if record is not None else None
        except (ValueError, TypeError, AttributeError, KeyError):
            return None  # an entry that this version did not write

    def _link(self, cache: Cache | None) -> None:
        """Make the graph, unless no file uses CLIP."""
        self._graph = None
        uses = [path for path, (_, found) in self._scans.items() if found.uses_clip]
        if uses:
            links = {path: self._links(path, cache) for path in [*self._scans]}
            modules = Modules(self.roots, self._project.overlay)
            steps, tables = self._project.steps, self._project.tables(uses[0])
            self._graph = ImportGraph(
                links,
                uses,
                modules,
                self._text,
                lambda data: tells(data, steps, tables),
                self._names_of_data,
            )

    def _names_of_data(self) -> frozenset[str] | None:
        """Which data files there are, looked for once in each look at the disk."""
        if not self._data_names:
            self._data_names = [data_names(self.roots)]
        return self._data_names[0]

    def _hold(self, path: str, data: bytes) -> None:
        """Keep a file's content until the tree has been looked at, as long as memory allows: the graph asks for it again."""
        self._room -= len(data)
        if self._room >= 0:
            self._held_data[path] = data

    def _read(self, path: str) -> bytes:
        """A file's content; UnreadableError as `read_bytes`."""
        held = self._held_data.get(path)
        return self._project.read(path) if held is None else held

    def _text(self, path: str) -> bytes:
        try:
            return self._read(path)
        except UnreadableError:
            return b""

    def _links(self, path: str, cache: Cache | None) -> Links:
        stamp, found = self._scans[path]
        if found.links is not None:
            return found.links
        try:
            links = links_of(path, self._read(path))
        except UnreadableError:
            return Links()
        found = replace(found, links=links)
        self._scans[path] = stamp, found
        if cache is not None and path not in self._project.overlay and cache.scan(path) is not None:
            cache.keep_scan(path, to_record(found))
        return links
