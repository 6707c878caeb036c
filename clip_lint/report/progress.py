"""A progress bar on the terminal, for runs that take long enough to wonder."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self, TextIO

if TYPE_CHECKING:
    from types import TracebackType

_PATIENCE = 1.0
"""Seconds before the bar appears."""
_PERIOD = 0.1


class Progress:
    """A bar that comes up once a run is long and is gone when it ends. It has no thread: workers are forked beside it."""

    def __init__(self, stream: TextIO, *, enabled: bool) -> None:
        self._stream = stream
        self._enabled = enabled
        self._next = time.monotonic() + _PATIENCE
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` files are done."""
        if not self._enabled or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _PERIOD
        if self._bar is None:
            self._start()
        self._bar.update(self._task, completed=done, total=total, refresh=True)

    def _start(self) -> None:
        from rich import progress  # noqa: PLC0415  (only for long runs on a terminal)
        from rich.console import Console  # noqa: PLC0415

        self._bar = progress.Progress(
            "Linting",
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            console=Console(file=self._stream),
            auto_refresh=False,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None)
        self._bar.start()
