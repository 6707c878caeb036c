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


_SIZES = {
    "image": " (OpenAI's ViTs: 768 against 512, 1,024 against 768)",
    "text": " (none in OpenAI's ViTs: their texts have 512 or 768 numbers before and after the projection)",
}
"""Whether a tower's vectors have another size than those of the shared space."""


@check("CLP310")
def unprojected_features(facts: Facts) -> Iterator[Finding]:
    """Hidden states and pooled outputs of towers, compared across modalities."""
    for use in facts.usages:
        if use.kind == UNPROJECTED and isinstance(use.of, Hidden):
            tower = "image" if use.of.modality == "image" else "text"
            yield report(
                "CLP310",
                use.site,
                message=f"these {tower} features come from before the model's projection, so they cannot be compared with those of the other"
                f" tower: different sizes raise an error{_SIZES[tower]}, and with equal ones the score means nothing",
                help="take `get_image_features` and `get_text_features` of the whole model, or `CLIPVisionModelWithProjection` and"
                " `CLIPTextModelWithProjection`",
                related=[(use.of.origin, f"the {tower} tower runs here")],
                checkpoint=use.of.checkpoint,
            )
