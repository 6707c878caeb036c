"""What the linted tree asked for and did not get."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from clip_lint.core.escaping import printable
from clip_lint.core.files import leads_out
from clip_lint.settings.model import ConfigError
from clip_lint.source.project_top import project_root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.settings.configuration import Configuration


def refuse_link(path: str, base: str) -> None:
    """ConfigError where a file to be written is a link in the project that leads out: the tree may have brought it."""
    project = project_root(base)
    if path.startswith(project.rstrip(os.sep) + os.sep) and leads_out(path, project):
        raise ConfigError(f"{path}: not written: it is a link that leads out of the project")


@contextmanager
def warned(configuration: Configuration) -> Iterator[None]:
    """Inside, a configuration is used; at the end, come what may, a line on standard error for each of its warnings."""
    try:
        yield
    finally:
        for warning in dict.fromkeys(configuration.warnings):
            click.echo(printable(warning), err=True)
