"""CLP314: capital letters for a text tower that was trained without them, by a tokenizer that keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import prompt_finding, quoted_text
from clip_lint.checks.rule import check
from clip_lint.knowledge.checkpoints import keeps_case
from clip_lint.reading.prompts import Prompt, PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP314")
def uncanonical_text(facts: Facts) -> Iterator[Finding]:
    """Texts with capital letters for SigLIP 2."""
    for prompts in facts.prompt_sets:
        checkpoint = prompts.checkpoint
        if (
            checkpoint is None
            or not facts.libraries.trait(checkpoint.family).lowered
            or not facts.libraries.of(checkpoint.library).keeps_case
            or not keeps_case(checkpoint)
            or prompts.task is Task.GENERATION
        ):
            continue
        capital = next((each for each in prompts.prompts if _is_capital(each, prompts)), None)
        if capital is not None:
            yield prompt_finding(
                "CLP314",
                prompts,
                capital,
                message=f"{quoted_text(capital.text)} has capital letters: {checkpoint} was trained on lower-case texts and its tokenizer keeps"
                " capitals, so it reads tokens that it hardly saw in training",
                help="lower the texts first: `text.lower()`",
            )


def _is_capital(prompt: Prompt, prompts: PromptSet) -> bool:
    """Whether what the program wrote has capital letters; the template of a pipeline is not its own."""
    text = prompt.label if prompts.adds_template and prompt.label is not None else prompt.text
    return any(letter.isupper() for letter in text)
