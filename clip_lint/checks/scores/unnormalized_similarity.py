"""CLP201: raw features in a dot product."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.rule import check
from clip_lint.checks.scores.raw_vectors import raw_comparisons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


_WHAT = "the dot product is the cosine times both lengths, so a score depends on how long the vectors are as well, whatever they show"


@check("CLP201")
def unnormalized_similarity(facts: Facts) -> Iterator[Finding]:
    """Raw features in a dot product."""
    products = [compare for compare in facts.compares if compare.metric == "dot"]
    yield from raw_comparisons("CLP201", _WHAT, products, facts)
