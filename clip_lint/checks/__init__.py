"""Checks: from `Facts` to findings. Each check is a function over facts; this module runs them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.inputs import INPUT_CHECKS
from clip_lint.checks.prompts import PROMPT_CHECKS, code_of
from clip_lint.checks.running import RUNNING_CHECKS
from clip_lint.checks.scores import SCORE_CHECKS
from clip_lint.core.finding import Severity
from clip_lint.reading.prompts import Task

if TYPE_CHECKING:
    from clip_lint.checks.registry import Check
    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts

_MENTIONED = frozenset({"CLP101", "CLP102", "CLP103"})
"""What a retrieval query in code merely mentions ("two dogs in the snow") is no request for it."""

CHECKS: tuple[Check, ...] = (*SCORE_CHECKS, *INPUT_CHECKS, *RUNNING_CHECKS)
CHECKED_CODES = frozenset(map(code_of, CHECKS)) | frozenset(map(code_of, PROMPT_CHECKS))


def run(facts: Facts) -> list[Finding]:
    """All findings in one file's facts, of every rule and severity."""
    found: dict[tuple[object, ...], Finding] = {}
    for check in CHECKS:
        for finding in check(facts):
            found.setdefault((finding.code, finding.place), finding)
    for prompt_check in PROMPT_CHECKS:
        for prompts in facts.prompt_sets:
            for finding in prompt_check(prompts):
                if (
                    prompts.task is Task.QUERY
                    and finding.severity is Severity.NOTE
                    and finding.code in _MENTIONED
                ):
                    continue
                known = found.get((finding.code, finding.place))
                if known is None or known.severity < finding.severity:
                    found[finding.code, finding.place] = finding
    return list(found.values())
