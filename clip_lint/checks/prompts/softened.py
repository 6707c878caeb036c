"""Findings on what texts say that nobody can be sure of: read by weights of one's own, rows of a data set, measured by the program, or written to see what a model gets wrong."""

from __future__ import annotations

import re
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
    is_apart = fate.is_among_texts or fate.is_condition or _is_probe(prompts)
    is_own = fate.is_tuned or fate.is_learnt or fate.is_measured or _is_data(prompts)
    if not found or not (is_apart or is_own):
        return found
    return [replace(each, severity=Severity.NOTE) for each in found]


_PROBES = re.compile(
    r"(?:^|_)(?:probes|swap_?pairs|failure_(?:analysis|cases|modes)|limitations|stress_tests?"
    r"|(?:compositional(?:ity)?|binding|negation|counting|spatial)_(?:probes?|tests?|benchmark))(?:_|$)",
    re.IGNORECASE,
)
"""What is called so is there to see what a model gets wrong."""


def _is_probe(prompts: PromptSet) -> bool:
    """Whether the list is called a test of what models get wrong: its author says it on purpose. What a file is called says nothing of that."""
    return _PROBES.search(prompts.name or "") is not None


def _is_data(prompts: PromptSet) -> bool:
    rows = [prompt.text for prompt in prompts.prompts if prompt.written is not None]
    return len(rows) >= _ROWS and sum(len(text.split()) >= _WORDS for text in rows) * 2 > len(rows)
