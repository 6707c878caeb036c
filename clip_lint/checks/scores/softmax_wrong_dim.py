"""CLP203: softmax over a single image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.reading.values import Scores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP203")
def softmax_wrong_dim(facts: Facts) -> Iterator[Finding]:
    """Softmax over a single image."""
    for softmax in facts.normalizeds:
        scores = softmax.of
        if (
            softmax.via == "softmax"
            and isinstance(scores, Scores)
            and softmax.axis == "image"
            and scores.image_count == 1
            and scores.label_count != 1
        ):
            yield report(
                "CLP203",
                softmax.site,
                message=f"softmax runs over the images (dim={softmax.dim}), and there is only one: every label gets 1.0, whatever the image shows",
                help="take the softmax over the labels: the last axis of `logits_per_image`",
                related=[(scores.origin, "the scores come from here")],
                checkpoint=scores.checkpoint,
                details=[
                    ("dim", str(axis), None) for axis, name in enumerate(scores.axes or ()) if name == "text"
                ],
            )
