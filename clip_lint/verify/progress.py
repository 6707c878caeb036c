"""What is running, on the terminal."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from clip_lint.core.escaping import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def telling(console: Console | None = None) -> Iterator[Callable[[str, int, int], None]]:
    """A function for ``VerifyOptions.tell`` that keeps a progress line on standard error, if that is a terminal."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console or Console(stderr=True), transient=True) as progress:
        task = progress.add_task("loading models", total=None)

        def tell(words: str, done: int, total: int) -> None:
            progress.update(task, description=f"verifying {printable(words)}", completed=done, total=total)

        yield tell
