"""CLP115: one template where an ensemble is cheap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import list_place, prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.reading.prompts import PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding


@prompt_check("CLP115")
def single_template(prompts: PromptSet) -> Iterator[Finding]:
    """One template where an ensemble is cheap."""
    if (
        prompts.task is not Task.LABELS
        or not prompts.is_whole
        or prompts.adds_template
        or len(prompts.templates) != 1
        or len(prompts.prompts) < 3
    ):
        return
    template = prompts.templates[0]
    if any(prompt.template != template for prompt in prompts.prompts) or not re.sub(r"\{\}|\W", "", template):
        return
    yield prompt_finding(
        "CLP115",
        prompts,
        list_place(prompts),
        message=f"every label goes into one template only, {quoted_text(template)}: averaging the embeddings of several commonly raises accuracy, and texts that are encoded once cost nothing per image",
        help="encode each label in several templates, normalise, average and normalise again (3.5 points on ImageNet in the CLIP paper, with 80 templates)",
    )
