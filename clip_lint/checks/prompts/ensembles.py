"""Prompts whose embeddings are averaged: what one of many says decides little."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.core.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.core.finding import Finding
    from clip_lint.reading.prompts import PromptSet

_ALL_THE_SAME = 0.5
"""From this share of its prompts on, a class hangs on what they say."""


def in_ensemble(findings: Iterable[Finding], prompts: PromptSet) -> list[Finding]:
    """The findings; a warning is a note where only few prompts of an averaged list give it, and not by their label."""
    found = list(findings)
    if not prompts.is_averaged or len(found) >= _ALL_THE_SAME * len(prompts.prompts):
        return found
    labelled = {prompt.place for prompt in prompts.prompts if prompt.label is not None}
    return [
        replace(each, severity=Severity.NOTE)
        if each.severity is Severity.WARNING and each.place not in labelled
        else each
        for each in found
    ]
