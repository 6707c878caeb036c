"""CLP202: softmax over cosines."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clip_lint.checks.report import quoted, report
from clip_lint.checks.rule import check
from clip_lint.core.finding import Severity
from clip_lint.reading.values import Features, Probability, Scores, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts, Normalized

USUAL_SCALE = "logit_scale"
_LIFTED = math.exp(0.3)
"""How much a softmax lifts a label whose cosine is higher than the others' by as much as cosines of CLIP differ."""
_MANY_LABELS = 0.1
"""What the best of labels gets whose number is not known, if they are ten or more."""


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
            and not scores.is_sigmoid  # CLP205 tells it, and how sigmoids take scale and bias
            and not _is_meant(softmax, facts)
        ):
            yield report(
                "CLP202",
                softmax.site,
                severity=None if _is_flat(scores) else Severity.NOTE,
                message=f"{quoted(scores.name, 'the similarity')} goes into softmax without the logit scale: {_consequence(scores, softmax.axis)}",
                help=f"{'' if _is_flat(scores) else 'normalise the vectors, and '}{scaling(scores, facts)} before the softmax",
                related=[(scores.origin, "the cosines are computed here")],
                checkpoint=scores.checkpoint,
                details=[
                    ("encoder", side.checkpoint.library or "", side.origin)
                    for compare in facts.compares
                    if compare.scores.origin == scores.origin
                    for side in (compare.left, compare.right)
                    if isinstance(side, Features)
                ]
                + [("raw", "", scores.origin)] * (not _is_flat(scores))
                + [("unscaled", "", scores.origin)] * (scale_of(scores, facts) != USUAL_SCALE),
            )


def scale_of(scores: Scores, facts: Facts) -> str:
    """The parameter by which the model scales its cosines; empty where a program has none."""
    family = facts.libraries.trait(scores.checkpoint.family)
    return "" if family.closed else family.scale


def scaling(scores: Scores, facts: Facts) -> str:
    """How cosines get the scale that they lack, with what the model has for it."""
    own = scale_of(scores, facts)
    if own == USUAL_SCALE:
        return "multiply by the scale that the checkpoint learned (its `logit_scale.exp()`, 100 in OpenAI's)"
    return f"divide by the model's `{own}`" if own else "divide by a temperature found on labelled images"


def _is_meant(softmax: Normalized, facts: Facts) -> bool:
    """Whether the flat probabilities are held against a number that such ones reach: maximum concept matching.

    It rejects what fits no label by the best of them (Ming et al., NeurIPS 2022), and takes the cosines unscaled.
    """
    count = softmax.of.label_count if isinstance(softmax.of, Scores) else None
    lowest = 1 / count if count else 0.0
    highest = _LIFTED / (_LIFTED + count - 1) if count and count > 1 else _MANY_LABELS
    return any(
        isinstance(threshold.of, Probability)
        and threshold.of.site == softmax.site
        and lowest < threshold.number <= highest
        for threshold in facts.thresholds
    )


def _is_flat(scores: Scores) -> bool:
    """Whether these are cosines or nearly: the mean of vectors of length one is no longer than they are."""
    return scores.is_unit is Tristate.YES or (
        bool(scores.owed) and all(side.is_of_units for side in scores.owed)
    )


def _consequence(scores: Scores, axis: str) -> str:
    if _is_flat(scores):
        what = "shares of the pictures" if axis == "image" else "probabilities of the labels"
        return f"cosines differ by little, so the {what} come out far too equal (0.30 against 0.20 makes 52% and 48%)"
    # A note: CLP201 tells of it, and the product of the lengths stands in for a scale, so that the softmax need not be flat.
    return (
        "not all vectors are normalised either, so how sure the probabilities look depends on their lengths"
    )
