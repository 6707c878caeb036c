"""The command line in this process: most tests of it need no interpreter of their own."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Done:
    """What a run printed, and its status."""

    stdout: str
    stderr: str
    status: int


def clip_lint(folder: Path, *arguments: str, status: int | None = None) -> Done:
    """A run of the command line in a folder; it never tells of a fault of its own, and ends with this status."""
    stdout, stderr = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    left = 0
    with contextlib.chdir(folder), contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            main(arguments)
        except SystemExit as leaving:
            left = leaving.code if isinstance(leaving.code, int) else 2
    told = [stream.buffer.getvalue().decode() for stream in (stdout, stderr)]
    done = Done(told[0], told[1], left)
    assert "please report it" not in done.stderr, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    if status is not None:
        assert done.status == status, done
    return done
