"""CLP204: softmax over one label is 1.0 whatever the image shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import quoted, report
from clip_lint.checks.rule import check
from clip_lint.reading.prompt_sets import known_texts
from clip_lint.reading.values import Scores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


_ACROSS = {"label": "", "image": ", and take the softmax over the labels"}


@check("CLP204")
def softmax_single_label(facts: Facts) -> Iterator[Finding]:
    """Softmax over one label is 1.0 whatever the image shows."""
    for softmax in facts.normalizeds:
        scores = softmax.of
        if softmax.via != "softmax" or not isinstance(scores, Scores) or scores.label_count != 1:
            continue
        if softmax.axis == "text" or (softmax.axis == "image" and scores.image_count == 1):
            name = quoted(softmax.site.name, "the probability")
            what = "label" if softmax.axis == "text" else "image"
            yield report(
                "CLP204",
                softmax.site,
                message=f"{name} is 1.0 for every image: softmax compares {what}s, and there is only one",
                help=f"add a contrasting label{_ACROSS[what]}, or compare the cosine with a threshold calibrated on your images",
                related=[(scores.origin, "the scores of the only label")],
                checkpoint=scores.checkpoint,
                prompts=[text.text for text in known_texts(scores.texts)] if scores.texts is not None else (),
            )
