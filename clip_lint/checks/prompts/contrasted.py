"""Labels of one set that differ only by one phenomenon, and the one finding that tells of them all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.checks.prompts.ensembles import is_pool
from clip_lint.checks.prompts.shared import (
    MOST_RELATED,
    is_among_many,
    is_set,
    listed,
    prompt_finding,
    quoted_text,
    together,
)
from clip_lint.core.finding import Related, Severity
from clip_lint.language import contrasts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.language import Difference
    from clip_lint.reading.prompts import Prompt, PromptSet


@dataclass(frozen=True, slots=True)
class Contrasted:
    """Labels that differ only in ``words``; the finding stands at the first of them."""

    labels: tuple[Prompt, ...]
    words: tuple[str, ...]


def contrasted(prompts: PromptSet, difference: Difference) -> list[Contrasted]:
    """The groups of labels that differ by one thing, in the order of the set."""
    if not is_set(prompts) or is_pool(prompts):
        return []
    groups: list[dict[int, None]] = []
    words: list[dict[str, None]] = []
    for contrast in contrasts(prompts.readings):
        one, other = (prompts.prompts[index] for index in (contrast.first, contrast.second))
        if contrast.difference is not difference or not all(
            each.is_complete or each.filled for each in (one, other)
        ):
            continue
        if prompts.fate.is_averaged and (one.label == other.label or one.template != other.template):
            continue  # they stand for one class together, or nobody tells just these two apart
        if one.filled and other.filled and one.place == other.place:
            continue  # one text, of whose variables it is not known which of several values they have
        number = next(
            (
                number
                for number, group in enumerate(groups)
                if {contrast.first, contrast.second} & group.keys()
            ),
            len(groups),
        )
        if number == len(groups):
            groups.append({})
            words.append({})
        groups[number].update(dict.fromkeys((contrast.first, contrast.second)))
        said = [_excerpt(word, each.read) for word, each in zip(contrast.words, (one, other), strict=True)]
        # `NoHelmet` holds `no` for who reads it, and no such word as it is written.
        shown = said if any(said) else contrast.words
        words[number].update(dict.fromkeys(_named(word, prompts) for word in shown if word))
    return [
        Contrasted(tuple(prompts.prompts[index] for index in group), tuple(said))
        for group, said in zip(groups, words, strict=True)
    ]


def _excerpt(words: str, text: str) -> str:
    """The words that differ as they stand in a label, with what stands between them: `group of five`; nothing if they do not stand there."""
    pattern = r"\b.*?\b".join(map(re.escape, words.split()))
    found = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)
    return "" if found is None else found[0]


def _named(word: str, prompts: PromptSet) -> str:
    """A word that differs; where it stands for a variable, the variable's name."""
    for filler, name in prompts.fillers:
        word = word.replace(filler, f"{{{name}}}")
    return word


_VOCABULARY = 100
"""Of so many labels most say something else; a few that are alike are mistaken for each other alone."""


def _among_others(groups: Sequence[Contrasted], prompts: PromptSet, severity: Severity) -> Severity:
    """How severe it is that some labels are alike: a note where they are a few of very many that are not."""
    alike = {label for group in groups for label in group.labels}
    is_few = len(prompts.prompts) >= _VOCABULARY and is_among_many(len(alike), prompts)
    return Severity.NOTE if is_few else severity


def contrast_findings(
    code: str,
    prompts: PromptSet,
    groups: Sequence[Contrasted],
    *,
    differ: Callable[[str], str],
    because: str,
    help: str,  # noqa: A002 - the finding's own field
    severity: Severity = Severity.ERROR,
) -> Iterator[Finding]:
    """A finding for the labels that only this tells apart; groups that stand together share one, the largest told first.

    ``differ`` makes "differ only in ..." of the words that differ, ``because`` says what CLIP makes of them.
    """
    severity = _among_others(groups, prompts, severity)
    for near in together(groups, lambda group: group.labels[0].place):
        first, *others = sorted(near, key=lambda group: -len(group.labels))
        told = (
            f"{listed([label.shown or label.text for label in first.labels])} {differ(listed(first.words))}"
        )
        if others:
            told += f" (so do {listed([label.shown or label.text for label in others[0].labels])}"
            told += f", and {len(others) - 1} more such groups)" if len(others) > 1 else ")"
        place, *rest = [label for group in (first, *others) for label in group.labels]
        related = [
            Related(
                label.written or label.place, f"the other label: {quoted_text(label.shown or label.text)}"
            )
            for label in rest
        ]
        yield prompt_finding(
            code,
            prompts,
            place,
            severity=severity,
            message=f"{told}{because}",
            help=help,
            related=tuple(related[:MOST_RELATED]),
        )
