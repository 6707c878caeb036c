"""The files of a project as they are on disk and as an editor or a fixer holds them, with their settings and pins."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.core.files import read_bytes
from clip_lint.engine.cache import digest
from clip_lint.engine.funnel import default_steps
from clip_lint.engine.pins import ProjectVersions
from clip_lint.source.discovery import Target
from clip_lint.source.load import display_name, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.engine.funnel import Steps
    from clip_lint.engine.kept import Kept, Stamp
    from clip_lint.knowledge.versions import Versions
    from clip_lint.settings.configuration import Configuration
    from clip_lint.source.model import Source
    from clip_lint.syntax.width import Width


class ProjectFiles:
    """What is known of a project's files before anything is linted; see `Project`."""

    def __init__(
        self,
        configuration: Configuration,
        base: str,
        *,
        isolated: bool = False,
        steps: Steps | None = None,
    ) -> None:
        self.configuration = configuration
        self.base = base
        self.steps = steps or default_steps()
        self.uses_own_steps = steps is None
        self.overlay: dict[str, bytes] = {}
        """What an editor holds, or a fixer has mended but not written, by absolute path."""
        self.memory: dict[str, Kept] = {}
        """Results of this process, by absolute path."""
        self.widths: dict[str, Width] = {}
        """How long the lines of files that are being mended were let be before, by absolute path."""
        self._sources: dict[str, tuple[bytes, Source | None]] = {}
        self._isolated = isolated
        self._pins: dict[tuple[tuple[str, str], ...], ProjectVersions] = {}
        self._targets: dict[str, Target] = {}

    def unpin(self) -> None:
        """Look for pinned versions again: the disk changed."""
        self._pins.clear()

    def read(self, path: str) -> bytes:
        """A file's content as far as anybody knows it; UnreadableError as `read_bytes`."""
        return self.overlay[path] if path in self.overlay else read_bytes(path)

    def stamp(self, path: str) -> Stamp:
        """What tells one state of a file from another: a held one's content, else the disk's word."""
        if path in self.overlay:
            return digest(self.overlay[path])
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            return None
        return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino

    @contextmanager
    def holding(self, path: str, data: bytes) -> Iterator[None]:
        """Inside, a file has another content than on disk."""
        before = self.overlay.get(path)
        self.overlay[path] = data
        try:
            yield
        finally:
            if before is None:
                del self.overlay[path]
            else:
                self.overlay[path] = before

    @contextmanager
    def keeping(self, path: str, width: Width) -> Iterator[None]:
        """Inside, a file's lines are let be as long as they were before anything was mended in it."""
        self.widths[path] = width
        try:
            yield
        finally:
            del self.widths[path]

    def overlaid(self) -> dict[str, Source]:
        """The programs that differ from what lies on disk."""
        found: dict[str, tuple[bytes, Source | None]] = {}
        for path, data in self.overlay.items():
            known = self._sources.get(path)
            if known is None or known[0] != data:
                known = data, load(Path(path), display_name(path, self.base), data).source
            found[path] = known
        self._sources = found
        return {path: source for path, (_, source) in found.items() if source is not None}

    def target(self, path: str) -> Target:
        """A file by its absolute path, with its name and settings."""
        known = self._targets.get(path)
        if known is None:
            settings = self.configuration.for_folder(os.path.dirname(path))
            known = self._targets[path] = Target(path, display_name(path, self.base), settings)
        return known

    def named(self, name: str) -> Target:
        """The file that findings' places call ``name``."""
        return self.target(os.path.normpath(os.path.join(self.base, name)))

    def versions(self, target: Target) -> Versions:
        """The library versions that hold for a file."""
        pinned = target.settings.target_versions
        if pinned not in self._pins:
            self._pins[pinned] = ProjectVersions(
                use_pins=not self._isolated, targets=dict(pinned), top=self.base
            )
        return self._pins[pinned].for_folder(os.path.dirname(target.path))

    def tables(self, path: str) -> tuple[Path, ...]:
        """The user's own library tables that hold for a file."""
        return tuple(map(Path, self.target(path).settings.extra_libraries))

    def shares_cache(self, path: str) -> bool:
        """Whether the cache, which is one for each set of tables, holds for a file."""
        return self.target(path).settings.extra_libraries == self._own_tables

    @cached_property
    def _own_tables(self) -> tuple[str, ...]:
        return self.configuration.for_folder(self.base).extra_libraries
