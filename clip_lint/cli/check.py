"""What `clip-lint check` does: lint or fix, write the report, and say how the run ended."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from clip_lint.cli.adopting import add_ignores, without_known
from clip_lint.cli.exits import CLEAN, FAILED, FINDINGS, PROGRAM, is_colored
from clip_lint.cli.verify import is_refuted, verified
from clip_lint.core.escaping import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.cli.adopting import Adoption
    from clip_lint.engine.git import Changes
    from clip_lint.engine.outcome import Outcome
    from clip_lint.engine.project import Project
    from clip_lint.fixing.session import Repair
    from clip_lint.report import Report
    from clip_lint.settings.model import Settings


def check_tree(
    project: Project, paths: Sequence[str], adoption: Adoption, changes: Changes | None, *, dry: bool
) -> int:
    """Lint the files and report, or suppress what would be reported (``dry``: only show how)."""
    from clip_lint.report.progress import Progress  # noqa: PLC0415

    base = project.base
    settings = project.configuration.for_folder(base)
    with Progress(sys.stderr, enabled=sys.stderr.isatty() and not settings.quiet) as progress:
        outcome = project.lint(paths, progress=progress.update, fixes=adoption.add_ignore is None)
    outcome = adoption.narrowed(outcome, changes, base)
    if adoption.add_ignore is not None:
        return add_ignores(without_known(outcome, settings), project, settings, adoption.add_ignore, dry=dry)
    if adoption.changed_only:
        return finish(outcome, settings, base, nothing="no changed Python files or notebooks here")
    return finish(outcome, settings, base)


@dataclass(frozen=True, slots=True)
class Fixing:
    """How to fix: with unsafe fixes too, only showing the difference, asking about each."""

    unsafe: bool
    diff: bool
    review: bool


def fix_paths(project: Project, paths: Sequence[str], settings: Settings, fixing: Fixing) -> int:
    """Repair the files and report what is left."""
    from clip_lint.cli.fix import Review  # noqa: PLC0415
    from clip_lint.fixing.session import fix_tree  # noqa: PLC0415
    from clip_lint.report.progress import Progress  # noqa: PLC0415

    color = is_colored(settings.color)
    with Progress(
        sys.stderr, enabled=sys.stderr.isatty() and not settings.quiet and not fixing.review
    ) as progress:
        repair = fix_tree(
            project,
            paths,
            unsafe=fixing.unsafe,
            dry=fixing.diff,
            choose=Review(color=color) if fixing.review else None,
            progress=progress.update,
        )
    return finish_fixing(repair, settings, project.base, fixing)


def fix_stdin(project: Project, data: bytes, name: str, settings: Settings, fixing: Fixing) -> int:
    """The mended program goes to standard output, everything else to standard error."""
    if fixing.review:
        raise click.UsageError("--review needs a file: standard input holds the program")
    from clip_lint.fixing.session import fix_text  # noqa: PLC0415

    repair, mended = fix_text(project, data, name, unsafe=fixing.unsafe)
    if not fixing.diff:
        sys.stdout.flush()
        sys.stdout.buffer.write(mended)
        sys.stdout.buffer.flush()
    contents = {each.place.path: mended for each in repair.outcome.findings}
    return finish_fixing(repair, settings, project.base, fixing, contents)


def finish_fixing(
    repair: Repair, settings: Settings, base: str, fixing: Fixing, contents: dict[str, bytes] | None = None
) -> int:
    """Show the difference or what is left, say what was done, and how the run ended."""
    from clip_lint.cli.fix import repaired, said, show_suggestions, write_diff  # noqa: PLC0415

    for problem in (*repair.refused, *repair.failed):
        click.echo(printable(str(problem)), err=True)
    done = said(repair, dry=fixing.diff)
    if fixing.diff:
        write_diff(repair.mended, color=is_colored(settings.color))
        status = FINDINGS if repair.mended else CLEAN
        for problem in (*repair.outcome.missing, *repair.outcome.problems):
            click.echo(printable(str(problem)), err=True)
            status = FAILED
    elif settings.fix_only:
        status = FAILED if repair.outcome.missing or repair.outcome.problems else CLEAN
        for problem in (*repair.outcome.missing, *repair.outcome.problems):
            click.echo(printable(str(problem)), err=True)
    else:
        status = finish(repair.outcome, settings, base, contents, fixing=True)
    if fixing.review:
        show_suggestions(repair.outcome.reported, base, color=is_colored(settings.color))
    if done and not settings.quiet:
        click.echo(done, err=True)
    if settings.show_fixes:
        for line in repaired(repair):
            click.echo(line, err=True)
    if repair.failed:
        return FAILED
    if repair.mended and settings.exit_non_zero_on_fix:
        return max(status, FINDINGS)
    return status


def finish(
    outcome: Outcome,
    settings: Settings,
    base: str,
    contents: dict[str, bytes] | None = None,
    *,
    fixing: bool = False,
    nothing: str = "no Python files or notebooks here",
) -> int:
    """Write what was found, and say how the run ended."""
    outcome = without_known(outcome, settings)
    for problem in (*outcome.missing, *outcome.problems):
        click.echo(printable(str(problem)), err=True)
    if not settings.quiet:
        for warning in outcome.warnings:
            click.echo(printable(warning), err=True)
        if not (outcome.files or outcome.missing or outcome.problems):
            click.echo(f"{PROGRAM}: {nothing}", err=True)
    if settings.verify:
        outcome = verified(outcome, settings, base)
    _write(outcome, settings, base, contents, fixing=fixing)
    if outcome.missing:
        return FAILED
    if settings.exit_zero:
        return CLEAN
    if outcome.problems:
        return FAILED
    return CLEAN if all(is_refuted(finding) for finding in outcome.reported) else FINDINGS


def _write(
    outcome: Outcome, settings: Settings, base: str, contents: dict[str, bytes] | None, *, fixing: bool
) -> None:
    from clip_lint.cli.fix import remaining  # noqa: PLC0415
    from clip_lint.report import LINES, report  # noqa: PLC0415
    from clip_lint.report.tally import counted, statistics, summary, verdicts  # noqa: PLC0415
    from clip_lint.source.excerpts import Excerpts  # noqa: PLC0415

    findings = outcome.findings if settings.show_suppressed else outcome.reported
    excerpts = Excerpts(base, contents)
    formats = settings.output_format or ("text",)
    is_stdin_fixed = fixing and contents is not None
    for name, path in _destinations(formats, settings, base):
        made = _text(settings, base, contents) if name == "text" else report(name)
        if path:
            with _opened(path) as stream:
                made.write(findings, excerpts, stream, color=settings.color == "always")
        elif findings or name not in LINES:
            stream = sys.stderr if is_stdin_fixed else sys.stdout
            made.write(findings, excerpts, stream, color=is_colored(settings.color))
    on_stdout = any(text in ("text", "concise") for text in formats) and not (
        settings.output_file or is_stdin_fixed
    )
    if settings.statistics:
        for line in statistics(findings):
            click.echo(line, err=not on_stdout)
    if not settings.quiet and "text" in formats and outcome.files:
        click.echo(summary(findings, outcome.files), err=not on_stdout)
        known = sum(finding.known for finding in outcome.findings)
        if known:
            click.echo(
                f"{counted(known, 'known finding')} left out: the baseline holds them.", err=not on_stdout
            )
        for line in verdicts(findings):
            click.echo(line, err=not on_stdout)
        for line in remaining(outcome.reported, unsafe=settings.unsafe_fixes, fixing=fixing):
            click.echo(line, err=not on_stdout)


def _text(settings: Settings, base: str, contents: dict[str, bytes] | None) -> Report:
    """The report for people, with what the options ask for about fixes."""
    from clip_lint.cli.fix import difference_of  # noqa: PLC0415
    from clip_lint.report.text import TextReport  # noqa: PLC0415

    shown = (lambda finding: difference_of(finding, base, contents)) if settings.show_fixes else None
    return TextReport(unsafe=settings.unsafe_fixes, difference=shown)


def _destinations(formats: Sequence[str], settings: Settings, base: str) -> list[tuple[str, str]]:
    """Each format with the file it goes to, empty for standard output; ConfigError where two would share a file."""
    from clip_lint.settings.model import ConfigError  # noqa: PLC0415

    found: list[tuple[str, str]] = []
    for text in formats:
        name, _, path = text.partition(":")
        path = os.path.normpath(os.path.join(base, path)) if path else settings.output_file or ""
        if path and path in (other for _, other in found):
            raise ConfigError(
                f"{path}: two formats would write this file; give each its own, as in {name}:FILE"
            )
        found.append((name, path))
    return found


def _opened(path: str) -> Any:
    from clip_lint.settings.model import ConfigError  # noqa: PLC0415

    try:
        return open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
