"""The command `clip-lint clean`."""

from __future__ import annotations

import os
import shutil

import click

from clip_lint.cli.exits import CLEAN, HELP
from clip_lint.cli.warned import warned
from clip_lint.core.escaping import printable
from clip_lint.engine.cache_folder import cache_folder, refusal
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.variables import cache_values


@click.command("clean", context_settings=HELP)
def clean() -> int:
    """Remove what is kept between runs for the project around the current folder."""
    base = os.getcwd()
    configuration = Configuration(Overrides(cache_values(base)), base)
    with warned(configuration):
        folder = cache_folder(configuration.for_folder(base), base)
    reason = refusal(folder)
    if reason:
        raise click.ClickException(f"{folder}: left alone: {reason}")
    if os.path.lexists(folder):
        shutil.rmtree(folder)
        click.echo(printable(f"removed: {folder}"), err=True)
    else:
        click.echo("nothing is kept here", err=True)
    return CLEAN
