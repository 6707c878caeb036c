"""CLP113: labels that no picture can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.language.labels import is_abstract
from clip_lint.language.narrow import bare
from clip_lint.reading.prompts import PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding


@prompt_check("CLP113")
def not_visible(prompts: PromptSet) -> Iterator[Finding]:
    """Labels that no picture can show."""
    if prompts.task is Task.QUERY:
        return
    for prompt in prompts.prompts:
        if prompt.label is None and prompt.template is not None:
            continue  # all that is known is the template, which tells no label from another
        words = is_abstract(prompt.label if prompt.label is not None else bare(prompt.text))
        if words:
            yield prompt_finding(
                "CLP113",
                prompts,
                prompt,
                message=f"{quoted_text(prompt.text)} names what no picture shows (`{words}`): the score only repeats which pictures had such captions in training",
                help="ask for something that can be seen instead, or take the fact from your own data",
            )
