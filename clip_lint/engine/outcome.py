"""What a run found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.core.problem import Problem


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found: findings in order of place, paths that do not exist, files that could not be linted, warnings.

    ``findings`` are those that are selected and severe enough, silenced ones included and marked.
    """

    findings: tuple[Finding, ...] = ()
    missing: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    files: int = 0
    skipped: tuple[Problem, ...] = ()
    """Cells that are no Python in notebooks of which the others were read: what is told of them is a note."""
    set_aside: int = 0
    """How many findings are too mild to be shown because of the file that they stand in: nobody mends there."""
    unrepaired: tuple[Problem, ...] = ()
    """Files of which it takes too long to work out how their findings are repaired."""

    @property
    def reported(self) -> tuple[Finding, ...]:
        """The findings that nobody silenced."""
        return tuple(finding for finding in self.findings if not finding.suppressed)


@dataclass(frozen=True, slots=True)
class Linted:
    """One file's findings: those that are selected, and ``every`` one, of whatever rule and severity."""

    selected: tuple[Finding, ...]
    every: tuple[Finding, ...]
    problems: tuple[Problem, ...]
