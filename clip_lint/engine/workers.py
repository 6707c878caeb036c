"""The funnel in several processes: results come back as they are done, and no file can take the others down."""

from __future__ import annotations

import signal
import sys
import threading
from functools import cache
from typing import TYPE_CHECKING

from clip_lint.core import bounds
from clip_lint.core.problem import Problem
from clip_lint.engine.funnel import FileResult, default_steps, lint_file, preload

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.engine.task import Scope, Task
    from clip_lint.source.workspace import Workspace

_CHUNKS_PER_WORKER = 8


def in_workers(tasks: Sequence[Task], count: int) -> Iterator[tuple[Task, FileResult]]:
    """Each task with its result, in no particular order, from ``count`` processes.

    A process that has grown by all that it may leaves the rest of its files to new ones. One that dies (killed for memory,
    crashed) takes its chunk along; those files are tried again one by one, and the one that kills its process a second time
    becomes a problem.
    """
    chunks = _chunks(tasks, count * _CHUNKS_PER_WORKER)
    lost: list[Task] = []
    while chunks:
        left: list[list[Task]] = []
        for chunk, results in _round(chunks, min(count, len(chunks))):
            if results is None:
                lost += chunk
                continue
            yield from zip(chunk, results, strict=False)
            if len(results) < len(chunk):
                left.append(list(chunk[len(results) :]))
        chunks = left
    for task in lost:
        for _, results in _round([[task]], 1):
            message = "not linted: the process that read it was killed or crashed"
            yield (
                task,
                results[0] if results else FileResult(task.path, problems=(Problem(task.name, message),)),
            )


def _round(
    chunks: Sequence[Sequence[Task]], count: int
) -> Iterator[tuple[Sequence[Task], list[FileResult] | None]]:
    """Each chunk with its results, None where its process died."""
    import multiprocessing  # noqa: PLC0415  (slow to load, and small runs need no workers)
    from concurrent.futures import ProcessPoolExecutor, as_completed  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    # A fork is the fastest start by far, and safe on Linux while this process has but one thread.
    can_fork = sys.platform == "linux" and threading.active_count() == 1
    if can_fork:
        preload()
    context = multiprocessing.get_context("fork" if can_fork else "spawn")
    pool = ProcessPoolExecutor(count, context, _begin, (count,))
    try:
        futures = {pool.submit(_lint_chunk, chunk): chunk for chunk in chunks}
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except BrokenProcessPool:
                yield futures[future], None
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    pool.shutdown()


def _begin(count: int) -> None:
    """Ctrl-C reaches the whole process group; only the parent answers it. The memory is for all workers together."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    bounds.begin(count)


def _lint_chunk(tasks: Sequence[Task]) -> list[FileResult]:
    """The results of the files, as far as this process has memory for them."""
    results: list[FileResult] = []
    for task in tasks:
        if bounds.is_full(0.5):
            _workspace.cache_clear()
            if not bounds.freed():
                break
        results.append(lint_file(task, _workspace(task.scope), default_steps()))
    return results


@cache
def _workspace(scope: Scope) -> Workspace:
    """One view of the tree for each process, so that a helper is read once in it."""
    return scope.workspace()


def _chunks(tasks: Sequence[Task], count: int) -> list[list[Task]]:
    """Neighbouring files together: they import the same helpers."""
    size = max(1, -(-len(tasks) // count))
    return [list(tasks[start : start + size]) for start in range(0, len(tasks), size)]
