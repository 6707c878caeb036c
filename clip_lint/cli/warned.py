"""What a found configuration asked for and did not get, told when the work is done."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from clip_lint.core.escaping import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.settings.configuration import Configuration


@contextmanager
def warned(configuration: Configuration) -> Iterator[None]:
    """Inside, a configuration is used; at the end, come what may, a line on standard error for each of its warnings."""
    try:
        yield
    finally:
        for warning in dict.fromkeys(configuration.warnings):
            click.echo(printable(warning), err=True)
