"""One project: its paths, settings, pins, overlay and what is remembered of it. Everything that lints goes through it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint import __version__
from clip_lint.engine.cache import FOLDER, Cache, digest
from clip_lint.engine.funnel import default_steps
from clip_lint.engine.merge import merge
from clip_lint.engine.outcome import Linted, Outcome
from clip_lint.engine.pins import ProjectVersions
from clip_lint.engine.repairs import Imports, Surroundings, with_fixes
from clip_lint.engine.run import Run
from clip_lint.settings.configuration import rules
from clip_lint.source.discovery import Target, discover
from clip_lint.source.load import display_name, load, read_bytes
from clip_lint.source.workspace import project_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from clip_lint.engine.funnel import FileResult, Steps
    from clip_lint.engine.run import Kept, Stamp
    from clip_lint.knowledge.versions import Versions
    from clip_lint.settings.configuration import Configuration, Settings
    from clip_lint.source.discovery import Discovery
    from clip_lint.source.model import Source

Progress = Callable[[int, int], None]


class Project:
    """The files that belong together, as they are on disk and as an editor or a fixer holds them.

    ``base`` is the folder that relative paths and the paths of findings count from. ``isolated`` looks at no pins.
    ``steps`` stand in for reading and checks in tests; then nothing is cached or sent to workers.
    """

    def __init__(
        self,
        configuration: Configuration,
        base: str,
        *,
        isolated: bool = False,
        steps: Steps | None = None,
        folders: Sequence[str] = (),
    ) -> None:
        self.configuration = configuration
        self.base = base
        self.steps = steps or default_steps()
        self.uses_own_steps = steps is None
        self.overlay: dict[str, bytes] = {}
        """What an editor holds, or a fixer has mended but not written, by absolute path."""
        self._sources: dict[str, tuple[bytes, Source | None]] = {}
        self._isolated = isolated
        self._pins: dict[tuple[tuple[str, str], ...], ProjectVersions] = {}
        self.folders: tuple[str, ...] = tuple(folders)
        self.memory: dict[str, Kept] = {}
        self._roots: tuple[str, ...] = ()
        self._origins: Mapping[str, tuple[str, ...]] = {}
        self._targets: dict[str, Target] = {}

    # --- what belongs to it -------------------------------------------------------------------------------------------

    def read(self, path: str) -> bytes:
        """A file's content as far as anybody knows it; UnreadableError as `read_bytes`."""
        return self.overlay[path] if path in self.overlay else read_bytes(path)

    def stamp(self, path: str) -> Stamp:
        """What tells one state of a file from another: a held one's content, else the disk's word."""
        if path in self.overlay:
            return digest(self.overlay[path])
        try:
            status = os.stat(path)
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino

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
            self._pins[pinned] = ProjectVersions(use_pins=not self._isolated, targets=dict(pinned))
        return self._pins[pinned].for_folder(os.path.dirname(target.path))

    def is_imported(self, target: Target) -> bool:
        """Whether another file of the project imports a file."""
        return Surroundings(self.versions(target), Imports(self)).is_imported(target.name)

    def refresh(self) -> None:
        """Look at the disk again: files were written, or versions pinned."""
        self._pins.clear()

    # --- linting ------------------------------------------------------------------------------------------------------

    def discover(self, paths: Sequence[str]) -> Discovery:
        """The files that ``paths`` (relative to ``base``) stand for."""
        return discover(paths, self.configuration, self.base)

    # Fixes are made where they are asked for: a run that shows none saves the time.

    def lint(self, paths: Sequence[str], *, progress: Progress | None = None, fixes: bool = False) -> Outcome:
        """The findings in all files that ``paths`` stand for; ``progress`` is told how many of how many are done."""
        found = self.discover(paths)
        self._roots = tuple(dict.fromkeys((*self._roots, *found.roots)))
        settings = self.configuration.for_folder(self.base)
        cache = _open_cache(settings, self.base) if self.uses_own_steps and settings.cache else None
        try:
            results = Run(self, self._roots, cache, progress).results(found.targets, settings.workers)
        finally:
            if cache is not None:
                cache.save(target.path for target in found.targets)
        outcome = self._merged(results, found.targets, fixes=fixes)
        problems = (*found.problems, *outcome.problems)
        return replace(outcome, missing=found.missing, problems=problems, files=len(found.targets))

    def lint_files(self, targets: Sequence[Target], *, fixes: bool = False) -> Outcome:
        """The findings in these files, without the cache."""
        folders = (os.path.dirname(target.path) for target in targets)
        self._roots = tuple(dict.fromkeys((*self._roots, *self.folders, *folders)))
        results = Run(self, self._roots, None, None).results(targets, 1)
        return replace(self._merged(results, targets, fixes=fixes), files=len(targets))

    def lint_text(self, data: bytes, name: str, *, fixes: bool = False) -> Outcome:
        """The findings in ``data``, linted as if it were the content of the file ``name``."""
        target = self.named(name)
        settings = target.settings
        if settings.force_exclude and settings.excludes(target.path, os.path.basename(target.path)):
            return Outcome()
        self.overlay[target.path] = data
        return self.lint_files((target,), fixes=fixes)

    def linted(self, target: Target, data: bytes, *, fixes: bool = False) -> Linted:
        """The findings that stand in a file if ``data`` is its content, whichever file's reading gives them."""
        before = self.overlay.get(target.path)
        self.overlay[target.path] = data
        try:
            others = [self.named(name) for name in self._origins.get(target.name, ()) if name != target.name]
            involved = [target, *others]
            results = Run(self, self._roots, None, None).results(involved, 1)
            own = [each for each in self._merge(results, involved).findings if each.place.path == target.name]
            if fixes:
                own = with_fixes(own, self)
        finally:
            if before is None:
                del self.overlay[target.path]
            else:
                self.overlay[target.path] = before
        every = {
            (finding.code, finding.place): finding
            for finding in (*(each for result in results for each in result.findings), *own)
            if finding.place.path == target.name
        }
        problems = next((each.problems for each in results if each.path == target.path), ())
        return Linted(tuple(own), tuple(every.values()), problems)

    def _merged(
        self, results: Iterable[FileResult], targets: Sequence[Target], *, fixes: bool = False
    ) -> Outcome:
        outcome = self._merge(results, targets)
        self._origins = outcome.origins
        return replace(outcome, findings=tuple(with_fixes(outcome.findings, self))) if fixes else outcome

    def _merge(self, results: Iterable[FileResult], targets: Sequence[Target]) -> Outcome:
        return merge(results, targets, rules, self.overlay)


def _open_cache(settings: Settings, base: str) -> Cache:
    """The cache of everything that results depend on besides the files themselves."""
    folder = settings.cache_dir or os.path.join(project_root(base), FOLDER)
    key = "\0".join([__version__, sys.version, base, *_own_files()])
    extra = [table.read_bytes() for table in map(Path, settings.extra_libraries)]
    return Cache(folder, digest(b"\0".join([key.encode("utf-8", "surrogateescape"), *extra])))


def _own_files() -> Iterator[str]:
    """The stamps of clip-lint's own sources, tables and cards: who develops them must not see old findings."""
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            status = os.stat(os.path.join(folder, name))
            yield f"{name}:{status.st_mtime_ns}:{status.st_size}"
