"""CLP101-104 and CLP106-108: what prompts ask for that CLIP does not do.

Evidence that stands in a template shared by all labels tells no label from another, so counts, relations and bindings are reported
only where they touch the label itself.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from clip_lint.checks.prompts_measured import (
    NEGATED,
    SPATIAL,
    counted,
    measured,
    swapped_attributes,
    swapped_roles,
)
from clip_lint.checks.prompts_shared import (
    LONG,
    SHORT,
    TINY,
    carries,
    contrasts_of,
    is_set,
    label_span,
    meanings,
    pair_of,
    prompt_check,
    prompt_finding,
    quoted_text,
    touches,
)
from clip_lint.core.finding import Finding, Severity
from clip_lint.language import Difference
from clip_lint.language.labels import is_catch_all
from clip_lint.language.narrow import bare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.language import Meaning
    from clip_lint.language.meaning import Count
    from clip_lint.reading.prompts import PromptSet


_COUNT_HELP = "count the boxes of a detector: `facebook/detr-resnet-50` for everyday things, `IDEA-Research/grounding-dino-tiny` for anything with a name"


@prompt_check("CLP101")
def counting(prompts: PromptSet) -> Iterator[Finding]:
    """The prompt or label set asks for a number of objects."""
    by_label = contrasts_of(prompts, Difference.NUMBER)
    is_shared = _share_number(prompts)
    for index, prompt, meaning in meanings(prompts):
        contrast = by_label.get(index)
        if contrast is not None:
            labels, related = pair_of(prompts, contrast)
            message = (
                f"{labels} differ only in the number (`{contrast.words[0]}`, `{contrast.words[1]}`), and CLIP does not count: "
                f"{counted(prompts.checkpoint)}"
            )
            yield prompt_finding("CLP101", prompts, prompt, Severity.ERROR, message, _COUNT_HELP, related)
            continue
        for count in meaning.counts:
            label = label_span(prompt)
            if label is not None and not label[0] <= count.span[0] < label[1]:
                continue
            severity = Severity.NOTE if is_shared else _count_severity(prompts, meaning, count)
            words = prompt.text[slice(*count.span)]
            message = f"{quoted_text(prompt.text)} asks for a number (`{words}`), and CLIP does not count: {counted(prompts.checkpoint)}"
            if severity is Severity.NOTE:
                message = f"{quoted_text(prompt.text)} mentions a number (`{words}`): CLIP finds the things, whatever their number"
            yield prompt_finding("CLP101", prompts, prompt, severity, message, _COUNT_HELP)
            break


def _share_number(prompts: PromptSet) -> bool:
    """Whether all labels hold the same numbers (`2 cats`, `2 dogs`): something else then tells them apart."""
    numbers = {
        tuple(count.value if not count.is_asked else None for count in meaning.counts)
        for _, _, meaning in meanings(prompts)
    }
    return is_set(prompts) and len(numbers) == 1 and None not in next(iter(numbers))


def _count_severity(prompts: PromptSet, meaning: Meaning, count: Count) -> Severity:
    if count.is_asked:
        return Severity.WARNING
    if count.value is None:
        return Severity.NOTE
    return carries(meaning, TINY if is_set(prompts) else 2)


_SPACE_HELP = "detect the objects (`IDEA-Research/grounding-dino-tiny`, `facebook/detr-resnet-50`) and compare their boxes"
_WEAK = frozenset(
    ("in", "on", "at", "with", "by", "into", "onto", "out of", "touching", "facing", "contains", "hanging from", "hangs from", "hang from",
     "hung from", "suspended from", "in the background", "in background", "in the foreground", "in foreground")
)  # fmt: skip
"""Relations that captions hold in passing."""


@prompt_check("CLP102")
def spatial_relation(prompts: PromptSet) -> Iterator[Finding]:
    """Left, right, above, below, inside, behind ... between objects."""
    by_label = contrasts_of(prompts, Difference.DIRECTION)
    for index, prompt, meaning in meanings(prompts):
        contrast = by_label.get(index)
        if contrast is not None:
            labels, related = pair_of(prompts, contrast)
            message = (
                f"{labels} differ only in where things are (`{contrast.words[0]}`, `{contrast.words[1]}`), which CLIP does not tell apart: "
                f"{SPATIAL}"
            )
            yield prompt_finding("CLP102", prompts, prompt, Severity.ERROR, message, _SPACE_HELP, related)
            continue
        for relation in meaning.relations:
            if not touches(prompt, relation.span):
                continue
            severity = carries(meaning, SHORT if relation.value in ("left", "right") else TINY)
            if relation.phrase in _WEAK:
                severity = Severity.NOTE
            words = prompt.text[slice(*relation.span)]
            message = f"{quoted_text(prompt.text)} asks where things are (`{words}`), and CLIP scores it like any other arrangement: {SPATIAL}"
            if severity is Severity.NOTE:
                message = f"{quoted_text(prompt.text)} mentions where things are (`{words}`), which hardly changes the score"
            yield prompt_finding("CLP102", prompts, prompt, severity, message, _SPACE_HELP)
            break


_BINDING_HELP = "detect the objects, crop each and let CLIP choose the attribute of the crop; or ask a model for questions such as `Salesforce/blip-vqa-base`"


@prompt_check("CLP103")
def attribute_binding(prompts: PromptSet) -> Iterator[Finding]:
    """Two or more objects with their own attributes; sets that differ by a swap of attributes."""
    by_label = contrasts_of(prompts, Difference.ATTRIBUTES)
    for index, prompt, meaning in meanings(prompts):
        contrast = by_label.get(index)
        if contrast is not None:
            labels, related = pair_of(prompts, contrast)
            message = (
                f"{labels} differ only in what belongs to what (`{contrast.words[0]}`, `{contrast.words[1]}`), and CLIP reads much the same "
                f"in both: {swapped_attributes(prompts.checkpoint)}"
            )
            yield prompt_finding("CLP103", prompts, prompt, Severity.ERROR, message, _BINDING_HELP, related)
            continue
        bound = meaning.bindings
        label = label_span(prompt)
        if label is not None:
            said = prompt.text[slice(*label)].lower()
            bound = tuple(pair for pair in bound if any(word in said for word in pair.words))
        if not bound:
            continue
        severity = carries(meaning, 8)
        pairs = " and ".join(f"`{prompt.text[slice(*pair.span)]}`" for pair in bound[:2])
        message = (
            f"{quoted_text(prompt.text)} binds attributes to objects ({pairs}), and CLIP scores the swapped caption much the same: "
            f"{swapped_attributes(prompts.checkpoint)}"
        )
        if severity is Severity.NOTE:
            message = f"{quoted_text(prompt.text)} mentions attributes of several objects ({pairs}): CLIP does not keep track of which is whose"
        yield prompt_finding("CLP103", prompts, prompt, severity, message, _BINDING_HELP)


_NEGATION_HELP = "say what is there instead (`an empty beach`), or find the thing with a detector such as `IDEA-Research/grounding-dino-tiny` and negate in code"


@prompt_check("CLP104")
def negation(prompts: PromptSet) -> Iterator[Finding]:
    """No, not, without, never, absent."""
    by_label = contrasts_of(prompts, Difference.NEGATION)
    for index, prompt, meaning in meanings(prompts):
        if not meaning.negations or is_catch_all(prompt.label or bare(prompt.text)):
            continue
        contrast = by_label.get(index)
        if contrast is not None:
            labels, related = pair_of(prompts, contrast)
            message = f"{labels} differ only by the negation (`{contrast.words[0]}`), which CLIP mostly ignores: {NEGATED}"
            yield prompt_finding("CLP104", prompts, prompt, Severity.ERROR, message, _NEGATION_HELP, related)
            continue
        words = prompt.text[slice(*meaning.negations[0].span)]
        severity = carries(meaning, LONG)
        message = f"{quoted_text(prompt.text)} says what is not there (`{words}`), and CLIP scores high what is named: {NEGATED}"
        yield prompt_finding("CLP104", prompts, prompt, severity, message, _NEGATION_HELP)


@prompt_check("CLP106")
def role_order(prompts: PromptSet) -> Iterator[Finding]:
    """Labels with the same words in another order: who does what to whom."""
    by_label = contrasts_of(prompts, Difference.ROLES)
    for index, contrast in sorted(by_label.items()):
        labels, related = pair_of(prompts, contrast)
        message = (
            f"{labels} have the same words in another order (`{contrast.words[0]}` and `{contrast.words[1]}` change places), and CLIP hardly reads "
            f"the order: {swapped_roles(prompts.checkpoint)}"
        )
        yield prompt_finding(
            "CLP106", prompts, prompts.prompts[index], Severity.ERROR, message,
            "ask a model for questions such as `Salesforce/blip-vqa-base` who does it, or use labels that name different things", related,
        )  # fmt: skip


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
        yield prompt_finding("CLP107", prompts, prompt, severity, message, _TEXT_HELP)


def _before_writing(meaning: Meaning) -> str:
    """What stands before the writing: two labels that share it differ only in what is to be read."""
    return " ".join(meaning.text[: meaning.writings[0].span[0]].lower().split())


_ANSWERS = frozenset(("yes", "no"))


@prompt_check("CLP108")
def question(prompts: PromptSet) -> Iterator[Finding]:
    """A question or an instruction instead of a caption."""
    said = {bare(prompt.label or prompt.text).lower(): prompt for prompt in prompts.prompts}
    if said.keys() >= _ANSWERS:
        yield prompt_finding(
            "CLP108", prompts, said["yes"], None,
            f"{quoted_text(said['yes'].text)} and {quoted_text(said['no'].text)} answer a question that CLIP is not asked: it scores how much the"
            " picture looks like the words",
            "describe what the picture shows in either case, or give the question to `Salesforce/blip-vqa-base`",
        )  # fmt: skip
    for _, prompt, meaning in meanings(prompts):
        asked = meaning.question
        if asked is None or meaning.writings or any(count.is_asked for count in meaning.counts):
            continue  # what such a question wants to know has a rule of its own
        what = "a question" if asked.kind == "question" else "an instruction"
        yield prompt_finding(
            "CLP108", prompts, prompt, None,
            f"{quoted_text(prompt.text)} is {what}: CLIP was trained on captions and answers nothing, it scores how much the picture looks like the words",
            "describe what the picture shows (`a photo of a dog in a park`), or give the question to `Salesforce/blip-vqa-base`",
        )  # fmt: skip
