"""Worker processes on one machine. One that dies, hangs or grows too large costs the task that it had, and is replaced."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from clip_lint.scan.options import Lost
from clip_lint.scan.worker import receive, send

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from clip_lint.scan.work import Job, Task

_PATIENCE = 10
"""So many seconds of the clock may pass for each of processor time: other programs work as well."""
_LOOK = 0.2
"""Seconds between two looks at a worker that has a task."""


class Pool:
    """So many workers, each with a folder of its own for private files. As a context: all are gone at its end."""

    def __init__(self, job: Job, count: int) -> None:
        self._job = job
        self._count = count
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._is_over = False
        self._lock = threading.Lock()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._is_over = True
            for worker in self._workers:
                worker.kill()

    def run(self, tasks: Iterable[Task], *, seconds: float | None = None) -> Iterator[tuple[Task, Any]]:
        """Each task with its answer, `Lost` where it has none, as they are done. ``seconds`` of processor time bound each task."""
        waiting = iter(tasks)
        answers: queue.Queue[tuple[Any, Any]] = queue.Queue(4 * self._count)
        threads = [
            threading.Thread(target=self._serve, args=(waiting, answers, seconds), daemon=True)
            for _ in range(self._count)
        ]
        for thread in threads:
            thread.start()
        busy = len(threads)
        while busy:
            task, answer = answers.get()
            if task is None:
                busy -= 1
                if answer is not None:
                    raise answer
            else:
                yield task, answer

    def _serve(
        self, waiting: Iterator[Task], answers: queue.Queue[tuple[Any, Any]], seconds: float | None
    ) -> None:
        """One worker's share of the tasks, from a thread that waits for it."""
        worker: _Worker | None = None
        failure: BaseException | None = None
        try:
            while not self._is_over:
                with self._lock:
                    task = next(waiting, None)
                if task is None:
                    break
                if worker is None:
                    worker = self._taken()
                answer = worker.ask(task, seconds)
                answers.put((task, answer))
                if isinstance(answer, Lost) or worker.is_worn:
                    self._ended(worker)
                    worker = None
        except BaseException as error:
            failure = error
        finally:
            if worker is not None:
                self._put_back(worker)
            answers.put((None, failure))

    def _taken(self) -> _Worker:
        """A worker that waits, else a new one."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        worker = _Worker(self._job)
        with self._lock:
            self._workers.add(worker)
            if self._is_over:
                worker.kill()
        return worker

    def _put_back(self, worker: _Worker) -> None:
        with self._lock:
            self._idle.append(worker)

    def _ended(self, worker: _Worker) -> None:
        worker.kill()
        with self._lock:
            self._workers.discard(worker)


class _Worker:
    """One process, the thread that reads its answers, and its folder."""

    def __init__(self, job: Job) -> None:
        self._limits = job.limits
        self._scratch = tempfile.mkdtemp(prefix="worker-", dir=job.scratch)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "clip_lint.scan.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._inbox: queue.Queue[Any] = queue.Queue()
        self._served = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._send(replace(job, scratch=self._scratch))

    @property
    def is_worn(self) -> bool:
        """Whether it has worked long enough."""
        return self._served >= self._limits.repositories

    def ask(self, task: Task, seconds: float | None) -> Any:
        """The answer to a task, or `Lost`."""
        if not self._served and self._answer(None) is _GONE:
            return self._death("could not be started")
        self._served += 1
        self._send(task)
        answer = self._answer(seconds)
        return self._death("died") if answer is _GONE else answer

    def _answer(self, seconds: float | None) -> Any:
        """What it says next, or `Lost` where that takes too much."""
        start, before = time.monotonic(), _spent(self._process.pid)
        while True:
            try:
                return self._inbox.get(timeout=_LOOK)
            except queue.Empty:
                reason = self._complaint(start, before, seconds)
                if reason:
                    self.kill()
                    return Lost(reason)

    def _death(self, what: str) -> Lost:
        status = self._process.wait()
        how = f"signal {-status}" if status < 0 else f"status {status}"
        return Lost(f"not linted: the process that read it {what} ({how})")

    def kill(self) -> None:
        """End it now, and remove what it wrote."""
        self._process.kill()
        self._process.wait()
        _close(self._process.stdin)
        self._reader.join()
        _close(self._process.stdout)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _complaint(self, start: float, before: float | None, seconds: float | None) -> str:
        spent = _spent(self._process.pid)
        if seconds is not None and spent is not None and before is not None and spent - before > seconds:
            return f"not linted: it takes more than {seconds:g} s of processor time"
        if seconds is not None and time.monotonic() - start > _PATIENCE * seconds:
            return f"not linted: no answer after {_PATIENCE * seconds:g} s"
        if _resident(self._process.pid) > self._limits.megabytes * 1_000_000:
            return f"not linted: it takes more than {self._limits.megabytes:,} MB of memory"
        return ""

    def _send(self, value: Any) -> None:
        if self._process.stdin is not None:
            try:
                send(cast("BinaryIO", self._process.stdin), value)
            except OSError:
                return  # it is gone, as whoever waits for the answer will see

    def _read(self) -> None:
        stream = self._process.stdout
        try:
            while stream is not None:
                self._inbox.put(receive(cast("BinaryIO", stream)))
        except Exception:
            self._inbox.put(_GONE)  # it ended, or what came is no answer


_GONE = object()


def _close(stream: Any) -> None:
    try:
        if stream is not None:
            stream.close()
    except OSError:
        return  # what waited to be sent has nobody to go to


def _spent(process: int) -> float | None:
    """Seconds of processor time that a process took so far, where the system tells."""
    try:
        words = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return None


def _resident(process: int) -> int:
    """Bytes of memory that a process holds, where the system tells."""
    try:
        return int(Path(f"/proc/{process}/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0
