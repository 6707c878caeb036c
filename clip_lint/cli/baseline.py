"""The command `clip-lint baseline`."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, TypeVar

import click

from clip_lint.cli.adopting import baseline_file
from clip_lint.cli.exits import CLEAN, FAILED, HELP, PROGRAM
from clip_lint.cli.warned import warned
from clip_lint.core.cards import load_rules
from clip_lint.core.escaping import printable
from clip_lint.engine.baseline import entry_of, read_baseline, remaining, write_baseline
from clip_lint.engine.lint import lint
from clip_lint.report.tally import counted
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.variables import cache_values
from clip_lint.source.discovery import discover
from clip_lint.source.fingerprint import in_project
from clip_lint.source.project_top import find_project

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clip_lint.engine.baseline import Entry
    from clip_lint.engine.outcome import Outcome

_Command = TypeVar("_Command", bound="Callable[..., Any]")

_FILE = click.option(
    "--baseline",
    "file",
    type=click.Path(dir_okay=False, path_type=str),
    metavar="FILE",
    help="The baseline.  [default: the configuration's, else clip-lint-baseline.json here]",
)
_LINTING = (
    click.argument("paths", nargs=-1, type=click.Path(path_type=str)),
    click.option(
        "--config",
        type=click.Path(path_type=str),
        metavar="FILE",
        help="Use this configuration for all files.",
    ),
    click.option(
        "--isolated", is_flag=True, help="Ignore configuration files and the versions that projects pin."
    ),
)


def _linting(command: _Command) -> _Command:
    for option in reversed((*_LINTING, _FILE)):
        command = option(command)
    return command


@click.group("baseline", context_settings=HELP)
def baseline() -> None:
    """Keep a file of known findings, so that only new ones fail.

    A finding is known by its code and the line it stands on, whatever the line's number. The file never grows: only
    create puts findings into it, and it refuses to replace a file that is there.
    """


@baseline.command("create", context_settings=HELP)
@_linting
@click.option(
    "--force", is_flag=True, help="Replace a baseline that is there; findings that are new become known."
)
def create(
    paths: tuple[str, ...], file: str | None, config: str | None, *, isolated: bool, force: bool
) -> int:
    """Write all findings of PATHS (default: the current folder) into a new baseline."""
    base = os.getcwd()
    configuration = _configuration(base, config, isolated=isolated)
    with warned(configuration):
        settings = configuration.for_folder(base)
    target = baseline_file(settings, base, file)
    if os.path.lexists(target) and not force:
        raise click.ClickException(
            f"{target} is there already; `{PROGRAM} baseline update` drops what is gone, --force begins anew"
        )
    outcome, status = _linted(paths or (".",), configuration, base, isolated=isolated)
    entries = [entry_of(finding, base) for finding in outcome.reported]
    write_baseline(target, entries)
    click.echo(f"{counted(len(entries), 'known finding')} in {printable(_shown(target, base))}.")
    if settings.baseline != target:
        click.echo(
            f"Use it with --baseline, or in the configuration: baseline = {_quoted(_shown(target, base))}"
        )
    return status


@baseline.command("update", context_settings=HELP)
@_linting
def update(paths: tuple[str, ...], file: str | None, config: str | None, *, isolated: bool) -> int:
    """Lint PATHS (default: the current folder) and drop known findings that are gone; nothing is added."""
    base = os.getcwd()
    configuration = _configuration(base, config, isolated=isolated)
    with warned(configuration):
        target = baseline_file(configuration.for_folder(base), base, file)
    entries = read_baseline(target)
    given = paths or (".",)
    outcome, status = _linted(given, configuration, base, isolated=isolated)
    broken = {problem.path for problem in (*outcome.problems, *outcome.skipped)}
    linted = {
        in_project(each.path, each.name)
        for each in discover(given, configuration, base).targets
        if each.name not in broken
    }
    found = [entry_of(finding, base) for finding in outcome.reported]
    left = remaining(entries, found, linted, linted | _existing(entries, target, base))
    write_baseline(target, left)
    _tell(len(entries), len(left), target, base)
    return status


@baseline.command("prune", context_settings=HELP)
@_FILE
def prune(file: str | None) -> int:
    """Drop known findings whose file or rule is gone, without linting anything."""
    base = os.getcwd()
    configuration = _configuration(base, None, isolated=False)
    with warned(configuration):
        target = baseline_file(configuration.for_folder(base), base, file)
    entries = read_baseline(target)
    kept = [entry for entry in entries if entry.code in load_rules()]
    left = remaining(kept, (), (), _existing(entries, target, base))
    write_baseline(target, left)
    _tell(len(entries), len(left), target, base)
    return CLEAN


def _configuration(base: str, config: str | None, *, isolated: bool) -> Configuration:
    if config is not None and isolated:
        raise click.UsageError("--config and --isolated exclude each other")
    return Configuration(Overrides(cache_values(base)), base, file=config, isolated=isolated)


def _linted(
    paths: Sequence[str], configuration: Configuration, base: str, *, isolated: bool
) -> tuple[Outcome, int]:
    """What a run finds, and the exit status for what it could not read; ClickException for paths that are not there."""
    outcome = lint(paths, configuration, base, isolated=isolated)
    if outcome.missing:
        raise click.ClickException(str(outcome.missing[0]))
    for problem in outcome.problems:
        click.echo(printable(str(problem)), err=True)
    return outcome, FAILED if outcome.problems else CLEAN


def _existing(entries: Sequence[Entry], target: str, base: str) -> set[str]:
    """The paths of entries whose file is there."""
    top = find_project(os.path.dirname(target)) or base
    return {entry.path for entry in entries if os.path.isfile(os.path.join(top, entry.path))}


def _tell(before: int, left: int, target: str, base: str) -> None:
    click.echo(
        f"{counted(before - left, 'finding')} gone, {left:,} left in {printable(_shown(target, base))}."
    )


def _shown(path: str, base: str) -> str:
    inside = path.removeprefix(base.rstrip(os.sep) + os.sep)
    return inside.replace(os.sep, "/") if inside != path else path


def _quoted(text: str) -> str:
    return json.dumps(text)
