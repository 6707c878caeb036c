"""Checks: from `Facts` to findings. Each check is a function over facts; this module runs them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.inputs import INPUT_CHECKS
from clip_lint.checks.running import RUNNING_CHECKS
from clip_lint.checks.scores import SCORE_CHECKS

if TYPE_CHECKING:
    from clip_lint.finding import Finding
    from clip_lint.reading.facts import Facts

CHECKS = (*SCORE_CHECKS, *INPUT_CHECKS, *RUNNING_CHECKS)


def run(facts: Facts) -> list[Finding]:
    """All findings in one file's facts, of every rule and severity."""
    found: dict[tuple[object, ...], Finding] = {}
    for function in CHECKS:
        for finding in function(facts):
            found.setdefault((finding.code, finding.place), finding)
    return list(found.values())
