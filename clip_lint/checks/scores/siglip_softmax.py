"""CLP205: softmax over the logits of a checkpoint trained with a sigmoid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.running.in_tests import in_tests
from clip_lint.reading.values import Scores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP205")
def siglip_softmax(facts: Facts) -> Iterator[Finding]:
    """Softmax over the logits of a checkpoint trained with a sigmoid."""
    for softmax in facts.normalizeds:
        scores = softmax.of
        if (
            softmax.via == "softmax"
            and softmax.site.key not in facts.order_only
            and not in_tests(softmax.site)
            and isinstance(scores, Scores)
            and scores.is_sigmoid
            and softmax.axis in {"text", "?"}
            and scores.label_count != 1
        ):
            yield report(
                "CLP205",
                softmax.site,
                message="softmax over SigLIP scores: it was trained with a sigmoid for each pair, and softmax makes one label win even where"
                " none fits (the order is unchanged)",
                help=f"use `torch.sigmoid({_logits(scores)})`; a label may then be unlikely although it is the best of the set",
                related=[(scores.origin, "the scores come from here")],
                checkpoint=scores.checkpoint,
                details=[
                    ("logits", "whole" if scores.is_whole_model or scores.has_bias else "part", None),
                    ("array", scores.array, None),
                ],
            )


def _logits(scores: Scores) -> str:
    """What the sigmoid is taken of: a model's logits have its scale and bias, cosines do not."""
    has_both = scores.is_whole_model or scores.has_bias
    return "logits" if has_both else "cosines * model.logit_scale.exp() + model.logit_bias"
