"""`--baseline`, `--diff-base`, `--changed-only` and `--add-ignore`: taking clip-lint into code that has findings."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.engine.git import Changes
    from clip_lint.engine.outcome import Outcome
    from clip_lint.engine.project import Project
    from clip_lint.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Adoption:
    """The options: the revision to compare with, whether to lint changed files only, the reason for suppressions."""

    diff_base: str | None
    changed_only: bool
    add_ignore: str | None

    def check(self, paths: Sequence[str], *, is_fixing: bool, diff: bool) -> None:
        """UsageError where the options do not go together."""
        used = [
            name
            for name, is_used in (
                ("--diff-base", self.diff_base is not None),
                ("--changed-only", self.changed_only),
                ("--add-ignore", self.add_ignore is not None),
            )
            if is_used
        ]
        if not used:
            return
        if "-" in paths:
            raise click.UsageError(f"{used[0]} needs files: - is standard input")
        if self.add_ignore is not None:
            from clip_lint.fixing.add_ignore import complaint_about  # noqa: PLC0415  (it takes what repairs take)

            complaint = complaint_about(self.add_ignore)
            if complaint:
                raise click.UsageError(f"--add-ignore: {complaint}")
            if is_fixing and not diff:
                raise click.UsageError(
                    "--add-ignore and --fix exclude each other: fix first, then suppress the rest"
                )
        elif is_fixing and self.diff_base is not None and not self.changed_only:
            raise click.UsageError(
                "--diff-base alone says what is reported, not what is fixed; add --changed-only to fix changed files"
            )

    @property
    def is_narrowing(self) -> bool:
        """Whether git must be asked what changed."""
        return self.changed_only or self.diff_base is not None

    def changes(self, base: str) -> Changes | None:
        """What changed, None where nobody asks."""
        if not self.is_narrowing:
            return None
        from clip_lint.engine.git import changes_since  # noqa: PLC0415  (few runs ask git)

        return changes_since(self.diff_base, base)

    def paths(self, project: Project, paths: Sequence[str], changes: Changes | None) -> tuple[str, ...]:
        """The paths to lint: as given, or the changed ones among the files that they stand for."""
        if changes is None or not self.changed_only:
            return tuple(paths)
        found = project.discover(paths)
        changed = [target.path for target in found.targets if changes.has(target.path)]
        return (*changed, *(problem.path for problem in found.missing))

    def narrowed(self, outcome: Outcome, changes: Changes | None, base: str) -> Outcome:
        """The outcome without findings on lines that did not change."""
        if changes is None or self.diff_base is None:
            return outcome
        return replace(outcome, findings=changes.touched(outcome.findings, base))


def without_known(outcome: Outcome, settings: Settings) -> Outcome:
    """The outcome with what the baseline holds marked as known and suppressed."""
    if settings.baseline is None:
        return outcome
    from clip_lint.engine.baseline import marked, read_baseline  # noqa: PLC0415  (few runs have one)

    return replace(outcome, findings=marked(outcome.findings, read_baseline(settings.baseline)))


def baseline_file(settings: Settings, base: str, given: str | None) -> str:
    """The baseline file that a command means: the option, the configuration's, or the default name where it runs."""
    from clip_lint.engine.baseline import DEFAULT_NAME  # noqa: PLC0415  (few runs have one)

    if given is not None:
        return os.path.normpath(os.path.join(base, given))
    return settings.baseline or os.path.join(base, DEFAULT_NAME)
