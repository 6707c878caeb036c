"""CLP107: asks what is written in the image."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.checks.prompts.contrasted import contrast_findings, contrasted
from clip_lint.checks.prompts.measured import is_closed, published
from clip_lint.checks.prompts.shared import asked_for, carries, is_set, meanings, prompt_finding, quoted_text
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Finding, Severity
from clip_lint.language import Difference
from clip_lint.language.tasks import TaskKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.language import Meaning
    from clip_lint.reading.prompts import PromptSet


_TEXT_HELP = "read the text with an OCR package (`rapidocr` or `easyocr` for signs and scenes, `python-doctr` for documents) and compare strings"


@prompt_check("CLP107", of_meaning=True)
def text_reading(prompts: PromptSet) -> Iterator[Finding]:
    """Asks what is written in the image; a note for a search in a program that reads by OCR as well."""
    is_read = prompts.fate.has_reader and not is_set(prompts)
    for each in _depending_on_writing(prompts):
        yield replace(each, severity=Severity.NOTE) if is_read else each


def _depending_on_writing(prompts: PromptSet) -> Iterator[Finding]:
    groups = contrasted(prompts, Difference.WRITING)
    reader = "image-text models do not read reliably" if is_closed(prompts) else "CLIP does not read reliably"
    reading = f"{reader}: {published('text', prompts)}"
    yield from contrast_findings(
        "CLP107",
        prompts,
        groups,
        differ=lambda words: f"differ only in what is written ({words})",
        because=f", and {reading}",
        help=_TEXT_HELP,
        severity=Severity.WARNING,
    )
    contrasts = {prompt for group in groups for prompt in group.labels}
    found = [
        (prompt, meaning)
        for _, prompt, meaning in meanings(prompts)
        if meaning.writings and prompt not in contrasts and not (is_set(prompts) and _names_a_medium(meaning))
    ]
    twins = Counter(_before_writing(meaning) for _, meaning in found) if is_set(prompts) else Counter()
    for prompt, meaning in found:
        words = prompt.text[slice(*meaning.writings[0].span)]
        severity = Severity.WARNING if twins[_before_writing(meaning)] > 1 else carries(meaning, 10)
        if meaning.writings[0].is_hint:
            severity = Severity.NOTE
        message = f"{quoted_text(prompt.text)} depends on what is written (`{words}`), and {reading}"
        yield prompt_finding("CLP107", prompts, prompt, severity=severity, message=message, help=_TEXT_HELP)
    written = {prompt.place for prompt in (*contrasts, *(prompt for prompt, _ in found))}
    for prompt, asked in asked_for(prompts, TaskKind.READ):
        if prompt.place not in written:
            message = f"{quoted_text(prompt.text)} asks what is written (`{asked.phrase}`), and {reading}"
            yield prompt_finding(
                "CLP107", prompts, prompt, severity=Severity.WARNING, message=message, help=_TEXT_HELP
            )


def _names_a_medium(meaning: Meaning) -> bool:
    """Whether a label is one of several kinds of pictures: a meme, a screenshot, a sticker."""
    return (
        meaning.writings[0].is_hint
        and meaning.writings[0].phrase.isascii()
        and meaning.writings[0].phrase[0].isalpha()
    )


def _before_writing(meaning: Meaning) -> str:
    """What stands before the writing: two labels that share it differ only in what is to be read."""
    return " ".join(meaning.text[: meaning.writings[0].span[0]].lower().split())
