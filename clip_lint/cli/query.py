"""The command ``clip-lint query``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from clip_lint.core.finding import Severity
from clip_lint.engine.query import answer
from clip_lint.engine.requests import DEFAULT_MODEL, Request, RequestError, requests
from clip_lint.report.answers import as_object, json_line, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command("query", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option(
    "--label", "labels", multiple=True, metavar="TEXT", help="A label of a set; may be given several times."
)
@click.option(
    "--template", default="{}", metavar="TEXT", help="What stands around each label, with {} for it."
)
@click.option(
    "--model",
    default="",
    metavar="NAME",
    help="The checkpoint, or ARCHITECTURE:WEIGHTS.  [default: openai/clip-vit-base-patch32]",
)
@click.option(
    "--check-all", is_flag=True, help="Show every phenomenon with its verdict, not only what was found."
)
@click.option(
    "--stdin", "from_stdin", is_flag=True, help="Read requests from standard input, one JSON object a line."
)
@click.option(
    "--min-severity",
    type=click.Choice(("note", "warning", "error")),
    default="warning",
    show_default=True,
    help="Leave out what matters less.",
)
@click.option(
    "--output-format",
    type=click.Choice(("text", "json", "jsonl")),
    default="text",
    show_default=True,
    help="How to write the answer.",
)
def query(
    texts: tuple[str, ...],
    labels: tuple[str, ...],
    template: str,
    model: str,
    check_all: bool,
    from_stdin: bool,
    min_severity: str,
    output_format: str,
) -> int:
    """Say whether CLIP is the right model for these prompts.

    One TEXT is a search; several TEXTs, or --label, are labels to tell apart. The answer is one of three:
    CLIP fits (exit status 0), something else is needed (1, with a program that asks your question), or unknown: no
    figure is known here for or against CLIP (0, and the word "Unknown" with what to measure first). With --stdin the status is
    0 when every line was understood, and each line has its own "verdict": clip, alternative or unknown.

    With --stdin a line is {"prompt": TEXT} or {"labels": [TEXT, ...], "template": "a photo of a {}."}.
    """
    if "{}" not in template:
        raise click.UsageError("--template needs {} where the label goes")
    least = Severity.named(min_severity)
    model = model or DEFAULT_MODEL
    if from_stdin:
        if texts or labels:
            raise click.UsageError("--stdin reads the prompts: give no TEXT and no --label with it")
        try:
            given = map(answer, requests(_lines(), template, model))
            if output_format == "jsonl":
                for each in given:
                    sys.stdout.write(json_line(each, least, check_all=check_all) + "\n")
            elif output_format == "json":
                click.echo(
                    json.dumps([as_object(each, least, check_all=check_all) for each in given], indent=1)
                )
            else:
                for each in given:
                    click.echo(text_of([each], least, check_all=check_all))
        except RequestError as error:
            sys.stdout.flush()
            raise click.ClickException(f"standard input, {error}") from None
        return 0
    asked = (*texts, *labels)
    if not asked:
        raise click.UsageError("give a TEXT, labels with --label, or --stdin")
    if not all(map(str.strip, asked)):
        raise click.UsageError("a TEXT is empty: say what the picture should show")
    if template == "{}" and any("{}" in text for text in asked):
        raise click.UsageError("a TEXT has {} in it: give it as --template, and the labels as TEXTs")
    try:
        made = answer(Request(asked, template, model, is_set=len(asked) > 1))
    except RequestError as error:
        raise click.ClickException(str(error)) from None
    if output_format == "jsonl":
        click.echo(json_line(made, least, check_all=check_all))
    elif output_format == "json":
        click.echo(json.dumps(as_object(made, least, check_all=check_all), indent=1))
    else:
        click.echo(text_of([made], least, check_all=check_all), nl=False)
    return 0 if made.fits else 1


def _lines() -> Iterator[str]:
    """The lines of standard input as text."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise RequestError(f"line {number}: not UTF-8 at byte {error.start + 1}") from None
