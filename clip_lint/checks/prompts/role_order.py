"""CLP106: labels with the same words in another order: who does what to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.contrasted import contrast_findings, contrasted
from clip_lint.checks.prompts.measured import because
from clip_lint.checks.rule import prompt_check
from clip_lint.language import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.prompts import PromptSet


@prompt_check("CLP106", of_contrast=True)
def role_order(prompts: PromptSet) -> Iterator[Finding]:
    """Labels with the same words in another order: who does what to whom."""
    groups = contrasted(prompts, Difference.ROLES)
    yield from contrast_findings(
        "CLP106",
        prompts,
        groups,
        differ=lambda words: f"have the same words in another order ({words} change places)",
        because=because("and CLIP often prefers the wrong one", "roles", prompts),
        help="ask a vision-language model such as `Qwen/Qwen3-VL-2B-Instruct` who does it, or use labels that name different things",
    )
