"""CLP101: the prompt or label set asks for a number of objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.contrasted import contrast_findings, contrasted
from clip_lint.checks.prompts.measured import because
from clip_lint.checks.prompts.shared import (
    SHORT,
    asked_for,
    if_needed,
    is_set,
    label_span,
    meanings,
    prompt_finding,
    quoted_text,
    things_in,
)
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Finding, Severity
from clip_lint.language import Difference, read_prompt
from clip_lint.language.counted import (
    EXACTLY,
    USUAL,
    are_results,
    beside_counted,
    counted_as,
    is_of_its_kind,
    is_read,
    somebody_acts,
)
from clip_lint.language.singular import stem
from clip_lint.language.tasks import TaskKind
from clip_lint.reading.prompts import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.checks.prompts.contrasted import Contrasted
    from clip_lint.language import Meaning
    from clip_lint.language.meaning import Count
    from clip_lint.reading.prompts import Prompt, PromptSet


_RIVALS = 0.3
"""The share of labels that must count the same thing for their numbers to be rivals."""
_COUNT_HELP = "count the boxes of a detector: `Roboflow/rf-detr-medium` or `facebook/detr-resnet-50` for everyday things, `IDEA-Research/grounding-dino-tiny` for anything with a name"


@prompt_check("CLP101", passes_mentions=True, of_meaning=True, besides=(Task.DETECTION,))
def counting(prompts: PromptSet) -> Iterator[Finding]:
    """The prompt or label set asks for a number of objects."""
    if prompts.task is Task.DETECTION:
        yield from _of_boxes(prompts)
        return
    poor = because("and CLIP is poor at counting", "counting", prompts)
    groups = [
        group for group in contrasted(prompts, Difference.NUMBER) if not _is_kind_of_picture(prompts, group)
    ]
    yield from contrast_findings(
        "CLP101",
        prompts,
        groups,
        differ=lambda words: f"differ only in the number ({words})",
        because=poor,
        help=_COUNT_HELP,
    )
    is_shared, differs = _share_number(prompts), _numbers_differ(prompts)
    for prompt, asked in asked_for(prompts, TaskKind.COUNT):
        message = f"{quoted_text(prompt.text)} asks for a number (`{asked.phrase}`){poor}"
        yield prompt_finding(
            "CLP101", prompts, prompt, severity=Severity.WARNING, message=message, help=_COUNT_HELP
        )
    for _, prompt, meaning in meanings(prompts):
        if any(prompt in group.labels for group in groups):
            continue
        graded = [
            (_severity(prompts, meaning, count, is_shared=is_shared, differs=differs), count)
            for count in meaning.counts
            if _is_in_label(prompt, count) and not are_results(meaning, count)
        ]
        if not graded:
            continue
        severity, count = max(graded, key=lambda each: each[0])
        words = prompt.text[slice(*count.span)]
        message = f"{quoted_text(prompt.text)} asks for a number (`{words}`){poor}"
        if severity is Severity.NOTE:
            message = f"{quoted_text(prompt.text)} mentions a number (`{words}`), which changes the score little: CLIP tells what is there, and is poor at how many there are"
        yield prompt_finding(
            "CLP101",
            prompts,
            prompt,
            severity=severity,
            message=message,
            help=if_needed(severity, _COUNT_HELP),
        )


def _is_in_label(prompt: Prompt, count: Count) -> bool:
    """Whether a number stands in what tells this prompt from the others of its set."""
    label = label_span(prompt)
    return label is None or label[0] <= count.span[0] < label[1]


def _severity(
    prompts: PromptSet, meaning: Meaning, count: Count, *, is_shared: bool, differs: str
) -> Severity:
    if differs and counted_as(count) == differs:
        return Severity.WARNING
    return Severity.NOTE if is_shared else _count_severity(prompts, meaning, count)


def _of_boxes(prompts: PromptSet) -> Iterator[Finding]:
    """A number that a detector is asked for: it draws a box round each thing, and knows nothing of numbers."""
    for _, prompt, meaning in meanings(prompts):
        count = next((each for each in meaning.counts if each.value is not None and each.value > 1), None)
        if count is not None:
            yield prompt_finding(
                "CLP101",
                prompts,
                prompt,
                severity=Severity.NOTE,
                message=f"{quoted_text(prompt.text)} names a number (`{prompt.text[slice(*count.span)]}`), and a detector draws a box round each thing, however many there are",
                help=f"look for `{stem(count.noun)}` and count the boxes",
            )


def _share_number(prompts: PromptSet) -> bool:
    """Whether all labels hold the same numbers (`2 cats`, `2 dogs`): something else then tells them apart."""
    numbers = {
        tuple(count.value if not count.is_asked else None for count in meaning.counts)
        for _, _, meaning in meanings(prompts)
    }
    return is_set(prompts) and len(numbers) == 1 and None not in next(iter(numbers))


def _is_kind_of_picture(prompts: PromptSet, group: Contrasted) -> bool:
    """Whether one thing and a group of it are two of many kinds of picture: a person, a group of people, a street, food."""
    return len(group.labels) * 3 <= len(prompts.prompts) and not any(
        count.value != 1 for label in group.labels for count in read_prompt(label.read).counts
    )


def _numbers_differ(prompts: PromptSet) -> str:
    """What labels say different numbers of, whatever else they say of it: one man alone, two people together; empty if nothing."""
    if not is_set(prompts):
        return ""
    values: dict[str, list[int]] = {}
    for _, _, meaning in meanings(prompts):
        for noun, value in {(counted_as(count), count.value) for count in meaning.counts if count.value}:
            values.setdefault(noun, []).append(value)
    return next(
        (noun for noun, found in values.items() if len(set(found)) > 1 and len(found) >= _RIVALS * len(prompts.prompts)),
        "",
    )  # fmt: skip


def _count_severity(prompts: PromptSet, meaning: Meaning, count: Count) -> Severity:
    if is_read(meaning, count):
        return Severity.NOTE  # how many there are is told by reading them
    if count.is_asked and (count.value != 1 or not EXACTLY.isdisjoint(meaning.words)):
        return Severity.WARNING
    if count.value is None or count.value == 1 or is_set(prompts) or somebody_acts(meaning):
        return Severity.NOTE  # a number without a rival, or somebody does something
    if is_of_its_kind(meaning, count):
        return Severity.NOTE  # what such a thing has: a tricycle has three wheels
    most = 2 if count.value > USUAL else 1
    return (
        Severity.WARNING
        if things_in(meaning) - beside_counted(meaning, count) <= most and meaning.content <= SHORT
        else Severity.NOTE
    )
