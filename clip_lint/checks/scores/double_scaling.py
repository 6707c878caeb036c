"""CLP208: softmax of a softmax; a scale applied twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.core.evidence import AsWritten, Fault
from clip_lint.reading.values import Probability, Scores, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts
    from clip_lint.reading.values import Site, Value


_LIKE_A_SCALE = 50
"""Models learn a scale of 100 or so; a smaller number is a choice of the program's."""


@check("CLP208")
def double_scaling(facts: Facts) -> Iterator[Finding]:
    """Softmax of a softmax; a scale applied twice."""
    for softmax in facts.normalizeds:
        if softmax.via == "softmax" and isinstance(softmax.of, Probability) and softmax.of.via == "softmax":
            yield report(
                "CLP208",
                softmax.site,
                message="softmax of a softmax: the probabilities come out far too equal (of two labels none gets above 0.74, of ten none above 0.24)",
                help="drop the second softmax",
                related=[(softmax.of.site, "the first softmax is here")],
                checkpoint=softmax.of.of.checkpoint,
                written=AsWritten(fault=Fault.SOFTMAX_TWICE),
            )
    compared = {_origin(softmax.of) for softmax in facts.normalizeds}  # else only their order counts
    for scaled in facts.scaled:
        scores = scaled.of
        if (
            isinstance(scores, Scores)
            and scores.is_scaled is Tristate.YES
            and not scores.is_transformed  # divided by a length, these were no scores
            and (scaled.is_learned or (scaled.factor or 0) >= 2)
            and scores.origin in compared
        ):
            source = "the model's logits are" if scores.is_whole_model else "these scores are"
            factor = scaled.factor or 0
            is_scale = scaled.is_learned or factor >= _LIKE_A_SCALE
            twice = (
                "the logit scale is applied twice"
                if is_scale
                else f"scaled logits are multiplied by {factor:g}"
            )
            yield report(
                "CLP208",
                scaled.site,
                message=f"{twice}: {source} already scaled, so the probabilities come out far too sure",
                help="use the logits as they are, without another factor",
                related=[(scores.origin, "already scaled here")],
                checkpoint=scores.checkpoint,
                written=AsWritten(fault=Fault.SCALE_TWICE),
            )


def _origin(value: Value) -> Site | None:
    of = value.of if isinstance(value, Probability) else value
    return of.origin if isinstance(of, Scores) else None
