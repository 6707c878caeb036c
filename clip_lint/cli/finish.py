"""How a run ends: what was found is written in the formats asked for, and the status says how it went."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from clip_lint.cli.adopting import without_known
from clip_lint.cli.exits import CLEAN, FAILED, FINDINGS, PROGRAM, is_colored
from clip_lint.cli.verify import is_cleared
from clip_lint.cli.warned import refuse_link
from clip_lint.core.escaping import printable
from clip_lint.core.finding import Severity
from clip_lint.report import LINES, report
from clip_lint.report.repeats import gathered
from clip_lint.report.tally import counted, statistics, summary, verdicts
from clip_lint.settings.model import ConfigError
from clip_lint.source.excerpts import Excerpts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.engine.outcome import Outcome
    from clip_lint.report import Report
    from clip_lint.settings.model import Settings


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
    if settings.min_severity > Severity.NOTE:
        outcome = replace(outcome, skipped=())  # which are notes
    is_stdin_fixed = fixing and contents is not None
    is_shown = _is_for_people(settings) and not is_stdin_fixed
    for problem in (*outcome.missing, *(() if is_shown else outcome.problems)):
        click.echo(printable(str(problem)), err=True)
    if not settings.quiet:
        slow = () if fixing else (f"{each.path}: warning: {each.message}" for each in outcome.unrepaired)
        for warning in (*outcome.warnings, *slow):
            click.echo(printable(warning), err=True)
        if not (outcome.files or outcome.missing or outcome.problems):
            click.echo(f"{PROGRAM}: {nothing}", err=True)
    if settings.verify:
        from clip_lint.cli.measure import verified  # noqa: PLC0415  (measuring takes its own packages)

        outcome = verified(outcome, settings, base)
    _write(outcome, settings, base, contents, fixing=fixing)
    if outcome.missing:
        return FAILED
    if settings.exit_zero:
        return CLEAN
    if outcome.problems:
        return FAILED
    is_clean = not outcome.skipped and all(is_cleared(finding) for finding in outcome.reported)
    return CLEAN if is_clean else FINDINGS


def _write(
    outcome: Outcome, settings: Settings, base: str, contents: dict[str, bytes] | None, *, fixing: bool
) -> None:
    found = outcome.findings if settings.show_suppressed else outcome.reported
    unreadable: tuple[Finding, ...] = ()
    if outcome.problems or outcome.skipped:
        from clip_lint.engine.unread import skipped, unread  # noqa: PLC0415  (most files can be read)

        unreadable = tuple(unread(outcome.problems, base))
        found = (*found, *unreadable, *skipped(outcome.skipped, base))
    findings = tuple(sorted(found, key=lambda each: (each.place, each.code)))
    if not settings.show_fixes:  # else each finding is shown with its own fix
        # Who asks for notes asks for all there is to see: each place, so that each can be silenced or counted.
        findings = gathered(findings, each_place=settings.min_severity is Severity.NOTE)
    excerpts = Excerpts(base, contents)
    formats = settings.output_format or ("text",)
    is_stdin_fixed = fixing and contents is not None
    for name, path in _destinations(formats, settings, base):
        if not (path or findings or name not in LINES):
            continue  # a report that loads rich, to say nothing
        made = _text(settings, base, contents) if name == "text" else report(name)
        if path:
            with _opened(path, base) as stream:
                made.write(findings, excerpts, stream, color=settings.color == "always")
        else:
            stream = sys.stderr if is_stdin_fixed else sys.stdout
            made.write(findings, excerpts, stream, color=is_colored(settings.color))
    on_stdout = _is_for_people(settings) and not is_stdin_fixed
    if settings.statistics:
        for line in statistics(findings):
            click.echo(line, err=not on_stdout)
    if not settings.quiet and "text" in formats and outcome.files:
        click.echo(summary(findings, outcome.files, len(unreadable)), err=not on_stdout)
        known = sum(finding.known for finding in outcome.findings)
        if known:
            click.echo(
                f"{counted(known, 'known finding')} left out: the baseline holds them.", err=not on_stdout
            )
        if outcome.set_aside:
            click.echo(
                f"{counted(outcome.set_aside, 'finding')} in old versions of files and in copied libraries left out: `--min-severity note` shows them.",
                err=not on_stdout,
            )
        for line in verdicts(findings):
            click.echo(line, err=not on_stdout)
        if outcome.reported:
            from clip_lint.cli.fix import remaining  # noqa: PLC0415  (repairs are slow to load)

            for line in remaining(outcome.reported, unsafe=settings.unsafe_fixes, fixing=fixing):
                click.echo(line, err=not on_stdout)


def _is_for_people(settings: Settings) -> bool:
    """Whether findings come on standard output in a form that people read."""
    formats = settings.output_format or ("text",)
    return not settings.output_file and any(text in ("text", "concise") for text in formats)


def _text(settings: Settings, base: str, contents: dict[str, bytes] | None) -> Report:
    """The report for people, with what the options ask for about fixes."""
    from clip_lint.cli.fix import Differences  # noqa: PLC0415  (repairs are slow to load)
    from clip_lint.report.text import TextReport  # noqa: PLC0415

    shown = Differences(base, contents) if settings.show_fixes else None
    return TextReport(unsafe=settings.unsafe_fixes, difference=shown)


def _destinations(formats: Sequence[str], settings: Settings, base: str) -> list[tuple[str, str]]:
    """Each format with the file it goes to, empty for standard output; ConfigError where two would share a file."""
    found: list[tuple[str, str]] = []
    for text in formats:
        name, _, path = text.partition(":")
        path = os.path.normpath(os.path.join(base, path)) if path else settings.output_file or ""
        if not path and any(not other for _, other in found):
            raise ConfigError(
                f"two formats would be mixed on standard output; give one a file, as in {name}:FILE"
            )
        if path and path in (other for _, other in found):
            raise ConfigError(
                f"{path}: two formats would write this file; give each its own, as in {name}:FILE"
            )
        found.append((name, path))
    return found


def _opened(path: str, base: str) -> Any:
    refuse_link(path, base)
    try:
        return open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
