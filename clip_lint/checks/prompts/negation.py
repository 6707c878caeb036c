"""CLP104: no, not, without, never, absent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.checks.prompts.contrasted import contrast_findings, contrasted
from clip_lint.checks.prompts.measured import UNMEASURED, is_closed, published
from clip_lint.checks.prompts.shared import (
    LONG,
    asked_for,
    carries,
    is_set,
    meanings,
    prompt_finding,
    quoted_text,
)
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Severity
from clip_lint.knowledge.checkpoints import is_made_for
from clip_lint.language import Difference
from clip_lint.language.labels import is_catch_all
from clip_lint.language.narrow import bare
from clip_lint.language.negating import MANY, says_twice
from clip_lint.language.tasks import TaskKind
from clip_lint.reading.prompts import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.language import Meaning
    from clip_lint.reading.prompts import Prompt, PromptSet


_NEGATION_HELP = "say what is there instead (`an empty beach`), or find the thing with a detector such as `IDEA-Research/grounding-dino-tiny` and check in code that it finds none"


_MANY, _MUCH = 5, 5


_SOUGHT_HELP = "find both things by their names, such as `a person` and `a helmet`, and keep each box of the first with no box of the second inside it"
_SOUGHT = "detectors often get that wrong: on D3's descriptions of what is absent the average precision is 6.4% for OWL-ViT (large) and 22.5% for Grounding DINO (base) (source: Xie et al., 2023)"
_REPORTED_HELP = (
    "score pictures with and without the finding that are labelled, and keep the pair if it tells them apart"
)


@prompt_check("CLP104", of_meaning=True, besides=(Task.DETECTION,))
def negation(prompts: PromptSet) -> Iterator[Finding]:
    """No, not, without, never, absent."""
    found = _found(prompts)
    yield from (replace(each, severity=Severity.NOTE) for each in found) if _reads_reports(prompts) else found


def _found(prompts: PromptSet) -> Iterator[Finding]:
    ignored, reason = _why(prompts)
    help_ = (
        _SOUGHT_HELP
        if prompts.task is Task.DETECTION
        else _REPORTED_HELP
        if _reads_reports(prompts)
        else _NEGATION_HELP
    )
    groups = contrasted(prompts, Difference.NEGATION)
    groups = [group for group in groups if not _is_catch_all(group.labels[0])]
    yield from contrast_findings(
        "CLP104",
        prompts,
        groups,
        differ=lambda words: f"differ only by the negation ({words})",
        because=ignored,
        help=help_,
    )
    for prompt, asked in asked_for(prompts, TaskKind.ABSENT):
        message = f"{quoted_text(prompt.text)} asks for what is not there (`{asked.phrase}`), and {reason}"
        yield prompt_finding(
            "CLP104", prompts, prompt, severity=Severity.WARNING, message=message, help=help_
        )
    numbered = {prompt.place for group in contrasted(prompts, Difference.NUMBER) for prompt in group.labels}
    for _, prompt, meaning in meanings(prompts):
        if (
            not meaning.negations
            or _is_catch_all(prompt)
            or prompt.place in numbered
            or any(prompt in group.labels for group in groups)
        ):
            continue
        words = prompt.text[slice(*meaning.negations[0].span)]
        severity = (
            Severity.NOTE
            if says_twice(meaning) or _is_one_of_many(prompts, meaning)
            else Severity.WARNING
            if len(meaning.negations) >= MANY
            else carries(meaning, LONG)
        )
        message = f"{quoted_text(prompt.text)} says what is not there (`{words}`), and {reason}"
        yield prompt_finding("CLP104", prompts, prompt, severity=severity, message=message, help=help_)


def _why(prompts: PromptSet) -> tuple[str, str]:
    """What becomes of a negation: behind labels that differ by it, and of a text that says it."""
    if prompts.task is Task.DETECTION:
        return f", and {_SOUGHT}", _SOUGHT
    if is_closed(prompts):
        return (
            f", which image-text models mostly ignore; {UNMEASURED}",
            f"image-text models mostly ignore the negation, so pictures that show it score high too; {UNMEASURED}",
        )
    if _reads_reports(prompts):
        unknown = f"reports say so, and models made for medical pictures may have learnt it; {UNMEASURED}"
        return f": {unknown}", unknown
    figure = published("negation", prompts)
    return (
        f", which CLIP mostly ignores: {figure}",
        f"CLIP mostly ignores the negation, so pictures that show it score high too: {figure}",
    )


def _reads_reports(prompts: PromptSet) -> bool:
    """Whether the model is made for medical pictures: reports, which say what is absent as well, were among its texts."""
    return is_made_for("medical", prompts.checkpoint)


def _is_one_of_many(prompts: PromptSet, meaning: Meaning) -> bool:
    """Whether one label of many unlike ones mentions an absence beside much else: a dry field with cracked soil and no plants."""
    if not is_set(prompts) or len(prompts.prompts) < _MANY or meaning.content < _MUCH:
        return False
    return sum(bool(each.negations) for _, _, each in meanings(prompts)) == 1


def _is_catch_all(prompt: Prompt) -> bool:
    return bool(is_catch_all(prompt.label or bare(prompt.text)))
