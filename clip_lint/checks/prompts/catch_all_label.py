"""CLP111: other, none of the above, background as a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.language.labels import is_catch_all
from clip_lint.language.narrow import bare
from clip_lint.reading.prompts import PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding


@prompt_check("CLP111")
def catch_all_label(prompts: PromptSet) -> Iterator[Finding]:
    """Other, none of the above, background as a class."""
    if prompts.task not in (Task.LABELS, Task.UNKNOWN, Task.SIMILARITY) or (
        len(prompts.prompts) < 2 and prompts.is_whole
    ):
        return
    for prompt in prompts.prompts:
        label = prompt.label if prompt.label is not None else bare(prompt.text)
        if is_catch_all(label):
            yield prompt_finding(
                "CLP111",
                prompts,
                prompt,
                message=f"{quoted_text(prompt.text)} is no description: CLIP scores how much a picture looks like these words, not whether the other labels fail",
                help="use labels that say what else there may be, or a threshold on the best score, calibrated on your images",
            )
