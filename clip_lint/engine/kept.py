"""What a process remembers of a file's result, and what it holds for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clip_lint.engine.funnel import FileResult
    from clip_lint.engine.task import Task

Stamp = str | tuple[int, ...] | None
"""What tells one state of a file from another; None where it cannot be looked at."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file's result, and what it holds for: see `Run._circumstances`."""

    stamp: Stamp
    task: Task
    circumstances: Mapping[str, Any]
    result: FileResult
    stamps: Mapping[str, Stamp]
