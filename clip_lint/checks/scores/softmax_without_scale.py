"""CLP202: softmax over cosines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import quoted, report
from clip_lint.checks.rule import check
from clip_lint.reading.values import Features, Scores, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP202")
def softmax_without_scale(facts: Facts) -> Iterator[Finding]:
    """Softmax over cosines."""
    for softmax in facts.normalizeds:
        scores = softmax.of
        if (
            softmax.via == "softmax"
            and softmax.site.key not in facts.order_only
            and isinstance(scores, Scores)
            and scores.is_scaled is Tristate.NO
            and scores.is_unit is not Tristate.MAYBE
            and scores.metric in {"dot", "cosine"}
            and not scores.is_transformed
            and scores.pair == "image-text"
            and not (softmax.axis == "text" and scores.label_count == 1)
        ):
            yield report(
                "CLP202",
                softmax.site,
                message=f"{quoted(scores.name, 'the similarity')} goes into softmax without the logit scale: {_consequence(scores)}",
                help="multiply by the model's `logit_scale.exp()` (about 100) before the softmax",
                related=[(scores.origin, "the cosines are computed here")],
                checkpoint=scores.checkpoint,
                details=[
                    ("encoder", side.checkpoint.library or "", side.origin)
                    for compare in facts.compares
                    if compare.scores.origin == scores.origin
                    for side in (compare.left, compare.right)
                    if isinstance(side, Features)
                ],
            )


def _consequence(scores: Scores) -> str:
    if scores.is_unit is Tristate.YES:
        return "cosines differ by about 0.1, so every label gets nearly the same probability"
    return "the vectors are not normalised either, so their lengths decide how sure the probabilities look"
