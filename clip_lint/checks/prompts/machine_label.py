"""CLP112: dataset keys as prompts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Severity
from clip_lint.knowledge.checkpoints import reads_underscores
from clip_lint.language.labels import is_key, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.prompts import PromptSet


@prompt_check("CLP112", of_form=True)
def machine_label(prompts: PromptSet) -> Iterator[Finding]:
    """Dataset keys as prompts."""
    has_blanks = reads_underscores(prompts.checkpoint)
    # Weights of one's own have learnt texts as they were written for them.
    severity = Severity.NOTE if prompts.fate.is_learnt or prompts.fate.is_tuned else None
    for prompt in prompts.prompts:
        label = prompt.label if prompt.label is not None else prompt.text
        key = is_key(label.replace("_", " ") if has_blanks else label)
        if key and not _is_choice(key, prompts):
            yield prompt_finding(
                "CLP112",
                prompts,
                prompt,
                message=f"{quoted_text(prompt.text)} holds a dataset identifier (`{key}`), not words: captions are seldom written so, and it gives other tokens than plain words do, so its score may be worse than theirs",
                help=f"encode words for what the picture shows{_such_as(key)}, and keep the key for your own code",
                severity=severity,
            )
    for place in prompts.joined if not has_blanks else ():
        yield prompt_finding(
            "CLP112",
            prompts,
            place,
            message="the spaces of the labels become underscores here, before they go into prompts: captions are seldom written so, and they give other tokens than plain words do, so scores may be worse than theirs",
            help="encode the labels with their spaces, and keep the keys for your own code",
            severity=severity,
        )


_NAMES = re.compile(r"[^\W_]+(?:-[^\W_]+)*/[^\W_]+(?:-[^\W_]+)*")


def _is_choice(key: str, prompts: PromptSet) -> bool:
    """Whether a stroke stands between two names of one thing, as in a few labels of a list of plain words: Handbag/Satchel."""
    if not _NAMES.fullmatch(key):
        return False
    with_stroke = sum("/" in (prompt.label or prompt.text) for prompt in prompts.prompts)
    return with_stroke * 2 < len(prompts.prompts)


def _such_as(key: str) -> str:
    """The words in a key; of a number in a catalogue only that holds them."""
    words = words_of(key)
    return f", such as `{words}`" if words != key else " (the name that the number stands for)"
