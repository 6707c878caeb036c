"""`clip-lint scan`: many repositories in one go, from tables of sources, checkouts or mirrors; and a page about them."""

from __future__ import annotations

import os
import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import click

from clip_lint.cli.exits import CLEAN, HELP
from clip_lint.cli.extras import needs
from clip_lint.cli.inline import configured, over
from clip_lint.cli.options import LINTING_OPTIONS
from clip_lint.core.finding import Severity
from clip_lint.report.estimate import Estimate
from clip_lint.scan.options import Columns, Limits, Linting, ScanError
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.selection import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.scan.statistics import Statistics
    from clip_lint.settings.model import Overrides

_Command = TypeVar("_Command", bound="Callable[..., Any]")
_RUN = "run"
_FORMATS = ("parquet", "sarif")


class _Scan(click.Group):
    """`report`, and what `run` does where the first word is no command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The words as click wants them."""
        if args and args[0] not in (*self.commands, *HELP["help_option_names"]):
            args = [_RUN, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Both ways to call it."""
        formatter.write_usage(ctx.command_path, "SOURCE... --output DIR [OPTIONS]")
        formatter.write_usage(ctx.command_path, "report DIR [OPTIONS]")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of a scan, then the commands."""
        self.commands[_RUN].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


@click.group("scan", cls=_Scan, context_settings=HELP)
def scan() -> None:
    """Lint many repositories in one go, each as a project of its own.

    A SOURCE is a Parquet, JSON Lines or Arrow file with the columns repo, path and content, a folder of such files, a folder of
    checkouts or bare repositories, or with --input-format mirrors a file that lists bare repositories. The results are
    tables in DIR. The same command goes on where an earlier one was interrupted or killed. The exit status is 0 when the
    scan is complete, whatever it found, and 2 when it cannot be made; what could not be linted stands in failures.jsonl.
    """


def _column_options(command: _Command) -> _Command:
    for each in reversed(fields(Columns)):
        option = click.option(
            f"--{each.name}-column",
            metavar="NAME",
            default=each.default,
            show_default=True,
            help=f"Where the {each.name} stands.",
        )
        command = option(command)
    return command


def _linting_options(command: _Command) -> _Command:
    for option in reversed(LINTING_OPTIONS):
        command = option(command)
    return command


@scan.command(_RUN, context_settings=HELP, hidden=True)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(file_okay=False, path_type=str),
    metavar="DIR",
    help="Where the results go.",
)
@click.option(
    "--input-format",
    type=click.Choice(("auto", "parquet", "jsonl", "arrow", "checkouts", "mirrors")),
    default="auto",
    show_default=True,
    help="What the sources are.",
)
@_column_options
@click.option(
    "--output-format",
    type=click.Choice(_FORMATS),
    multiple=True,
    default=("parquet",),
    show_default=True,
    help="How findings are written. May be given several times.",
)
@_linting_options
@click.option(
    "--fixes/--no-fixes", default=True, help="Work out how each finding is repaired.  [default: fixes]"
)
@click.option(
    "--engine",
    type=click.Choice(("local", "ray")),
    default="local",
    show_default=True,
    help="Processes on this machine, or Ray: the cluster at RAY_ADDRESS, else one of its own here.",
)
@click.option(
    "--workers",
    "-j",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Processes to use; 0, one a processor.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=Limits.__dataclass_fields__["seconds"].default,
    show_default=True,
    metavar="SECONDS",
    help="Of processor time, for one repository.",
)
@click.option(
    "--max-memory",
    type=click.IntRange(min=100),
    default=Limits.__dataclass_fields__["megabytes"].default,
    show_default=True,
    metavar="MB",
    help="For one process.",
)
@click.option(
    "--max-repository",
    type=click.IntRange(min=1),
    default=Limits.__dataclass_fields__["repository_megabytes"].default,
    show_default=True,
    metavar="MB",
    help="Larger repositories are left out.",
)
@click.option("--restart", is_flag=True, help="Begin anew, and remove what an earlier scan left in DIR.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing of how far it is.")
def run(**options: Any) -> int:
    """Lint many repositories."""
    needs("scan", "pyarrow", "scan")
    if options["engine"] == "ray":
        needs("scan-ray", "ray", "--engine ray")
    from clip_lint.scan.passes import Request, run_scan  # noqa: PLC0415  (it takes pyarrow)

    linting, tables = _linting(options)
    columns = Columns(**{each.name: options[f"{each.name}_column"] for each in fields(Columns)})
    request = Request(
        options["sources"],
        options["output"],
        options["input_format"],
        columns,
        linting,
        Limits(options["timeout"], options["max_memory"], options["max_repository"]),
        tables,
        parquet="parquet" in options["output_format"],
        engine=options["engine"],
        workers=options["workers"],
        restart=options["restart"],
    )
    try:
        with Estimate(sys.stderr, enabled=not options["quiet"]) as estimate:
            statistics = run_scan(request, estimate.update)
    except ScanError as error:
        raise click.ClickException(str(error)) from None
    click.echo(_summary(statistics, options["output"]))
    return CLEAN


def _linting(options: dict[str, Any]) -> tuple[Linting, tuple[str, ...]]:
    """How repositories are linted, and the tables that the user's own settings name."""
    base = os.getcwd()
    file, inline = configured(options["config"], base)
    isolated = options["isolated"]
    if file is not None and isolated:
        raise click.UsageError("--config and --isolated exclude each other")
    stage = Stage(options["select"] or None, options["extend_select"], options["ignore"])
    names = ("preview", "show_suppressed", "ignore_noqa", "exclude", "extend_exclude")
    values: dict[str, Any] = {name: options[name] for name in names if options[name] not in (None, ())}
    if options["target_version"]:
        values["target_versions"] = options["target_version"]
    if options["min_severity"]:
        values["min_severity"] = Severity.named(options["min_severity"])
    overrides = over(values, stage, inline)
    file = os.path.abspath(file) if file is not None else None
    linting = Linting(
        overrides,
        file,
        isolated,
        options["fixes"],
        "sarif" in options["output_format"],
        bool(options["show_suppressed"]),
    )
    return linting, _tables(overrides, file, isolated=isolated)


def _tables(overrides: Overrides, file: str | None, *, isolated: bool) -> tuple[str, ...]:
    """The library tables that hold for every repository; its own configuration may name more."""
    top = os.path.abspath(os.sep)
    configuration = Configuration(overrides, top, file=file, isolated=isolated, top=top)
    return configuration.for_folder(top).extra_libraries


def _summary(statistics: Statistics, output: str) -> str:
    with_clip, repositories = f"{statistics.with_clip:,}", f"{statistics.repositories:,}"
    lines = [
        f"{repositories} repositories, {statistics.sources:,} Python files and notebooks; {with_clip} repositories use CLIP",
        f"{statistics.findings:,} findings in {statistics.with_findings:,} repositories; {statistics.failures:,} failures",
        f"Results are in {output}; `clip-lint scan report {output}` makes a page of them",
    ]
    return "\n".join(lines)


@scan.command("report", context_settings=HELP)
@click.argument("results", metavar="DIR", type=click.Path(file_okay=False, path_type=str))
@click.option(
    "--output",
    "-o",
    "outputs",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=str),
    metavar="FILE",
    help="Where the page goes: FILE.html or FILE.md. May be given twice.  [default: report.html and report.md in DIR]",
)
@click.option(
    "--link",
    default="",
    metavar="URL",
    help="The address of an example's line, with {repo}, {commit}, {path} and {line} in it.",
)
def report(results: str, outputs: tuple[str, ...], link: str) -> int:
    """Make a page of the results: the most common faults, their shares with intervals, and examples."""
    needs("scan", "pyarrow", "scan report")
    from clip_lint.scan.page import html, markdown  # noqa: PLC0415  (with what they take)
    from clip_lint.scan.summary import summary_of  # noqa: PLC0415  (it takes pyarrow)

    writers = {".html": html, ".md": markdown}
    files = outputs or tuple(os.path.join(results, f"report{suffix}") for suffix in writers)
    for file in files:
        if os.path.splitext(file)[1] not in writers:
            raise click.UsageError(f"{file}: a page is FILE.html or FILE.md")
    try:
        summary = summary_of(results, link)
    except ScanError as error:
        raise click.ClickException(str(error)) from None
    for file in files:
        with open(file, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(writers[os.path.splitext(file)[1]](summary))
        click.echo(file)
    return CLEAN
