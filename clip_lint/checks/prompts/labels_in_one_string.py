"""CLP118: one text where a list of labels is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.prompts.shared import quoted_text
from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.reading.usages import LETTERS
from clip_lint.reading.values import Text, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP118")
def labels_in_one_string(facts: Facts) -> Iterator[Finding]:
    """A text whose letters become the labels."""
    for use in facts.usages:
        if use.kind != LETTERS:
            continue
        text = next(each for each in options(use.of) if isinstance(each, Text))
        yield report(
            "CLP118",
            use.site,
            message=f"the labels are one text ({quoted_text(text.text)}) and not a list: each of its letters becomes a label",
            help='pass a list, such as `["a dog", "a cat"]`; a text with commas is split by `text.split(",")`',
        )
