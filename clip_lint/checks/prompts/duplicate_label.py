"""CLP116: the same label twice in a set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Finding, Related, Severity
from clip_lint.knowledge.checkpoints import keeps_case, scores_singly
from clip_lint.reading.prompts import Prompt, PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Iterator


_CLASSES_OF_A_DATA_SET = 100
"""Of so many labels the positions are class ids: ImageNet has two classes called `missile`."""


@prompt_check("CLP116", of_form=True)
def duplicate_label(prompts: PromptSet) -> Iterator[Finding]:
    """The same label twice in a set."""
    if prompts.task in (Task.QUERY, Task.FEATURES):
        return
    first: dict[str, Prompt] = {}
    filled_in = {prompt.label for prompt in prompts.prompts}
    """What goes into templates: of these, `{}` gives a form of a text that may stand there as it was written, too."""
    is_cased = keeps_case(prompts.checkpoint)
    consequence = (
        "the two get the same score"
        if scores_singly(prompts.checkpoint, prompts.family)
        else "a softmax splits the probability between the two"
    )
    for prompt in prompts.prompts:
        if prompt.is_chosen:
            continue  # which value stands there is known when the program runs
        key = " ".join(prompt.text.split() if is_cased else prompt.text.lower().split())
        earlier = first.setdefault(key, prompt)
        is_bare_form = prompt.text != earlier.text and prompt.text in filled_in
        if earlier is not prompt and prompt.is_complete and not is_bare_form:
            message = f"{quoted_text(prompt.text)} is in the label set twice: {consequence}, and an `argmax` returns one of them only"
            is_long = len(prompts.prompts) >= _CLASSES_OF_A_DATA_SET
            related = (Related(earlier.place, "here for the first time"),)
            yield prompt_finding(
                "CLP116",
                prompts,
                prompt,
                message=message,
                help="remove one (code that uses the positions of labels must follow), or write what tells the two apart",
                severity=Severity.NOTE if is_long else None,
                related=related,
            )
