"""The command `clip-lint settings`."""

from __future__ import annotations

import json

import click

from clip_lint.cli.exits import CLEAN, HELP
from clip_lint.settings.keys import KEYS
from clip_lint.settings.schema import schema
from clip_lint.settings.selection import nearest


@click.command("settings", context_settings=HELP)
@click.argument("name", required=False, metavar="[KEY]")
@click.option(
    "--output-format",
    type=click.Choice(("text", "schema")),
    default="text",
    help="A list for people, or a JSON schema for editors.",
)
def settings(name: str | None, output_format: str) -> int:
    """List the keys of the configuration and what they mean."""
    if name is not None and name not in KEYS:
        raise click.UsageError(f"no key {name!r}{nearest(name, KEYS)}")
    if output_format == "schema":
        click.echo(json.dumps(schema(), indent=1))
        return CLEAN
    width = max(map(len, KEYS))
    for key, about in KEYS.items():
        if name in (None, key):
            default = f" [default: {about.default}]" if about.default else ""
            click.echo(f"{key:<{width}}  {about.means}{default}")
    return CLEAN
