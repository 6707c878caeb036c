"""CLP310: what a tower gives before its projection, compared with the other modality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.reading.usages import UNPROJECTED
from clip_lint.reading.values import Hidden

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP310")
def unprojected_features(facts: Facts) -> Iterator[Finding]:
    """Hidden states and pooled outputs of towers, compared across modalities."""
    for use in facts.usages:
        if use.kind == UNPROJECTED and isinstance(use.of, Hidden):
            tower = "image" if use.of.modality == "image" else "text"
            yield report(
                "CLP310",
                use.site,
                message=f"these {tower} features come from before the model's projection, so they do not lie in the space that pictures and texts"
                " share: where the sizes differ, as in most checkpoints, comparing them raises an error, and where they agree the score means nothing",
                help="take `get_image_features` and `get_text_features` of the whole model, or `CLIPVisionModelWithProjection` and"
                " `CLIPTextModelWithProjection`",
                related=[(use.of.origin, f"the {tower} tower runs here")],
                checkpoint=use.of.checkpoint,
            )
