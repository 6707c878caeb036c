"""What one file may cost: so many seconds of processor time, and so much memory of the process.

Whoever works on a file does so inside `bounded`, whoever works on many inside `run`; `check` is asked in long loops. Where the system
has a clock that ticks with the work of a process (not on Windows, and in the main thread only), it asks on its own.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SECONDS = 7.0
"""Of processor time, for all that one run does with one file."""
MEGABYTES = 1_000
"""By which a process may grow in one run."""
SECONDS_VARIABLE, MEMORY_VARIABLE = "CLIP_LINT_MAX_SECONDS", "CLIP_LINT_MAX_MEMORY"
_LEAST_MEGABYTES = 100
_TICK = 0.1


class BoundError(Exception):
    """A file, or all of a run, costs more than it may; the message says what to do."""


_NOT_STOPPED = frozenset({"ast", "weakref"})
"""Modules of the standard library in which nothing is raised from outside."""


class TooSlowError(BoundError):
    """It takes too long."""


class TooLargeError(BoundError):
    """It takes too much memory: what is kept of other files had better go."""


class _Account(threading.local):
    """What the run of a thread has spent: by file, and where it started."""

    def __init__(self) -> None:
        self.depth = 0
        self.baseline = 0
        self.megabytes = 0.0
        self.seconds = 0.0
        self.spent: dict[str, float] = {}
        self.file: str | None = None
        self.deadline: float | None = None
        self.next_look = 0.0


_ACCOUNT = _Account()


def begin(share: int = 1) -> None:
    """Count from here: each file has its time once, and ``share`` processes have the memory together."""
    account = _ACCOUNT
    account.spent = {}
    account.file = account.deadline = None
    account.baseline = _resident()
    account.seconds = _allowed(SECONDS_VARIABLE, SECONDS)
    allowed = _allowed(MEMORY_VARIABLE, MEGABYTES)
    account.megabytes = max(allowed / share, min(allowed, _LEAST_MEGABYTES))
    account.depth = 1


@contextmanager
def run() -> Iterator[None]:
    """One run; in another one it is part of that."""
    account = _ACCOUNT
    if account.depth == 0:
        begin()
    else:
        account.depth += 1
    try:
        yield
    finally:
        account.depth -= 1


@contextmanager
def bounded(path: str) -> Iterator[None]:
    """Inside, a file is worked on: BoundError where that costs too much.

    Another file that is looked at meanwhile has a time of its own; the same one goes on with what is left of it.
    """
    account = _ACCOUNT
    with run():
        if account.file == path:
            yield
            return
        outer = account.file, account.deadline
        start = time.thread_time()
        account.file = path
        account.next_look = 0.0
        account.deadline = start + account.seconds - account.spent.get(path, 0.0)
        is_ticking = outer[0] is None and _start_ticking()
        try:
            check()
            yield
        finally:
            account.deadline = None  # before all else: from here on no tick may raise
            used = time.thread_time() - start
            account.spent[path] = account.spent.get(path, 0.0) + used
            if is_ticking:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            account.file, account.deadline = outer[0], None if outer[1] is None else outer[1] + used


def is_at_work_on(path: str) -> bool:
    """Whether this file is worked on already: then who began that answers for its bounds."""
    return _ACCOUNT.file == path


def spend(path: str, seconds: float) -> None:
    """A file was worked on elsewhere, in a worker."""
    _ACCOUNT.spent[path] = _ACCOUNT.spent.get(path, 0.0) + seconds


def spent(path: str) -> float:
    """The seconds that a file has cost so far."""
    return _ACCOUNT.spent.get(path, 0.0)


def check(ahead: float = 0.0) -> None:
    """BoundError where the file that is worked on has cost enough; nothing outside `bounded`.

    ``ahead`` are the seconds that what comes next takes, if nothing can interrupt it.
    """
    account = _ACCOUNT
    if account.deadline is None:
        return
    now = time.thread_time()
    if now + ahead > account.deadline:
        raise TooSlowError(
            f"it takes more than {account.seconds:g} s of processor time; split it, leave it out with `exclude`, or "
            f"allow more with {SECONDS_VARIABLE}"
        )
    if now < account.next_look:
        return
    account.next_look = now + _TICK / 2
    if is_full():
        raise TooLargeError(
            f"clip-lint has grown by {account.megabytes:g} MB of memory, more than it may; split the file, leave it out with "
            f"`exclude`, or allow more with {MEMORY_VARIABLE}"
        )


def is_full(part: float = 1.0) -> bool:
    """Whether the process has grown in this run by this part of all that it may."""
    return _ACCOUNT.depth > 0 and _resident() - _ACCOUNT.baseline > part * _ACCOUNT.megabytes * 1_000_000


def freed() -> bool:
    """Whether there is room again for a file once what nobody holds is gone."""
    gc.collect()
    return not is_full(0.5)


def _allowed(variable: str, default: float) -> float:
    """What the environment allows, the default where it says nothing that can be meant."""
    try:
        allowed = float(os.environ.get(variable, default))
    except ValueError:
        return default
    return allowed if allowed > 0 else default


def _resident() -> int:
    """Bytes of memory that the process holds; where that is not told, the most that it ever held, else none."""
    try:
        with Path("/proc/self/statm").open("rb", buffering=0) as stream:
            return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return _most_resident()


def _most_resident() -> int:
    try:
        import resource  # noqa: PLC0415  (not on Windows)
    except ImportError:
        return 0
    most: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _start_ticking() -> bool:
    """Let the process's clock ask `check` from now on, where there is one and nobody else uses it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return False
    if signal.getsignal(signal.SIGVTALRM) not in (signal.SIG_DFL, _tick):
        return False
    signal.signal(signal.SIGVTALRM, _tick)
    signal.setitimer(signal.ITIMER_VIRTUAL, _TICK, _TICK)
    return True


def _tick(_number: int, frame: FrameType | None) -> None:
    """Ask, unless the clock rings where an exception does no good: it is asked again soon.

    CPython 3.11's parser answers one with a SystemError, and in a finaliser it is printed and forgotten.
    """
    if frame is None or (
        frame.f_globals.get("__name__") not in _NOT_STOPPED and frame.f_code.co_name != "__del__"
    ):
        check()
