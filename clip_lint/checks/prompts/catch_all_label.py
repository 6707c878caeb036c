"""CLP111: other, none of the above, background as a class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.language.labels import is_catch_all, says_background
from clip_lint.language.narrow import bare
from clip_lint.reading.prompts import PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding


@prompt_check("CLP111")
def catch_all_label(prompts: PromptSet) -> Iterator[Finding]:
    """Other, none of the above, background as a class."""
    if prompts.task not in (Task.LABELS, Task.UNKNOWN, Task.SIMILARITY) or (
        (len(prompts.prompts) < 2 and prompts.is_whole) or prompts.fate.is_learnt
    ):
        return
    for position, prompt in enumerate(prompts.prompts):
        label = prompt.label if prompt.label is not None else bare(prompt.text)
        if not is_catch_all(label) or _is_masked(label, position, prompts):
            continue
        if not (says_background(label) and _is_a_class(prompts)):
            yield prompt_finding(
                "CLP111",
                prompts,
                prompt,
                message=f"CLIP does not take {quoted_text(prompt.text)} to mean that no other label fits: it wins where a picture happens to look like these words",
                help="leave it out and reject pictures whose best score is below a threshold calibrated on your images, or use labels that say what else there may be",
            )


_CLASSES = 5
"""Beside so many names of classes the background is one, as data sets count it: of tissue, of what scenes are cut into."""


def _is_a_class(prompts: PromptSet) -> bool:
    """Whether the background has pictures, and a number, of its own: in a long list of classes, or where answers are held against true ones."""
    others = {
        text for prompt in prompts.prompts if not says_background(text := prompt.label or bare(prompt.text))
    }
    return prompts.fate.is_measured or prompts.fate.is_tuned or len(others) >= _CLASSES


_MASK = re.compile(r"\[(?P<index>[^\]\n]*(?:\[[^\]\n]*\])?[^\]\n]*)\]\s*=")


def _is_masked(label: str, position: int, prompts: PromptSet) -> bool:
    """Whether the code overwrites the label's score, so that it cannot win: ``scores[:, -1] = float("-inf")``."""
    places = {str(position), str(position - len(prompts.prompts))}
    name = "_".join(re.findall(r"[a-z]+", label.lower()))
    for use in prompts.intent.uses:
        mask = _MASK.match(use)
        if mask is not None:
            last = mask["index"].rpartition(",")[2].strip()
            if last in places or (name and name in last.lower()):
                return True
    return False
