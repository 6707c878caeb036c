"""What `clip-lint check` does when it repairs: files, or standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from clip_lint.cli.exits import CLEAN, FAILED, FINDINGS, is_colored
from clip_lint.cli.finish import finish
from clip_lint.cli.fix import Review, remaining, repaired, said, show_suggestions, write_diff
from clip_lint.core.escaping import printable
from clip_lint.fixing.session import fix_text, fix_tree
from clip_lint.report.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.cli.fixing import Fixing
    from clip_lint.engine.project import Project
    from clip_lint.fixing.session import Repair
    from clip_lint.settings.model import Settings


def fix_paths(project: Project, paths: Sequence[str], settings: Settings, fixing: Fixing) -> int:
    """Repair the files and report what is left."""
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
    if fixing.diff and not repair.mended:
        done = "\n".join(
            [
                "Nothing would be changed.",
                *remaining(repair.outcome.reported, unsafe=fixing.unsafe, fixing=True),
            ]
        )
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
