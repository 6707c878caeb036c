"""The commands that print what clip-lint knows: `rules`, `explain`; and `completion`."""

from __future__ import annotations

import json
import sys

import click
from click.shell_completion import get_completion_class

from clip_lint.cli.exits import CLEAN, COMPLETE, HELP, PROGRAM, is_colored
from clip_lint.report.pages import page
from clip_lint.settings.values import rules


@click.command("rules", context_settings=HELP)
@click.option(
    "--output-format",
    type=click.Choice(("text", "json")),
    default="text",
    help="A table, or JSON with every field.",
)
def list_rules(output_format: str) -> int:
    """List the rules."""
    if output_format == "json":
        rows = [
            {
                "code": rule.code,
                "name": rule.name,
                "summary": rule.summary,
                "severity": str(rule.severity),
                "preview": rule.is_preview,
                "fix": rule.fix.value if rule.fix else None,
            }
            for rule in rules().values()
        ]
        click.echo(json.dumps(rows, indent=1))
        return CLEAN
    width = max((len(rule.name) for rule in rules().values()), default=0)
    for rule in rules().values():
        severity = f"{rule.severity}{' (preview)' if rule.is_preview else ''}"
        click.echo(f"{rule.code}  {rule.name:<{width}}  {severity:<17}  {rule.summary}")
    return CLEAN


@click.command("explain", context_settings=HELP)
@click.argument("topic", metavar="CODE|NAME|TOPIC")
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    help="Render the Markdown for a terminal.",
)
def explain(topic: str, color: str) -> int:
    """Print a rule's card, or a page of the references."""
    try:
        title, markdown = page(topic)
    except LookupError as error:
        raise click.UsageError(str(error.args[0])) from None
    if not is_colored(color):
        click.echo(f"{title}\n\n{markdown.strip()}")
        return CLEAN
    from rich.console import Console  # noqa: PLC0415
    from rich.markdown import Markdown  # noqa: PLC0415

    console = Console(file=sys.stdout, force_terminal=True)
    console.print(Markdown(f"{title}\n\n{markdown}"))
    return CLEAN


@click.command("completion", context_settings=HELP)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> int:
    """Print a script that completes this command line in your shell.

    For bash: clip-lint completion bash > ~/.local/share/bash-completion/completions/clip-lint
    """
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(found(click.get_current_context().find_root().command, {}, PROGRAM, COMPLETE).source())
    return CLEAN
