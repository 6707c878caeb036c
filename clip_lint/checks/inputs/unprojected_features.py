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
    "image": " (in OpenAI's ViTs they do: 768 and 512, 1,024 and 768)",
    "text": " (not in OpenAI's ViTs: their texts have 512 or 768 numbers before the projection and behind it)",
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
                message=f"these {tower} features come from before the model's projection, so they do not lie in the space that pictures and texts"
                f" share: comparing them raises an error where the sizes differ{_SIZES[tower]}, and where they agree the score means nothing",
                help="take `get_image_features` and `get_text_features` of the whole model, or `CLIPVisionModelWithProjection` and"
                " `CLIPTextModelWithProjection`",
                related=[(use.of.origin, f"the {tower} tower runs here")],
                checkpoint=use.of.checkpoint,
            )
