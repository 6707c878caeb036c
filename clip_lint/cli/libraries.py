"""`clip-lint libraries`: the libraries that clip-lint knows, and a check for tables of one's own."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clip_lint.cli.exits import CLEAN, FAILED, HELP, PROGRAM
from clip_lint.cli.warned import warned
from clip_lint.core.escaping import printable
from clip_lint.core.likeness import most_like
from clip_lint.knowledge.documents import TableError, documents, read_document, stamps
from clip_lint.knowledge.listing import Explanation, explain, library
from clip_lint.knowledge.packs import packs
from clip_lint.knowledge.schema import load_schema
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

if TYPE_CHECKING:
    from clip_lint.knowledge.listing import Described, Library

_FORMAT = click.option(
    "--output-format",
    type=click.Choice(("text", "json")),
    default="text",
    help="Text for people, or JSON with every field.",
)


@click.group("libraries", context_settings=HELP, invoke_without_command=True)
@_FORMAT
@click.pass_context
def libraries(context: click.Context, output_format: str) -> int:
    """List the libraries that are known; check a table of your own."""
    if context.invoked_subcommand is not None:
        return CLEAN
    tables = documents(stamps(_extra()))
    brought = {table: str(pack) for pack in packs() for table in pack.tables}
    found = [each for table in tables if (each := library(table, brought.get(table.name, ""))) is not None]
    found.sort(key=lambda each: (each.package.lower(), not each.is_own))
    if output_format == "json":
        click.echo(json.dumps([asdict(each) for each in found], indent=1))
        return CLEAN
    rows = [("package", "on the index as", "calls", "checked with"), *map(_row, found)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return CLEAN


@libraries.command("check", context_settings=HELP)
@click.argument("file", type=click.Path(path_type=Path))
@_FORMAT
def check(file: Path, output_format: str) -> int:
    """Check a table of your own, and say what it will do."""
    try:
        document = read_document(str(file))
    except TableError as error:
        if output_format == "json":
            faults = [
                {"line": each.line or None, "key": each.key, "message": each.message} for each in error.faults
            ]
            click.echo(json.dumps({"file": str(file), "errors": faults}, indent=1))
            return FAILED
        raise click.ClickException(str(error)) from None
    explained = explain(document)
    if output_format == "json":
        click.echo(json.dumps({"file": str(file), "errors": [], **asdict(explained)}, indent=1, default=str))
    else:
        click.echo(_as_text(str(file), explained))
    return CLEAN


@libraries.command("operations", context_settings=HELP)
@click.argument("name", required=False)
@_FORMAT
def operations(name: str | None, output_format: str) -> int:
    """What calls and methods can do: all operations, or one with its arguments and constants."""
    known = load_schema().operations
    if name is not None and name not in known:
        best = most_like(name, known)
        raise click.UsageError(f"no operation {name!r}" + (f"; did you mean {best!r}?" if best else ""))
    chosen = [known[name]] if name is not None else list(known.values())
    if output_format == "json":
        click.echo(json.dumps([asdict(each) for each in chosen], indent=1))
        return CLEAN
    width = max(len(each.name) for each in chosen)
    for each in chosen:
        click.echo(f"{each.name:<{width}}  {each.means}")
        if name is None:
            continue
        for argument, means in each.arguments.items():
            click.echo(f"  argument {argument}: {means}")
        for key in each.constants.values():
            words = f" (one of {', '.join(key.choices)})" if key.choices else ""
            click.echo(f"  constant {key.name}{words}: {key.means}")
    return CLEAN


def _extra() -> tuple[Path, ...]:
    """The tables that the configuration of the current folder names."""
    base = os.getcwd()
    configuration = Configuration(Overrides(), base)
    with warned(configuration):
        return tuple(map(Path, configuration.for_folder(base).extra_libraries))


def _row(each: Library) -> tuple[str, str, str, str]:
    packages = ", ".join((each.package, *each.also))
    origin = f"(from {each.pack})" if each.pack else f"(your own: {each.table})"
    checked = ", ".join(
        version if name == each.distribution else f"{name} {version}"
        for name, version in each.checked.items()
    )
    return (
        packages,
        each.distribution,
        str(each.calls),
        checked if each.is_own else origin,
    )


def _as_text(file: str, explained: Explanation) -> str:
    about = f"`{explained.package}`" if explained.package else "families of checkpoints"
    lines = [f"{printable(file)} is right: it describes {about}.", explained.opens]
    if explained.entries:
        lines.append("")
        lines += [_line(each) for each in explained.entries]
    if explained.patterns:
        lines += ["", *(f"checkpoints named {pattern}: {family}" for pattern, family in explained.patterns)]
    if explained.families:
        lines += ["", f"families: {', '.join(explained.families)}"]
    if explained.notes:
        lines += ["", *(f"note: {note}" for note in explained.notes)]
    if explained.package:
        lines += ["", f"To use it: extra-libraries = [{file!r}] in the `[tool.{PROGRAM}]` of pyproject.toml."]
    return "\n".join(map(printable, lines))


def _line(each: Described) -> str:
    constants = ", ".join(f"{key} = {_value(value)}" for key, value in each.constants.items())
    said = f" [{constants}]" if constants else ""
    return f"{each.name}({', '.join(each.arguments)}): {each.means}{said}"


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
