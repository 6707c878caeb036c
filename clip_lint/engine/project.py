"""One project: its paths, settings, pins, imports, overlay and what is remembered of it. Whatever lints asks it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clip_lint.core import bounds
from clip_lint.engine.aside import Aside
from clip_lint.engine.cache import open_cache
from clip_lint.engine.files import ProjectFiles
from clip_lint.engine.garbage import collected_seldom
from clip_lint.engine.merge import merge
from clip_lint.engine.outcome import Linted, Outcome
from clip_lint.engine.run import Run
from clip_lint.engine.tree import Tree
from clip_lint.settings.values import rules
from clip_lint.source.discovery import Target, discover, outermost_excluded
from clip_lint.source.project_top import Tops

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clip_lint.core.problem import Problem
    from clip_lint.engine.cache import Cache
    from clip_lint.engine.funnel import FileResult, Steps
    from clip_lint.engine.kept import Stamp
    from clip_lint.settings.configuration import Configuration
    from clip_lint.source.discovery import Discovery

Progress = Callable[[int, int], None]


class Project(ProjectFiles):
    """The files that belong together, as they are on disk and as an editor or a fixer holds them.

    ``base`` is the folder that relative paths and the paths of findings count from; ``folders`` are those that count as a
    project where nothing marks one. ``isolated`` looks at no pins. ``steps`` stand in for reading and checks in tests; then
    nothing is cached or sent to workers.
    """

    def __init__(
        self,
        configuration: Configuration,
        base: str,
        *,
        isolated: bool = False,
        steps: Steps | None = None,
    ) -> None:
        super().__init__(configuration, base, isolated=isolated, steps=steps)
        self.folders: tuple[str, ...] = () if base in (os.path.abspath(os.sep), str(Path.home())) else (base,)
        self._tops = Tops()
        self._trees: dict[str, Tree] = {}
        self._linted: dict[str, Stamp] = {}
        self._made: dict[str, tuple[str, Any]] = {}

    def refresh(self) -> None:
        """Look at the disk again: files were written, or versions pinned."""
        self.unpin()
        self._tops = Tops()
        for tree in self._trees.values():
            tree.outdated()

    def is_outdated(self, names: Iterable[str]) -> bool:
        """Whether a file was written since `lint` last looked at it, by its name in findings."""
        paths = {self.named(name).path for name in names}
        return any(self.stamp(path) != self._linted[path] for path in paths if path in self._linted)

    def is_imported(self, target: Target) -> bool:
        """Whether another file of the project imports a file."""
        return bool(self.importers(target.path))

    def discover(self, paths: Sequence[str]) -> Discovery:
        """The files that ``paths`` (relative to ``base``) stand for."""
        return discover(paths, self.configuration, self.base)

    def importers(self, path: str) -> set[str]:
        """The files that import a file, directly or not, as far as the trees that were linted show."""
        return {other for tree in self._trees.values() for other in tree.importers(path)} - {path}

    def users(self) -> set[str]:
        """The files that use CLIP themselves, of all trees that were linted."""
        return {path for tree in self._trees.values() for path in tree.users}

    # Fixes are made where they are asked for: a run that shows none saves the time.

    def lint(self, paths: Sequence[str], *, progress: Progress | None = None, fixes: bool = False) -> Outcome:
        """The findings in all files that ``paths`` stand for; ``progress`` is told how many of how many are done."""
        found = self.discover(paths)
        with bounds.run(), collected_seldom(), self._kept() as cache:
            runs = self._runs(found.targets, cache, found)
            results = _results(runs, self.configuration.for_folder(self.base).workers, progress)
            self._linted = {path: stamp for run in runs for path, stamp in run.stamps.items()}
            outcome = self._merged(results, found.targets, fixes=fixes, cache=cache)
        problems = (*found.problems, *outcome.problems)
        warnings = (*found.warnings, *outcome.warnings)
        return replace(outcome, missing=found.missing, problems=problems, warnings=warnings)

    def lint_files(self, targets: Sequence[Target], *, fixes: bool = False) -> Outcome:
        """The findings in these files, without the cache."""
        with bounds.run(), collected_seldom():
            return self._merged(_results(self._runs(targets), 1), targets, fixes=fixes)

    def lint_text(self, data: bytes, name: str, *, fixes: bool = False, cached: bool = False) -> Outcome:
        """The findings in ``data``, linted as if it were the content of the file ``name``.

        ``cached``: what is read of the rest of the project is kept between runs.
        """
        target = self.named(name)
        settings = target.settings
        if settings.force_exclude and settings.excludes(target.path, os.path.basename(target.path)):
            return Outcome()
        with (
            bounds.run(),
            collected_seldom(),
            self.holding(target.path, data),
            self._kept(is_wanted=cached) as cache,
        ):
            results = _results(self._runs((target,), cache), 1)
            return self._merged(results, (target,), fixes=fixes)

    def linted(self, target: Target, data: bytes, *, fixes: bool = False) -> Linted:
        """The findings that stand in a file if ``data`` is its content, whichever file's reading gives them."""
        with bounds.run(), collected_seldom(), self.holding(target.path, data):
            results = _results(self._runs((target,)), 1)
            own = self._merged(results, (target,), fixes=fixes).findings
        every = {
            (finding.code, finding.place): finding
            for finding in (*(each for result in results for each in result.findings), *own)
            if finding.place.path == target.name
        }
        problems = next((each.problems for each in results if each.path == target.path), ())
        return Linted(own, tuple(every.values()), problems)

    @contextmanager
    def _kept(self, *, is_wanted: bool = True) -> Iterator[Cache | None]:
        """The cache, if the settings allow one; what is new in it is written at the end, come what may."""
        settings = self.configuration.for_folder(self.base)
        is_on = is_wanted and self.uses_own_steps and settings.cache
        cache, complaint = open_cache(settings, self.base) if is_on else (None, "")
        if complaint:
            self.configuration.warnings.append(complaint)
        try:
            yield cache
        finally:
            if cache is not None:
                cache.save(target.path for tree in self._trees.values() for target in tree.targets)

    def _merged(
        self,
        results: Iterable[FileResult],
        targets: Sequence[Target],
        *,
        fixes: bool = False,
        cache: Cache | None = None,
    ) -> Outcome:
        outcome = merge(results, targets, rules, self.overlay, self._aside())
        findings = outcome.findings
        slow: tuple[Problem, ...] = ()
        if fixes and findings:
            from clip_lint.engine.repairs import Memory, with_fixes  # noqa: PLC0415  (repairs are slow to load)

            findings, slow = with_fixes(
                findings, self, self.importers, self._concerned, Memory(self._made, cache)
            )
        told = (warning for tree in self._trees.values() for warning in tree.warnings)
        return replace(
            outcome,
            findings=findings,
            warnings=(*told, *outcome.warnings),
            files=len(targets),
            unrepaired=slow,
        )

    def _aside(self) -> Aside:
        return Aside(self.base, self.read, self.importers, self._concerned)

    def _concerned(self) -> set[str]:
        """The files that use CLIP, of all trees that were linted."""
        return {path for tree in self._trees.values() for path in tree.concerned}

    def _runs(
        self, targets: Sequence[Target], cache: Cache | None = None, found: Discovery | None = None
    ) -> list[Run]:
        """What is to be read for ``targets``, tree by tree."""
        named = found.roots if found is not None else ()
        listed = found.targets if found is not None and found.walked == named else None
        grouped: dict[str, list[Target]] = {}
        for target in targets:
            grouped.setdefault(self._tops.of(target.path, (*self.folders, *named)), []).append(target)
        groups: list[tuple[Tree, list[Target]]] = []
        guests: dict[tuple[str, str], list[Target]] = {}
        for top, members in grouped.items():
            tree = self._tree(top, (top,))
            tree.list_files(listed if named == (top,) else None)
            inside = [target for target in members if tree.holds(target.path)]
            for target in members:
                if not tree.holds(target.path):
                    around = outermost_excluded(target.path, target.settings)
                    folder = around if around and around != target.path else os.path.dirname(target.path)
                    guests.setdefault((folder, top), []).append(target)
            groups.append((tree, inside))
        for (folder, top), members in guests.items():
            tree = self._tree(folder, (folder, top))
            tree.list_files(None)
            groups.append((tree, members))
        runs = []
        for tree, members in groups:
            if members:
                tree.look(members, cache)
                runs.append(Run(self, tree, members, cache))
        return runs

    def _tree(self, top: str, roots: tuple[str, ...]) -> Tree:
        key = "\0".join(roots)
        if key not in self._trees:
            self._trees[key] = Tree(self, top, roots)
        return self._trees[key]


def _results(runs: Sequence[Run], workers: int, progress: Progress | None = None) -> list[FileResult]:
    total = sum(run.count for run in runs)
    done = 0

    def step(count: int) -> None:
        nonlocal done
        for _ in range(count):
            done += 1
            if progress is not None:
                progress(done, total)

    return [result for run in runs for result in run.results(workers, step)]
