"""CLP113: labels that no picture can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import is_set, prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Severity
from clip_lint.language import read_prompt
from clip_lint.language.invisible import invisible
from clip_lint.language.labels import is_abstract
from clip_lint.language.narrow import bare
from clip_lint.reading.prompts import Prompt, PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding


_FEW = 5
"""One label in so many is one that the others are told apart without."""


@prompt_check("CLP113")
def not_visible(prompts: PromptSet) -> Iterator[Finding]:
    """Labels that no picture can show; of a single caption only what nobody can see of a person, or at all."""
    found = [(prompt, words) for prompt in prompts.prompts if (words := _unseen(prompts, prompt))]
    severity = Severity.NOTE if is_set(prompts) and len(found) * _FEW <= len(prompts.prompts) else None
    for prompt, words in found:
        yield prompt_finding(
            "CLP113",
            prompts,
            prompt,
            severity=severity,
            message=f"{quoted_text(prompt.text)} names what no picture shows (`{words}`): the score only tells which pictures had such captions in training, with all their prejudices",
            help="ask for something that can be seen instead, or take the fact from your own data",
        )


def _unseen(prompts: PromptSet, prompt: Prompt) -> str:
    if prompt.label is None and prompt.template is not None:
        return ""  # all that is known is the template, which tells no label from another
    label = prompt.label if prompt.label is not None else bare(prompt.text)
    if prompts.task is Task.QUERY:
        return invisible(read_prompt(prompt.text))
    return is_abstract(label) or invisible(read_prompt(label))
