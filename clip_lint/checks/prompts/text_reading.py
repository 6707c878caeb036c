"""CLP107: asks what is written in the image."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from clip_lint.checks.prompts.measured import measured
from clip_lint.checks.prompts.shared import carries, is_set, meanings, prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.language import Meaning
    from clip_lint.reading.prompts import PromptSet


_TEXT_HELP = "read the text with `easyocr`, `rapidocr` or `python-doctr` and compare strings"


@prompt_check("CLP107")
def text_reading(prompts: PromptSet) -> Iterator[Finding]:
    """Asks what is written in the image."""
    found = [(prompt, meaning) for _, prompt, meaning in meanings(prompts) if meaning.writings]
    twins = Counter(_before_writing(meaning) for _, meaning in found) if is_set(prompts) else Counter()
    reading = measured("text", prompts.checkpoint)
    for prompt, meaning in found:
        words = prompt.text[slice(*meaning.writings[0].span)]
        severity = Severity.ERROR if twins[_before_writing(meaning)] > 1 else carries(meaning, 10)
        message = f"{quoted_text(prompt.text)} depends on what is written (`{words}`), and CLIP reads badly: {reading}, guessing 50%"
        yield prompt_finding("CLP107", prompts, prompt, severity=severity, message=message, help=_TEXT_HELP)


def _before_writing(meaning: Meaning) -> str:
    """What stands before the writing: two labels that share it differ only in what is to be read."""
    return " ".join(meaning.text[: meaning.writings[0].span[0]].lower().split())
