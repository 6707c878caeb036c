"""The commands that print what clip-lint knows: `rules`, `explain`; and `completion`."""

from __future__ import annotations

import json
import sys

import click
from click.shell_completion import get_completion_class

from clip_lint.cli import completing
from clip_lint.cli.exits import CLEAN, COMPLETE, HELP, PROGRAM, is_colored
from clip_lint.core.home import rule_url
from clip_lint.report.pages import aliases, brief, page, standing_alone
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
                "url": rule_url(rule.code) or None,
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
@click.argument("topics", metavar="[CODE|NAME|TOPIC]...", nargs=-1, shell_complete=completing.topics)
@click.option("--all", "everything", is_flag=True, help="All rules.")
@click.option("--examples", is_flag=True, help="With all programs of a card, which its rule is tested by.")
@click.option(
    "--output-format",
    type=click.Choice(("text", "json")),
    default="text",
    help="Markdown, or JSON with every field.",
)
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    help="Render the Markdown for a terminal.",
)
def explain(
    topics: tuple[str, ...], color: str, output_format: str, *, everything: bool, examples: bool
) -> int:
    """Print rules' cards, or pages of the references."""
    if not (topics or everything):
        raise click.UsageError("name a rule or a topic, or ask for --all rules")
    if " ".join(topics).lower() in aliases():  # `explain linear probe`, without quotes
        topics = (" ".join(topics),)
    wanted = (*rules(), *topics) if everything else topics
    try:
        pages = [(topic, *page(topic)) for topic in wanted]
    except LookupError as error:
        raise click.UsageError(str(error.args[0])) from None
    if output_format == "json":
        click.echo(json.dumps([_as_object(*each) for each in pages], indent=1))
        return CLEAN
    for topic, title, full in pages:
        markdown = standing_alone(full if examples else brief(topic, full))
        _print(title, markdown, is_rendered=is_colored(color))
    return CLEAN


def _as_object(topic: str, title: str, markdown: str) -> dict[str, object]:
    """A page as JSON values; a rule with what its card says at the top."""
    made: dict[str, object] = {"topic": topic, "title": title.partition("\n")[0].removeprefix("# ")}
    for rule in rules().values():
        if topic.upper() == rule.code or topic.lower() == rule.name:
            made |= {
                "code": rule.code,
                "name": rule.name,
                "summary": rule.summary,
                "severity": str(rule.severity),
                "preview": rule.is_preview,
                "fix": rule.fix.value if rule.fix else None,
                "url": rule_url(rule.code) or None,
                "sections": dict(rule.sections),
            }
    return {**made, "markdown": markdown.strip()}


def _print(title: str, markdown: str, *, is_rendered: bool) -> None:
    if not is_rendered:
        click.echo(f"{title}\n\n{markdown.strip()}")
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.markdown import Markdown  # noqa: PLC0415

    console = Console(file=sys.stdout, force_terminal=True)
    console.print(Markdown(f"{title}\n\n{markdown}"))


@click.command("completion", context_settings=HELP)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> int:
    """Print a script that completes this command line in your shell.

    It belongs into ~/.local/share/bash-completion/completions/clip-lint (bash), _clip-lint in a folder of $fpath (zsh), or
    ~/.config/fish/completions/clip-lint.fish (fish).
    """
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(found(click.get_current_context().find_root().command, {}, PROGRAM, COMPLETE).source())
    return CLEAN
