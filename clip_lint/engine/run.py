"""The files of one run on their way through memory, cache and funnel, in this process or in workers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.core.problem import Problem
from clip_lint.engine.cache_format import from_record, to_record
from clip_lint.engine.funnel import FileResult, lint_bytes
from clip_lint.engine.workers import Scope, Task, in_workers
from clip_lint.source.load import UnreadableError
from clip_lint.source.suppressions import may_suppress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from clip_lint.engine.cache import Cache
    from clip_lint.engine.project import Project
    from clip_lint.source.discovery import Target
    from clip_lint.source.workspace import Workspace

PARALLEL_BYTES = 500_000
"""Below this much text to parse, workers cost more than they save: starting them takes 0.1 s of processor time."""


Stamp = str | tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A file's result, and what it holds for."""

    stamp: Stamp
    task: Task
    result: FileResult
    stamps: Mapping[str, Stamp]


class Run:
    """One look at the project's files: what is read of them is not read twice."""

    def __init__(
        self,
        project: Project,
        roots: tuple[str, ...],
        cache: Cache | None,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._project = project
        self._roots = roots
        self._cache = cache
        self._progress = progress or (lambda _done, _total: None)
        self._workspaces: dict[Scope, Workspace] = {}

    def results(self, targets: Sequence[Target], workers: int) -> list[FileResult]:
        """Each target's result, from the cache where it still holds."""
        results: list[FileResult] = []
        tasks: list[Task] = []
        done = size = 0
        for target in targets:
            remembered = self._remembered(target)
            if remembered is None:
                length = self._sieve(target, results)
                if length:
                    tasks.append(self._task(target))
                    size += length
                    continue
            else:
                results.append(remembered)
            done += 1
            self._progress(done, len(targets))
        count = workers or os.cpu_count() or 1
        may_fork = self._project.uses_own_steps and not self._project.overlay
        parallel = may_fork and len(tasks) > 1 and count > 1 and (workers > 0 or size > PARALLEL_BYTES)
        for task, result in in_workers(tasks, count) if parallel else self._here(tasks):
            self._keep(task, result)
            results.append(result)
            done += 1
            self._progress(done, len(targets))
        return results

    def _task(self, target: Target) -> Task:
        return Task(target.path, target.name, self._project.versions(target), self._scope(target))

    def _sieve(self, target: Target, results: list[FileResult]) -> int:
        """The bytes search: the length of a file worth reading; 0 for one whose (empty) result is settled."""
        try:
            data = self._read(target.path)
        except UnreadableError as error:
            results.append(FileResult(target.path, problems=(Problem(target.name, str(error)),)))
            return 0
        if (
            self._project.steps.may_use_clip(data)
            or may_suppress(data)
            or self._workspace(self._scope(target)).mentions(data)
        ):
            return len(data)
        if self._cache is not None:
            self._cache.keep(target.path, None)
        return 0

    def _read(self, path: str) -> bytes:
        if self._cache is not None and path not in self._project.overlay:
            return self._cache.read(path)
        return self._project.read(path)

    def _here(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, FileResult]]:
        for task in tasks:
            try:
                data = self._project.read(task.path)
            except UnreadableError as error:
                yield task, FileResult(task.path, problems=(Problem(task.name, str(error)),))
                continue
            workspace = self._workspace(task.scope)
            yield (
                task,
                lint_bytes(task.path, task.name, data, workspace, task.versions, self._project.steps),
            )

    def _scope(self, target: Target) -> Scope:
        return Scope(self._roots, self._project.base, target.settings.extra_libraries)

    def _workspace(self, scope: Scope) -> Workspace:
        if scope not in self._workspaces:
            self._workspaces[scope] = scope.workspace(self._project.overlaid())
        return self._workspaces[scope]

    def _remembered(self, target: Target) -> FileResult | None:
        """The result of an earlier run, if neither the file nor anything its reading looked at has changed."""
        cache = self._cache
        known = self._project.memory.get(target.path)
        if known is not None and self._holds(known, target):
            return known.result
        if cache is None or target.path in self._project.overlay or not cache.is_current(target.path):
            return None
        kept = cache.result(target.path)
        if kept is None:
            return FileResult(target.path)
        try:
            if kept["versions"] != self._project.versions(target).record():
                return None
            if any(cache.content(path) != name for path, name in kept["contents"].items()):
                return None
            if not self._workspace(self._scope(target)).still_answers(kept["lookups"]):
                return None
            return from_record(target.path, kept)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None  # an entry that this version did not write

    def _holds(self, known: Kept, target: Target) -> bool:
        """Whether what was read in this process is still true."""
        stamp = self._project.stamp
        return (
            known.stamp == stamp(target.path)
            and known.task == self._task(target)
            and all(stamp(path) == before for path, before in known.stamps.items())
            and self._workspace(known.task.scope).still_answers(known.result.lookups)
        )

    def _keep(self, task: Task, result: FileResult) -> None:
        if result.is_fault:
            return
        stamp = self._project.stamp
        stamps = {path: stamp(path) for path in result.dependencies}
        self._project.memory[task.path] = Kept(stamp(task.path), task, result, stamps)
        cache = self._cache
        if cache is None or task.path in self._project.overlay:
            return
        if result.is_empty:
            cache.keep(task.path, None)
            return
        record = to_record(result)
        record["versions"] = task.versions.record()
        record["contents"] = {path: cache.content(path) for path in result.dependencies}
        cache.keep(task.path, record)
