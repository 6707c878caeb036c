"""`--watch`: lint, and lint again whenever a file changes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click
from watchfiles import Change, DefaultFilter, watch

from clip_lint.core.escaping import printable
from clip_lint.settings.model import DEFAULT_EXCLUDE, ConfigError
from clip_lint.source.data_files import DATA_SUFFIXES
from clip_lint.source.discovery import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from watchfiles.main import FileChange

_PATIENCE = 100
"""Milliseconds until the first run, and between two looks for Ctrl-C."""
_OTHER_SUFFIXES = (".toml", ".lock", ".cfg")


class _Filter(DefaultFilter):
    """Programs, label files and configuration, outside the folders that nobody lints."""

    ignore_dirs = (*DefaultFilter.ignore_dirs, *DEFAULT_EXCLUDE, ".clip_lint_cache")

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a changed file may change what is found."""
        return path.endswith((*SUFFIXES, *DATA_SUFFIXES, *_OTHER_SUFFIXES)) and super().__call__(change, path)


def lint_on_change(paths: Sequence[str], base: str, run: Callable[[], int]) -> None:
    """Call ``run`` at once and after each change below ``paths`` (relative to ``base``); ends with KeyboardInterrupt."""
    folders = dict.fromkeys(_folder(os.path.join(base, path)) for path in paths)
    first = True
    # Watching begins before the first run, so that no change falls between the two.
    for changes in _changes(folders):
        if not (changes or first):
            continue
        if sys.stdout.isatty():
            click.clear()
        try:
            run()
        except (click.ClickException, ConfigError) as error:
            text = error.format_message() if isinstance(error, click.ClickException) else str(error)
            click.echo(printable(f"clip-lint: {text}"), err=True)
        sys.stdout.flush()
        click.echo("clip-lint: watching; Ctrl-C ends", err=True)
        first = False


def _changes(folders: Iterable[str]) -> Iterator[set[FileChange]]:
    """What changed, again and again; nothing where nothing did for a while."""
    try:
        yield from watch(
            *folders,
            watch_filter=_Filter(),
            rust_timeout=_PATIENCE,
            yield_on_timeout=True,
            raise_interrupt=True,
        )
    except RuntimeError as error:  # the name of a file that changed is no text
        raise click.ClickException(f"watching ended: {error}") from error


def _folder(path: str) -> str:
    """The folder to watch for a path; for a glob, the one it begins in."""
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return os.path.normpath(path)
