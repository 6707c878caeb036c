"""Findings on what texts say that nobody can be sure of: read by weights of one's own, rows of a data set, or measured by the program."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.core.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.core.finding import Finding
    from clip_lint.reading.prompts import PromptSet

_ROWS, _WORDS = 100, 5
"""So many sentences of so many words in a file are a data set: two of them differ by chance, and nobody chose the words."""


def softened(findings: Iterable[Finding], prompts: PromptSet) -> list[Finding]:
    """The findings; notes where the figures of the checkpoint do not count or the program has its own, or the texts are none of its choice."""
    found = list(findings)
    fate = prompts.fate
    if not found or not (fate.is_tuned or fate.is_learnt or fate.is_measured or _is_data(prompts)):
        return found
    return [replace(each, severity=Severity.NOTE) for each in found]


def _is_data(prompts: PromptSet) -> bool:
    rows = [prompt.text for prompt in prompts.prompts if prompt.written is not None]
    return len(rows) >= _ROWS and sum(len(text.split()) >= _WORDS for text in rows) * 2 > len(rows)
