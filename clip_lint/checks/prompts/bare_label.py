"""CLP110: zero-shot labels without any template."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import list_place, prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Severity
from clip_lint.language import read_prompt
from clip_lint.reading.prompts import PromptSet, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding


_CAPTION = re.compile(
    r"\b(?:photo|photograph|picture|image|painting|drawing|sketch|screenshot|view|close-up|scan|shot|x-ray|render)\b",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"^(?:an?|the|this|some|two|there|someone|people)\s|\b(?:of|with|in|on|at|and|or|is|are|without|no|not|from|by|for)\b",
    re.IGNORECASE,
)


def _is_bare(text: str) -> bool:
    words = re.findall(r"\w+", text.replace("_", " "))
    return 1 <= len(words) <= 3 and not _PHRASE.search(text) and not _CAPTION.search(text)


@prompt_check("CLP110")
def bare_label(prompts: PromptSet) -> Iterator[Finding]:
    """Zero-shot labels without any template."""
    if prompts.other_templates:
        shown = ", ".join(quoted_text(template) for template in prompts.other_templates[:3])
        yield prompt_finding(
            "CLP110",
            prompts,
            prompts.place,
            severity=Severity.WARNING,
            message=f"on this path the labels are encoded as they are, on others inside a template ({shown}): scores of the two paths cannot be compared",
            help=f"put them into {quoted_text(prompts.other_templates[0])} here too",
        )
    if (
        prompts.task is not Task.LABELS
        or not prompts.is_whole
        or prompts.fate.is_idle
        or prompts.fate.is_learnt
        or prompts.adds_template
        or prompts.templates
        or len(prompts.prompts) < 2
    ):
        return
    texts = [prompt.text for prompt in prompts.prompts]
    if any(prompt.template is not None for prompt in prompts.prompts) or sum(
        map(_is_bare, texts)
    ) < 0.8 * len(texts):
        return
    if any(read_prompt(text).language != "en" for text in texts):
        return
    shown = ", ".join(quoted_text(text) for text in texts[:3])
    yield prompt_finding(
        "CLP110",
        prompts,
        list_place(prompts),
        message=f"the labels are bare words ({shown}), but CLIP was trained on captions: a sentence around each label raised its accuracy on ImageNet by 1.3 points, and a bare word may mean several things",
        help="put each label into a template such as `a photo of a {}.`, or average the embeddings of several templates",
    )
