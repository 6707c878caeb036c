"""CLP304: cLIP's pixel statistics skipped or replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.core.evidence import AsWritten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts
    from clip_lint.reading.values import Site


CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
"""Mean of the pixels that OpenAI CLIP was trained on, per channel in RGB order (openai/CLIP clip.py)."""
_TOLERANCE = 0.002
"""ImageNet's mean is only 0.0035 away in its first channel."""


@check("CLP304")
def wrong_preprocessing(facts: Facts) -> Iterator[Finding]:
    """CLIP's pixel statistics skipped or replaced."""
    for encode in facts.encodes:
        pixels = encode.pixels
        if pixels is None:
            continue
        has_own_pixels = facts.libraries.trait(encode.model.checkpoint.family).own_pixels
        if not pixels.is_normalized and not has_own_pixels:
            yield _preprocessing(encode, "pixels are not normalised (`do_normalize=False`)", None, ())
            continue
        image = pixels.image
        if pixels.by is not None or image is None:
            continue
        if "?" in image.steps or "normalize?" in image.steps or has_own_pixels or encode.model.load is None:
            continue
        if "normalize" in image.steps:
            if len(image.stats) == 3 and all(
                abs(a - b) < _TOLERANCE for a, b in zip(image.stats, CLIP_MEAN, strict=True)
            ):
                continue
            if not image.stats:
                continue
            found = f"pixels are normalised with mean {list(image.stats)}"
        elif "to-tensor" in image.steps or "rescale" in image.steps:
            found = "pixels are never normalised"
        else:
            continue
        yield _preprocessing(encode, found, image.origin, image.stats if "normalize" in image.steps else ())


def _preprocessing(encode: Encode, found: str, origin: Site | None, mean: tuple[float, ...]) -> Finding:
    return report(
        "CLP304",
        encode.site,
        message=f"{found}, but the checkpoint was trained with mean {list(CLIP_MEAN)}: the embedding shifts for every image",
        help="use the preprocessing that comes with the checkpoint",
        related=[(origin, "preprocessed here")],
        checkpoint=encode.model.checkpoint,
        written=AsWritten(mean=(mean[0], mean[1], mean[2])) if len(mean) == 3 else AsWritten(),
    )
