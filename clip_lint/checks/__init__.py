"""Checks: from `Facts` to findings. One module a rule, in the packages below; `run` asks them all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.checks.discovery import facts_checks, prompt_checks
from clip_lint.checks.prompts.one_a_set import one_a_passage
from clip_lint.core.bounds import check as check_bounds
from clip_lint.core.finding import Severity
from clip_lint.reading.prompts import Task

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts

_OF_THEIR_OWN = frozenset({Task.GENERATION, Task.DETECTION})
"""Tasks in which texts are not compared with whole pictures: few rules hold there."""


def run(facts: Facts) -> list[Finding]:
    """All findings in one file's facts, of every rule and severity."""
    found: dict[tuple[object, ...], Finding] = {}
    for check in facts_checks():
        check_bounds()
        for finding in check.find(facts):
            found.setdefault((finding.code, finding.place), finding)
    for prompt_check in prompt_checks():
        for prompts in facts.prompt_sets:
            check_bounds()
            if prompts.task in _OF_THEIR_OWN and prompts.task not in prompt_check.besides:
                continue
            for finding in prompt_check.find(prompts):
                if (
                    prompt_check.passes_mentions
                    and prompts.task is Task.QUERY
                    and finding.severity is Severity.NOTE
                ):
                    continue
                known = found.get((finding.code, finding.place))
                found[finding.code, finding.place] = finding if known is None else _joined(known, finding)
    return list(one_a_passage(found.values()))


def _joined(known: Finding, other: Finding) -> Finding:
    """Of two findings alike the one that counts, with the calls of both: labels that two calls encode are mended in both."""
    graver, milder = (other, known) if _weight(known) < _weight(other) else (known, other)
    calls = (each for each in milder.details if each.key == "call" and each not in graver.details)
    return replace(graver, details=(*graver.details, *calls))


def _weight(finding: Finding) -> tuple[Severity, bool]:
    """Of two findings alike the graver one counts, then the one that holds whoever calls the function."""
    return finding.severity, not finding.run_alone
