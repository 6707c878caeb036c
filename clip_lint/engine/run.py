"""The files of one run on their way through memory, cache and funnel, in this process or in workers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from clip_lint.core import bounds
from clip_lint.core.files import UnreadableError
from clip_lint.core.problem import Problem
from clip_lint.engine.cache import digest
from clip_lint.engine.cache_format import from_record, to_record
from clip_lint.engine.funnel import FileResult, lint_bytes
from clip_lint.engine.kept import Kept
from clip_lint.engine.task import Scope, Task
from clip_lint.engine.workers import in_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clip_lint.engine.cache import Cache
    from clip_lint.engine.files import ProjectFiles
    from clip_lint.engine.kept import Stamp
    from clip_lint.engine.tree import Tree
    from clip_lint.source.discovery import Target
    from clip_lint.source.workspace import Workspace

PARALLEL_BYTES = 500_000
"""Below this much text to parse, workers cost more than they save: starting them takes 0.1 s of processor time."""


class Run:
    """The files of one tree that must be read to lint ``asked``."""

    def __init__(
        self, project: ProjectFiles, tree: Tree, asked: Sequence[Target], cache: Cache | None
    ) -> None:
        self._project = project
        self._tree = tree
        self._cache = cache
        self._workspaces: dict[Scope, Workspace] = {}
        readers = tree.readers(asked)
        names = {target.path for target in readers}
        others = [target for target in asked if target.path not in names]
        self._tasks = [
            *(self._task(target, is_read=True) for target in readers),
            *(self._task(target, is_read=False) for target in others if tree.has_comments(target.path)),
        ]
        self.count = len(readers) + len(others)
        self.stamps: dict[str, Stamp] = {}
        self._unreadable = [target.path for target in asked if target.path in tree.problems]

    def results(self, workers: int, progress: Callable[[int], None]) -> list[FileResult]:
        """Each file's result, from memory or cache where it still holds; ``progress`` is told of each file that is done."""
        results = [FileResult(path, problems=(self._tree.problems[path],)) for path in self._unreadable]
        # Taken before anything is read: what somebody writes from now on is another state than what is remembered.
        self.stamps = {task.path: self._project.stamp(task.path) for task in self._tasks}
        tasks: list[Task] = []
        size = 0
        progress(self.count - len(self._tasks))
        for task in self._tasks:
            remembered = self._remembered(task)
            if remembered is None:
                tasks.append(task)
                size += self._tree.size(task.path)
            else:
                results.append(remembered)
                progress(1)
        count = workers or os.cpu_count() or 1
        may_fork = self._project.uses_own_steps and not self._project.overlay
        parallel = may_fork and len(tasks) > 1 and count > 1 and (workers > 0 or size > PARALLEL_BYTES)
        for task, result in in_workers(tasks, count) if parallel else self._here(tasks, may_fork=may_fork):
            if parallel:
                bounds.spend(task.path, result.seconds - task.seconds)
            self._keep(task, result)
            results.append(result)
            progress(1)
        return results

    def _task(self, target: Target, *, is_read: bool) -> Task:
        tree, project = self._tree, self._project
        libraries = target.settings.extra_libraries
        scope = Scope(tree.roots, project.base, libraries, tree.concerned, tree.trained, tree.imported)
        seconds = bounds.spent(target.path)
        return Task(target.path, target.name, project.versions(target), scope, is_read, seconds)

    def _here(self, tasks: Sequence[Task], *, may_fork: bool) -> Iterator[tuple[Task, FileResult]]:
        for number, task in enumerate(tasks):
            if bounds.is_full(0.5):
                # What is kept of other files goes; where that is not enough, another process begins anew.
                self._workspaces.clear()
                if not bounds.freed() and may_fork:
                    yield from in_workers(tasks[number:], 1)
                    return
            try:
                data = self._project.read(task.path)
            except UnreadableError as error:
                yield task, FileResult(task.path, problems=(Problem(task.name, str(error)),))
                continue
            yield task, lint_bytes(task, data, self._workspace(task.scope), self._project.steps)

    def _workspace(self, scope: Scope) -> Workspace:
        if scope not in self._workspaces:
            self._workspaces[scope] = scope.workspace(self._project.overlaid())
        return self._workspaces[scope]

    # --- what is remembered -------------------------------------------------------------------------------------------

    def _remembered(self, task: Task) -> FileResult | None:
        """The result of an earlier run, if neither the file nor anything its reading looked at has changed."""
        known = self._project.memory.get(task.path)
        if known is not None and self._holds(known, task):
            return known.result
        cache = self._cache
        if cache is None or task.path in self._project.overlay or not cache.is_current(task.path):
            return None
        record = cache.result(task.path)
        if record is None:
            return None
        try:
            result = from_record(task.path, record)
            is_same = (
                record["circumstances"] == self._circumstances(task, result)
                and all(self._content(path) == name for path, name in record["contents"].items())
                and self._workspace(task.scope).still_answers(result.lookups)
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return None  # an entry that this version did not write
        return result if is_same else None

    def _holds(self, known: Kept, task: Task) -> bool:
        """Whether what was read in this process is still true."""
        stamp = self._project.stamp
        return (
            known.stamp == stamp(task.path)
            and known.task == task
            and known.circumstances == self._circumstances(task, known.result)
            and all(stamp(path) == before for path, before in known.stamps.items())
            and self._workspace(task.scope).still_answers(known.result.lookups)
        )

    def _keep(self, task: Task, result: FileResult) -> None:
        if result.is_fault:
            return
        circumstances = self._circumstances(task, result)
        stamp = self._project.stamp
        stamps = {
            path: self.stamps[path] if path in self.stamps else stamp(path) for path in result.dependencies
        }
        own = self.stamps[task.path]
        self._project.memory[task.path] = Kept(own, task, circumstances, result, stamps)
        if self._cache is not None and task.path not in self._project.overlay:
            record = to_record(result)
            record["circumstances"] = circumstances
            record["contents"] = {path: self._content(path) for path in result.dependencies}
            self._cache.keep(task.path, record)

    def _circumstances(self, task: Task, result: FileResult) -> dict[str, Any]:
        """What a result depends on besides the contents of files."""
        return {
            "is_read": task.is_read,
            "libraries": list(task.scope.extra_libraries),
            "versions": task.versions.record(),
            "trained": task.path in self._tree.trained,
            "imported": task.path in self._tree.imported,
            "concerned": [path for path in result.dependencies if path in self._tree.concerned],
        }

    def _content(self, path: str) -> str | None:
        overlay = self._project.overlay
        if path in overlay:
            return digest(overlay[path])
        return self._cache.content(path) if self._cache is not None else None
