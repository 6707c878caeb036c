"""Commands that need an extra: one line that says what to install where it is missing."""

from __future__ import annotations

from importlib.util import find_spec

import click

from clip_lint.core.home import install


def needs(extra: str, package: str, what: str) -> None:
    """A ClickException where ``package``, which the extra ``extra`` brings for ``what``, is not installed."""
    if find_spec(package) is None:
        raise click.ClickException(f"{what} needs {package}: {install(extra)}")
