"""What `clip-lint check` does: lint or fix, write the report, and say how the run ended."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from clip_lint.cli.adopting import Adoption, without_known
from clip_lint.cli.exits import CLEAN
from clip_lint.cli.extras import needs
from clip_lint.cli.finish import finish
from clip_lint.cli.fixing import Fixing
from clip_lint.cli.inline import configured, over
from clip_lint.cli.shown import show
from clip_lint.cli.verify import begin, check_verifying, taken
from clip_lint.cli.warned import warned
from clip_lint.core import bounds
from clip_lint.core.finding import Severity
from clip_lint.engine.project import Project
from clip_lint.report.progress import Progress
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.selection import Stage
from clip_lint.settings.variables import cache_values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clip_lint.engine.git import Changes
    from clip_lint.settings.model import Overrides


def run(
    paths: tuple[str, ...],
    config: tuple[str, ...],
    isolated: bool,
    stdin_filename: str | None,
    diff: bool,
    review: bool,
    diff_base: str | None,
    changed_only: bool,
    add_ignore: str | None,
    watch: bool,
    show_files: bool,
    show_settings: bool,
    **options: Any,
) -> int:
    """Check the options against each other, then lint, fix or suppress; the exit status."""
    begin()
    base = os.getcwd()
    file, inline = configured(config, base)
    if file is not None and isolated:
        raise click.UsageError("--config and --isolated exclude each other")
    options["verifying"] = taken(options)
    overrides = _overrides(options, base, inline)
    adoption = Adoption(diff_base, changed_only, add_ignore)

    def fresh() -> Configuration:
        return Configuration(overrides, base, file=file, isolated=isolated)

    configuration = fresh()
    with warned(configuration):
        settings = configuration.for_folder(base)
        check_verifying(settings)
        if diff and review:
            raise click.UsageError("--diff and --review exclude each other")
        if show_files or show_settings:
            project = Project(configuration, base, isolated=isolated)
            return show(project, paths or (".",), files=show_files, settings=show_settings)
        is_fixing = diff or review or settings.fix or settings.fix_only
        adoption.check(paths, is_fixing=is_fixing, diff=diff)
        if not watch:
            project = Project(configuration, base, isolated=isolated)
            fixing = Fixing(settings.unsafe_fixes, diff, review) if is_fixing else None
            return _once(project, paths, stdin_filename, adoption, fixing)
        if is_fixing or add_ignore is not None or "-" in paths:
            raise click.UsageError(
                "--watch only reports files: leave out what changes them, and standard input"
            )

    def again() -> int:
        begin()
        now = fresh()
        with warned(now):
            return _checked(Project(now, base, isolated=isolated), paths, adoption, dry=False)

    return _watch(paths, base, again)


def _once(
    project: Project,
    paths: tuple[str, ...],
    stdin_filename: str | None,
    adoption: Adoption,
    fixing: Fixing | None,
) -> int:
    """Lint, fix or suppress; the exit status."""
    base = project.base
    settings = project.configuration.for_folder(base)
    if "-" in paths:
        if len(paths) > 1:
            raise click.UsageError("- (standard input) cannot be mixed with other paths")
        if sys.stdin is None:
            raise click.UsageError("- (standard input) is closed")
        name = stdin_filename or "-"
        data = sys.stdin.buffer.read()
        if fixing is not None:
            from clip_lint.cli.repair import fix_stdin  # noqa: PLC0415  (repairs take libcst)

            return fix_stdin(project, data, name, settings, fixing)
        outcome = project.lint_text(data, name, fixes=True, cached=True)
        contents = {each.place.path: data for each in outcome.findings}
        return finish(outcome, settings, base, contents)
    if stdin_filename is not None:
        raise click.UsageError("--stdin-filename goes with the path - (standard input)")
    if fixing is not None and adoption.add_ignore is None:
        from clip_lint.cli.repair import fix_paths  # noqa: PLC0415  (repairs take libcst)

        wanted = adoption.paths(project, paths or (".",), adoption.changes(base))
        return fix_paths(project, wanted, settings, fixing)
    return _checked(project, paths, adoption, dry=fixing is not None and fixing.diff)


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


def _overrides(options: dict[str, Any], base: str, inline: Overrides) -> Overrides:
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
    context = click.get_current_context(silent=True)
    source = context.get_parameter_source("output_format") if context is not None else None
    if source is click.core.ParameterSource.ENVIRONMENT and "output_format" in inline.values:
        del values["output_format"]
    return over(values, stage, replace(inline, values={**cache_values(base), **inline.values}))


def check_tree(
    project: Project, paths: Sequence[str], adoption: Adoption, changes: Changes | None, *, dry: bool
) -> int:
    """Lint the files and report, or suppress what would be reported (``dry``: only show how)."""
    base = project.base
    settings = project.configuration.for_folder(base)
    with bounds.run():  # a file has its time once, and suppressions are linted again
        with Progress(sys.stderr, enabled=sys.stderr.isatty() and not settings.quiet) as progress:
            outcome = project.lint(paths, progress=progress.update, fixes=adoption.add_ignore is None)
        outcome = adoption.narrowed(outcome, changes, base)
        if adoption.add_ignore is not None:
            from clip_lint.cli.ignores import add_ignores  # noqa: PLC0415  (writing takes what repairs take)

            known = without_known(outcome, settings)
            return add_ignores(known, project, settings, adoption.add_ignore, dry=dry)
    if adoption.changed_only:
        return finish(outcome, settings, base, nothing="no changed Python files or notebooks here")
    return finish(outcome, settings, base)
