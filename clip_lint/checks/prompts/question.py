"""CLP108: a question or an instruction instead of a caption."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import asked_for, meanings, prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.language.narrow import bare
from clip_lint.language.tasks import TaskKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.prompts import PromptSet


_TOLD_ELSEWHERE = (TaskKind.COUNT, TaskKind.READ, TaskKind.RELATE, TaskKind.ABSENT)
"""Tasks that have a rule of their own."""
_ANSWERS = frozenset(("yes", "no"))


@prompt_check("CLP108", of_meaning=True)
def question(prompts: PromptSet) -> Iterator[Finding]:
    """A question or an instruction instead of a caption."""
    if prompts.fate.is_among_texts:
        return
    said = {bare(prompt.label or prompt.text).lower(): prompt for prompt in prompts.prompts}
    if said.keys() >= _ANSWERS:
        yield prompt_finding(
            "CLP108",
            prompts,
            said["yes"],
            message=f"{quoted_text(said['yes'].text)} and {quoted_text(said['no'].text)} answer a question that CLIP never sees: it compares the picture"
            " with the words `yes` and `no`",
            help="describe what the picture shows in either case, or give the question to a vision-language model such as `Qwen/Qwen3-VL-2B-Instruct`",
        )
    told = {prompt.place for prompt, _ in asked_for(prompts, *_TOLD_ELSEWHERE)}
    for _, prompt, meaning in meanings(prompts):
        asked = meaning.question
        if prompt.place in told:
            continue
        if asked is None or meaning.writings or any(count.is_asked for count in meaning.counts):
            continue  # what such a question wants to know has a rule of its own
        what = "a question" if asked.kind == "question" else "an instruction"
        yield prompt_finding(
            "CLP108",
            prompts,
            prompt,
            message=f"{quoted_text(prompt.text)} is {what}, and CLIP does not answer: its score only says how well these words would fit the picture as a caption",
            help="describe what the picture shows (`a photo of a dog in a park`), or give the question to a vision-language model such as `Qwen/Qwen3-VL-2B-Instruct`",
        )
