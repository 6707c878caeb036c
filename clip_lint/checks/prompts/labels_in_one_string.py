"""CLP118: one text where a list of labels is meant, or labels that a detector does not tell apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import prompt_finding, quoted_text
from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.core.finding import Severity
from clip_lint.language import read_prompt
from clip_lint.reading.prompts import Task
from clip_lint.reading.usages import LETTERS
from clip_lint.reading.values import Text, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts
    from clip_lint.reading.prompts import PromptSet

_BETWEEN = re.compile(r"[,;|]")
"""What people write between labels, where it is not what the model takes."""
_NAME = re.compile(r"d?[^vWapd]?n")
"""The tags of a thing's name: an article and a property at most before the noun. What a thing does or where it is belongs to the thing before."""
_LISTED = 3
"""So many names are a list; two of them may be one thing and what it has."""


@check("CLP118")
def labels_in_one_string(facts: Facts) -> Iterator[Finding]:
    """A text whose letters become the labels, or whose labels are one phrase to a detector."""
    for use in facts.usages:
        if use.kind != LETTERS:
            continue
        text = next(each for each in options(use.of) if isinstance(each, Text))
        yield report(
            "CLP118",
            use.site,
            message=f"the labels are one text ({quoted_text(text.text)}) and not a list: each of its characters becomes a label",
            help='pass a list, such as `["a dog", "a cat"]`; `[each.strip() for each in text.split(",")]` makes one of a text with commas',
        )
    for prompts in facts.prompt_sets:
        if prompts.task is Task.DETECTION:
            yield from _one_phrase(prompts)


def _one_phrase(prompts: PromptSet) -> Iterator[Finding]:
    """Texts of several labels with something between them that this model reads over."""
    end = prompts.family.separator if prompts.family is not None else ""
    for prompt in prompts.prompts if end else ():
        names = [name.strip(f" {end}") for name in _BETWEEN.split(prompt.text)]
        if not prompt.is_complete or end in prompt.text.rstrip(f" {end}") or not _are_labels(names):
            continue
        written = f"{end} ".join(names) + end
        yield prompt_finding(
            "CLP118",
            prompts,
            prompt,
            severity=Severity.WARNING,
            message=f"this model takes `{end}` for the end of a label, so {quoted_text(prompt.text)} is one label to it:"
            " a box may come back with several of these names, or with parts of them",
            help=f'write `"{written}"`',
        )


def _are_labels(names: list[str]) -> bool:
    """Whether these are several things, each by its name alone."""
    if len(names) < 2 or not all(_NAME.fullmatch(read_prompt(name).tags) for name in names):
        return False
    return len(names) >= _LISTED or all(len(read_prompt(name).words) == 1 for name in names)
