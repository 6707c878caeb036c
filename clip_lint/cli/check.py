"""What `clip-lint check` does: lint or fix, write the report, and say how the run ended."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from clip_lint.cli.adopting import Adoption, without_known
from clip_lint.cli.exits import CLEAN, FAILED, FINDINGS, PROGRAM, is_colored
from clip_lint.cli.extras import needs
from clip_lint.cli.fix import difference_of, remaining
from clip_lint.cli.verify import check_verifying, is_refuted, taken
from clip_lint.core.escaping import printable
from clip_lint.core.finding import Severity
from clip_lint.engine.project import Project
from clip_lint.report import LINES, report
from clip_lint.report.progress import Progress
from clip_lint.report.tally import counted, statistics, summary, verdicts
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import ConfigError, Overrides
from clip_lint.settings.selection import Stage
from clip_lint.source.excerpts import Excerpts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clip_lint.engine.git import Changes
    from clip_lint.engine.outcome import Outcome
    from clip_lint.report import Report
    from clip_lint.settings.model import Settings


def run(
    paths: tuple[str, ...],
    config: str | None,
    isolated: bool,
    stdin_filename: str | None,
    diff: bool,
    review: bool,
    diff_base: str | None,
    changed_only: bool,
    add_ignore: str | None,
    watch: bool,
    **options: Any,
) -> int:
    """Check the options against each other, then lint, fix or suppress; the exit status."""
    if config is not None and isolated:
        raise click.UsageError("--config and --isolated exclude each other")
    base = os.getcwd()
    options["verifying"] = taken(options)
    overrides = _overrides(options, base)
    configuration = Configuration(overrides, base, file=config, isolated=isolated)
    settings = configuration.for_folder(base)
    project = Project(configuration, base, isolated=isolated)
    check_verifying(settings)
    if diff and review:
        raise click.UsageError("--diff and --review exclude each other")
    is_fixing = diff or review or settings.fix or settings.fix_only
    adoption = Adoption(diff_base, changed_only, add_ignore)
    adoption.check(paths, is_fixing=is_fixing, diff=diff)
    if watch:
        if is_fixing or add_ignore is not None or "-" in paths:
            raise click.UsageError(
                "--watch only reports files: leave out what changes them, and standard input"
            )

        def once() -> int:
            now = Configuration(overrides, base, file=config, isolated=isolated)
            return _checked(Project(now, base, isolated=isolated), paths, adoption, dry=False)

        return _watch(paths, base, once)
    if "-" in paths:
        if len(paths) > 1:
            raise click.UsageError("- (standard input) cannot be mixed with other paths")
        name = stdin_filename or "-"
        data = sys.stdin.buffer.read()
        if is_fixing:
            from clip_lint.cli.repair import Fixing, fix_stdin  # noqa: PLC0415  (repairs take libcst)

            return fix_stdin(project, data, name, settings, Fixing(settings.unsafe_fixes, diff, review))
        outcome = project.lint_text(data, name, fixes=True, cached=True)
        contents = {each.place.path: data for each in outcome.findings}
        return finish(outcome, settings, base, contents)
    if stdin_filename is not None:
        raise click.UsageError("--stdin-filename goes with the path - (standard input)")
    if is_fixing and add_ignore is None:
        from clip_lint.cli.repair import Fixing, fix_paths  # noqa: PLC0415  (repairs take libcst)

        wanted = adoption.paths(project, paths or (".",), adoption.changes(base))
        return fix_paths(project, wanted, settings, Fixing(settings.unsafe_fixes, diff, review))
    return _checked(project, paths, adoption, dry=diff)


def _checked(project: Project, paths: tuple[str, ...], adoption: Adoption, *, dry: bool) -> int:
    """Lint and report once."""
    changes = adoption.changes(project.base)
    wanted = adoption.paths(project, paths or (".",), changes)
    return check_tree(project, wanted, adoption, changes, dry=dry)


def _watch(paths: tuple[str, ...], base: str, once: Callable[[], int]) -> int:
    """Lint again and again."""
    needs("watch", "watchfiles", "--watch")
    from clip_lint.cli.watch import lint_on_change  # noqa: PLC0415 (only with the extra)

    lint_on_change(paths or (".",), base, once)
    return CLEAN


def _overrides(options: dict[str, Any], base: str) -> Overrides:
    """The options that were given, by the names of the settings."""
    stage = Stage(options.pop("select") or None, options.pop("extend_select"), options.pop("ignore"))
    values = {name: value for name, value in options.items() if value is not None and value != ()}
    if "target_version" in values:
        values["target_versions"] = values.pop("target_version")
    if "min_severity" in values:
        values["min_severity"] = Severity.named(values["min_severity"])
    for name in ("cache_dir", "output_file", "baseline"):
        if name in values:
            values[name] = os.path.normpath(os.path.join(base, values[name]))
    return Overrides(values, stage)


def check_tree(
    project: Project, paths: Sequence[str], adoption: Adoption, changes: Changes | None, *, dry: bool
) -> int:
    """Lint the files and report, or suppress what would be reported (``dry``: only show how)."""
    base = project.base
    settings = project.configuration.for_folder(base)
    with Progress(sys.stderr, enabled=sys.stderr.isatty() and not settings.quiet) as progress:
        outcome = project.lint(paths, progress=progress.update, fixes=adoption.add_ignore is None)
    outcome = adoption.narrowed(outcome, changes, base)
    if adoption.add_ignore is not None:
        from clip_lint.cli.ignores import add_ignores  # noqa: PLC0415  (writing takes what repairs take)

        return add_ignores(without_known(outcome, settings), project, settings, adoption.add_ignore, dry=dry)
    if adoption.changed_only:
        return finish(outcome, settings, base, nothing="no changed Python files or notebooks here")
    return finish(outcome, settings, base)


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
        from clip_lint.cli.measure import verified  # noqa: PLC0415  (measuring takes its own packages)

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

    findings = outcome.findings if settings.show_suppressed else outcome.reported
    excerpts = Excerpts(base, contents)
    formats = settings.output_format or ("text",)
    is_stdin_fixed = fixing and contents is not None
    for name, path in _destinations(formats, settings, base):
        if not (path or findings or name not in LINES):
            continue  # a report that loads rich, to say nothing
        made = _text(settings, base, contents) if name == "text" else report(name)
        if path:
            with _opened(path) as stream:
                made.write(findings, excerpts, stream, color=settings.color == "always")
        else:
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
    from clip_lint.report.text import TextReport  # noqa: PLC0415

    shown = (lambda finding: difference_of(finding, base, contents)) if settings.show_fixes else None
    return TextReport(unsafe=settings.unsafe_fixes, difference=shown)


def _destinations(formats: Sequence[str], settings: Settings, base: str) -> list[tuple[str, str]]:
    """Each format with the file it goes to, empty for standard output; ConfigError where two would share a file."""
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

    try:
        return open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
