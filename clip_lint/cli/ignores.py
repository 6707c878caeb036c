"""`--add-ignore`: a suppression with its reason at each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clip_lint.cli.exits import CLEAN, FAILED, FINDINGS, is_colored
from clip_lint.cli.fix import write_diff
from clip_lint.core.escaping import printable
from clip_lint.fixing.add_ignore import ignored
from clip_lint.fixing.rounds import write_mended
from clip_lint.report.tally import counted

if TYPE_CHECKING:
    from clip_lint.engine.outcome import Outcome
    from clip_lint.engine.project import Project
    from clip_lint.settings.model import Settings


def add_ignores(outcome: Outcome, project: Project, settings: Settings, reason: str, *, dry: bool) -> int:
    """Write a suppression with its reason at each reported finding, or show the difference that this would make."""
    problems = [*outcome.missing, *outcome.problems]
    done = []
    reported = outcome.reported
    for name in dict.fromkeys(finding.place.path for finding in reported):
        mended = ignored(
            project, project.named(name), [each for each in reported if each.place.path == name], reason
        )
        problems += mended.problems
        if mended.new == mended.old:
            continue
        problem = None if dry else write_mended(mended)
        if problem is not None:
            problems.append(problem)
            continue
        done.append(mended)
    for problem in problems:
        click.echo(printable(str(problem)), err=True)
    if dry:
        write_diff(done, color=is_colored(settings.color))
    silenced = sum(len(each.fixed) for each in done)
    if not settings.quiet:
        verb = "Would suppress" if dry else "Suppressed"
        click.echo(f"{verb} {counted(silenced, 'finding')} in {counted(len(done), 'file')}.", err=True)
    if problems:
        return FAILED
    left = len(reported) - silenced
    if left and not settings.quiet:
        click.echo(
            f"{counted(left, 'finding')} left: a suppression that silences nothing goes with --fix.", err=True
        )
    return FINDINGS if left or (dry and done) else CLEAN
