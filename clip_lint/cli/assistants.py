"""The commands ``clip-lint mcp`` and ``clip-lint skill``."""

from __future__ import annotations

from pathlib import Path

import click

from clip_lint.cli.exits import CLEAN, HELP
from clip_lint.cli.extras import needs
from clip_lint.core.escaping import printable


@click.command("mcp", context_settings=HELP)
def serve() -> int:
    """Speak the Model Context Protocol over standard input and output, for coding assistants."""
    needs("mcp", "mcp", "the server for coding assistants")
    from clip_lint.assistants.serving import make_server  # noqa: PLC0415 (only with the extra)

    make_server().run()
    return CLEAN


@click.command("skill", context_settings=HELP)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--force", is_flag=True, help="Overwrite a SKILL.md that is not ours.")
def skill(folder: Path, *, force: bool) -> int:
    """Write a SKILL.md into DIR that tells coding assistants when CLIP is the wrong model, and what to use."""
    from clip_lint.assistants.skill import FILE, is_ours, text  # noqa: PLC0415 (reads the reference pages)

    path = folder / FILE
    try:
        if path.exists() and not force and not is_ours(path.read_text(encoding="utf-8", errors="replace")):
            raise click.ClickException(f"{path}: clip-lint did not write this; --force overwrites it")
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text(folder.resolve().name), encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written: {error.strerror or error}") from None
    click.echo(printable(f"written: {path}"), err=True)
    return CLEAN
