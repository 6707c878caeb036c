"""How far a long run is, and how long it will still take: a line that is written over on a terminal, else one now and then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from types import TracebackType

_PERIOD_TERMINAL, _PERIOD = 0.25, 15.0
"""Seconds between two lines."""
_LEAST = 3.0
"""Seconds of work before anything is said of the rest."""


class Estimate:
    """Told of each step; a new kind of work starts a new count."""

    def __init__(self, stream: TextIO, *, enabled: bool) -> None:
        self._stream = stream
        self._enabled = enabled
        self._is_terminal = stream.isatty()
        self._what = ""
        self._start = self._next = 0.0
        self._first = 0
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_line()

    def update(self, what: str, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` are done of ``what``."""
        if not self._enabled:
            return
        now = time.monotonic()
        if what != self._what:
            self._end_line()
            self._what, self._start, self._first = what, now, done
            self._next = now + (0.0 if self._is_terminal else _PERIOD)
        if now < self._next and done < total:
            return
        self._next = now + (_PERIOD_TERMINAL if self._is_terminal else _PERIOD)
        text = line(what, done, total, rest=self._rest(now, done, total))
        if self._is_terminal:
            self._stream.write("\r" + text.ljust(self._width))
            self._width = len(text)
        else:
            self._stream.write(text + "\n")
        self._stream.flush()

    def _rest(self, now: float, done: int, total: int) -> float | None:
        """The seconds that are left at the pace so far, None where nothing is known of it."""
        counted, taken = done - self._first, now - self._start
        return (total - done) * taken / counted if counted > 0 and taken > _LEAST and done < total else None

    def _end_line(self) -> None:
        if self._width:
            self._stream.write("\n")
            self._width = 0


def line(what: str, done: int, total: int, *, rest: float | None) -> str:
    """One line of how far it is."""
    share = f"{done / total:.0%}" if total else "100%"
    left = "" if rest is None else f", {duration(rest)} left"
    return f"{what}: {done:,} of {total:,} ({share}{left})"


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < 90:
        return f"about {max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    return f"about {minutes} min" if minutes < 90 else f"about {minutes / 60:.1f} h"
