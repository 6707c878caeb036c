"""CLP112: dataset keys as prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.language.labels import is_key, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.prompts import PromptSet


@prompt_check("CLP112", of_form=True)
def machine_label(prompts: PromptSet) -> Iterator[Finding]:
    """Dataset keys as prompts."""
    for prompt in prompts.prompts:
        key = is_key(prompt.label if prompt.label is not None else prompt.text)
        if key:
            yield prompt_finding(
                "CLP112",
                prompts,
                prompt,
                message=f"{quoted_text(prompt.text)} holds a dataset identifier (`{key}`), not words: the tokenizer cuts it into pieces that no caption has",
                help=f"write what the picture shows, such as `{words_of(key)}`, and keep the key beside it",
            )
    for place in prompts.joined:
        yield prompt_finding(
            "CLP112",
            prompts,
            place,
            message="the labels get underscores for their spaces here, and go into prompts so: the tokenizer cuts such identifiers into pieces that no caption has",
            help="give the prompts the labels with their spaces, and keep the key beside them",
        )
