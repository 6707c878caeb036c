"""CLP203: softmax over the images where the labels were meant."""

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
    """Softmax over a single image, or over several of which each then gets its best label."""
    for softmax in facts.normalizeds:
        scores = softmax.of
        if (
            softmax.via != "softmax"
            or softmax.axis != "image"
            or not isinstance(scores, Scores)
            or scores.label_count == 1
        ):
            continue
        if scores.image_count == 1:
            what = "there is only one image, so every label gets 1.0, whatever it shows"
        elif softmax.site.key in facts.labelled_by:
            what = "the label that an image gets depends on the other images in its batch"
        else:
            continue
        yield report(
            "CLP203",
            softmax.site,
            message=f"softmax runs over the images (dim={softmax.dim}) instead of the labels: {what}",
            help="take the softmax over the labels: the last axis of `logits_per_image`",
            related=[(scores.origin, "the scores come from here")],
            checkpoint=scores.checkpoint,
            details=[
                ("dim", str(axis), None) for axis, name in enumerate(scores.axes or ()) if name == "text"
            ],
        )
