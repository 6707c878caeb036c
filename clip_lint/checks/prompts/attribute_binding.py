"""CLP103: two or more objects with their own attributes; sets that differ by a swap of attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.contrasted import contrast_findings, contrasted
from clip_lint.checks.prompts.measured import because
from clip_lint.checks.prompts.shared import (
    LONG,
    carries,
    if_needed,
    is_among_many,
    is_set,
    label_span,
    meanings,
    prompt_finding,
    quoted_text,
    things_in,
)
from clip_lint.checks.rule import prompt_check
from clip_lint.core.finding import Finding, Severity
from clip_lint.language import Difference
from clip_lint.language.each_own import are_of_one_kind, binds_several, each_has_its_own
from clip_lint.language.singular import stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clip_lint.language import Meaning
    from clip_lint.language.meaning import Attribute
    from clip_lint.reading.prompts import Prompt, PromptSet


_SHORT = 8
_EACH = 24
"""Where one thing is told from the other of its kind, that is the point of a long caption too."""
_BINDING_HELP = "detect the objects, crop each and let CLIP choose the attribute of the crop (sizes: compare the boxes); or ask a vision-language model such as `Qwen/Qwen3-VL-2B-Instruct` about each object"


@prompt_check("CLP103", passes_mentions=True, of_meaning=True)
def attribute_binding(prompts: PromptSet) -> Iterator[Finding]:
    """Two or more objects with their own attributes; sets that differ by a swap of attributes."""
    if prompts.fate.is_among_texts:
        return  # no picture is told by its caption
    groups = contrasted(prompts, Difference.ATTRIBUTES)
    yield from contrast_findings(
        "CLP103",
        prompts,
        groups,
        differ=lambda words: f"differ only in which object has which attribute ({words})",
        because=because("and CLIP often prefers the wrong one", "attributes", prompts),
        help=_BINDING_HELP,
    )
    found = [(prompt, meaning, _bound(prompt, meaning)) for _, prompt, meaning in meanings(prompts)]
    several = sum(binds_several(bound) for *_, bound in found)
    for prompt, meaning, bound in found:
        if not bound or any(prompt in group.labels for group in groups) or _is_same_swapped(meaning, bound):
            continue
        is_beside_it = is_among_many(several, prompts) or (
            is_set(prompts) and _is_unlike(bound, prompt, found)
        )
        decides = binds_several(bound) and not is_beside_it
        severity = Severity.NOTE
        if decides:
            severity = carries(
                meaning,
                _EACH if each_has_its_own(meaning, bound) else LONG if are_of_one_kind(bound) else _SHORT,
            )
        pairs = " and ".join(f"`{prompt.text[slice(*pair.span)]}`" for pair in bound[:2])
        message = (
            f"{quoted_text(prompt.text)} says which object has which attribute ({pairs})"
            f"{because('and CLIP often prefers the swapped caption', 'attributes', prompts)}"
        )
        if severity is Severity.NOTE:
            message = f"{quoted_text(prompt.text)} mentions attributes of several objects ({pairs}): exchanging them hardly changes the score"
        yield prompt_finding(
            "CLP103",
            prompts,
            prompt,
            severity=severity,
            message=message,
            help=if_needed(severity, _BINDING_HELP),
        )


_MUTUAL = frozenset(("beside", "contact"))
"""Relations that two things have to each other alike."""


def _is_same_swapped(meaning: Meaning, bound: Sequence[Attribute]) -> bool:
    """Whether a caption says the same with its looks swapped: the red shape is connected to the green shape."""
    return (
        bool(meaning.relations)
        and all(relation.value in _MUTUAL for relation in meaning.relations)
        and things_in(meaning) == len({stem(pair.noun) for pair in bound}) == 1
    )


def _is_unlike(
    bound: Sequence[Attribute], prompt: Prompt, labels: Iterable[tuple[Prompt, Meaning, object]]
) -> bool:
    """Whether no other label names one of these objects: the objects tell them apart, whatever their looks are."""
    nouns = {stem(pair.noun) for pair in bound}
    return all(
        nouns.isdisjoint(stem(word) for word in meaning.objects)
        for other, meaning, _ in labels
        if other is not prompt
    )


def _bound(prompt: Prompt, meaning: Meaning) -> tuple[Attribute, ...]:
    """The attributes of objects, those of the label alone where a template is round it."""
    label = label_span(prompt)
    if label is None:
        return meaning.bindings
    said = prompt.text[slice(*label)].lower()
    return tuple(pair for pair in meaning.bindings if any(word in said for word in pair.words))
