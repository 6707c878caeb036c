"""CLP312: a picture that may have another number of channels than a transform of one's own takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.reading.values.models import STORED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts
    from clip_lint.reading.values import Image


@check("CLP312")
def image_mode(facts: Facts) -> Iterator[Finding]:
    """Pictures as their files have them in a transform that does not convert them."""
    told = set()
    for encode in facts.encodes:
        pixels = encode.pixels
        image = pixels.image if pixels is not None and pixels.by is None else None
        if image is None or image.origin is None or not _keeps_channels(image) or image.origin.place in told:
            continue
        told.add(image.origin.place)
        yield report(
            "CLP312",
            image.origin,
            message=_message(image),
            help='convert it where it is opened: `Image.open(path).convert("RGB")`'
            if image.form != "tensor" or "to-tensor" in image.steps
            else "read it with `mode=ImageReadMode.RGB`",
            related=[(encode.site, "it is encoded here")],
            checkpoint=encode.model.checkpoint,
        )


def _keeps_channels(image: Image) -> bool:
    """Whether a transform of one's own takes the picture with the channels that it has."""
    is_made = "to-tensor" in image.steps or "rescale" in image.steps or image.form == "tensor"
    return bool(image.mode) and is_made and not {"?", "normalize?"} & set(image.steps)


def _message(image: Image) -> str:
    if image.mode == STORED:
        return (
            "this picture is not converted to RGB: the model takes three channels, and a file with transparency, in grey or with a"
            " palette has one, two or four, which raises an error"
        )
    return f"a picture of mode `{image.mode}` goes to the model, which takes three channels: this raises an error"
