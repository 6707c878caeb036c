"""CLP106: labels with the same words in another order: who does what to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.measured import swapped_roles
from clip_lint.checks.prompts.shared import contrasts_of, pair_of, prompt_finding
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Finding, Severity
from clip_lint.language import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.reading.prompts import PromptSet


@prompt_check("CLP106")
def role_order(prompts: PromptSet) -> Iterator[Finding]:
    """Labels with the same words in another order: who does what to whom."""
    by_label = contrasts_of(prompts, Difference.ROLES)
    for index, contrast in sorted(by_label.items()):
        labels, related = pair_of(prompts, contrast)
        message = (
            f"{labels} have the same words in another order (`{contrast.words[0]}` and `{contrast.words[1]}` change places), and CLIP hardly reads "
            f"the order: {swapped_roles(prompts.checkpoint)}"
        )
        yield prompt_finding(
            "CLP106",
            prompts,
            prompts.prompts[index],
            severity=Severity.ERROR,
            message=message,
            help="ask a model for questions such as `Salesforce/blip-vqa-base` who does it, or use labels that name different things",
            related=related,
        )
