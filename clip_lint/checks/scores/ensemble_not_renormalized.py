"""CLP210: the mean of embeddings compared as if it had length one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.scores.raw_vectors import is_raw, is_raw_blend, named
from clip_lint.reading.values import Features

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP210")
def ensemble_not_renormalized(facts: Facts) -> Iterator[Finding]:
    """The mean of embeddings compared as if it had length one."""
    for compare in facts.compares:
        for side in (compare.left, compare.right):
            if not isinstance(side, Features) or compare.metric != "dot" or is_raw_blend(side):
                continue
            if side.is_mean and is_raw(side):
                yield report(
                    "CLP210",
                    side.mean or compare.site,
                    message=f"{named(side, 'the mean embedding')} is averaged and not normalised again: {_consequence(side)}",
                    help="normalise the mean: `mean / mean.norm(dim=-1, keepdim=True)`",
                    related=[(compare.site, "compared here"), (side.origin, "the embeddings come from here")],
                    checkpoint=side.checkpoint,
                    details=[("array", side.array, side.mean)],
                )


def _consequence(side: Features) -> str:
    """What the length of a mean does; only of vectors of length one it is known to be shorter than they are."""
    if side.is_of_units:
        return "its length is below 1 and differs from label to label, so some labels get lower scores than others for their prompts alone"
    return "the mean keeps a length, which multiplies all scores of its label"
