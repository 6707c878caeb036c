"""CLP117: a template that no label goes into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import MOST_RELATED, prompt_finding, quoted_text
from clip_lint.checks.rule import check
from clip_lint.core.finding import Related
from clip_lint.reading.prompts import Prompt, PromptSet, Task
from clip_lint.reading.slots import HELD_NOTHING, UNKNOWN_KEY, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place
    from clip_lint.reading.facts import Facts

_NOWHERE = frozenset({HELD_NOTHING, UNKNOWN_KEY})


@check("CLP117")
def template_without_slot(facts: Facts) -> Iterator[Finding]:
    """A slot that the model reads as it is written, and a template that has none."""
    filled = {template for prompts in facts.prompt_sets for template in prompts.templates}
    told: set[Place] = set()
    for prompts in facts.prompt_sets:
        wrong = [
            prompt
            for prompt in prompts.prompts
            if prompt.unfilled
            and prompts.task is not Task.GENERATION
            and prompt.place not in told
            and not (prompt.unfilled not in _NOWHERE and pattern(prompt.text) in filled)
        ]
        told.update(prompt.place for prompt in wrong)
        if wrong:
            yield _finding(prompts, wrong)


def _finding(prompts: PromptSet, wrong: list[Prompt]) -> Finding:
    prompt = wrong[0]
    others = tuple(
        Related(each.place, "and here") for each in wrong[1 : MOST_RELATED + 1] if each.place != prompt.place
    )
    shown = quoted_text(prompt.text)
    if prompt.unfilled == HELD_NOTHING:
        message = f"the template {shown} has no `{{}}`: every label becomes this same text, so all of them get the same score"
        help_ = "write `{}` where the label goes, as in `a photo of a {}.`"
    elif prompt.unfilled == UNKNOWN_KEY:
        message = "the slot of this template has a name, and the library fills it by position: `format` raises a KeyError"
        help_ = "write `{}` where the label goes"
    elif prompt.unfilled in {"{}", "{0}", "%s"}:
        message = (
            f"nothing fills the slot `{prompt.unfilled}` of {shown}: the model reads it as it is written"
        )
        filled = "template % label" if prompt.unfilled == "%s" else "template.format(label)"
        help_ = f"put each label into it: `{filled}`"
    else:
        message = f"{shown} is no f-string: the model reads `{prompt.unfilled}` as it is written, and every label gives this same text"
        help_ = f"write `f` before the quotation mark, or fill `{prompt.unfilled}` with `format`"
    return prompt_finding("CLP117", prompts, prompt, message=message, help=help_, related=others)
