"""CLP109: more tokens than the checkpoint's text tower reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.knowledge.checkpoints import USUAL_CONTEXT, context_length, drops_marks
from clip_lint.language import count_tokens, count_words, read_prompt
from clip_lint.reading.prompts import Task
from clip_lint.source.test_files import is_for_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.prompts import Prompt, PromptSet


_OF_THE_REST = {
    True: "the rest is cut off and changes nothing",
    False: "this raises an error, since nothing cuts the text",
    None: "the rest is cut off where the tokenizer truncates, and an error is raised where it does not",
}
"""What becomes of the words that do not fit, by whether the tokenizer cuts."""


@prompt_check("CLP109", of_form=True, besides=(Task.GENERATION, Task.DETECTION))
def prompt_too_long(prompts: PromptSet) -> Iterator[Finding]:
    """More tokens than the checkpoint's text tower reads."""
    length = context_length(prompts.checkpoint, prompts.family)
    if length is None:
        return
    count = count_words if drops_marks(prompts.checkpoint) else count_tokens
    room = length - (1 if count is count_words else 2)  # what frames a text is no word of it
    is_drawn = prompts.task is Task.GENERATION
    rest = (
        "the rest is cut off and changes nothing in the picture" if is_drawn else _OF_THE_REST[prompts.cuts]
    )
    for prompt in prompts.prompts:
        if len(prompt.text) < length or _is_filler(prompt):
            continue
        tokens = count(prompt.text.replace("{}", " "))
        if tokens > length and read_prompt(prompt.text).language == "en":
            usual = "CLIP" if length == USUAL_CONTEXT else "the model"
            named = prompts.checkpoint is not None and prompts.checkpoint.name
            model = f"{prompts.checkpoint}" if named else usual
            yield prompt_finding(
                "CLP109",
                prompts,
                prompt,
                message=f"{quoted_text(prompt.text)} has at least {tokens} tokens and {model} reads {length}: {rest}",
                help=_shorter(prompts.task, room),
            )


def _shorter(task: Task, room: int) -> str:
    """What to write instead, by what becomes of the text: a detector gives boxes, and no embedding that one could average."""
    if task is Task.GENERATION:
        return f"name what matters first, in at most {room} tokens, or encode it in pieces and pass `prompt_embeds`"
    short = f"keep it to {room} tokens (about {int(room / 1.2)} words)"
    if task is Task.DETECTION:
        return f"{short}: name each thing briefly, and look for fewer things at a time"
    return f"{short}, or average the normalised embeddings of several short prompts"


def _is_filler(prompt: Prompt) -> bool:
    """Whether a test writes the same words over and over, to see what becomes of a long text."""
    return is_for_tests(prompt.place.path) and prompt.text in (prompt.text + prompt.text)[1:-1]
