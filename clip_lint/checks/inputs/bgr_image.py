"""CLP303: an OpenCV image that was never turned to RGB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP303")
def bgr_image(facts: Facts) -> Iterator[Finding]:
    """An OpenCV image that was never turned to RGB."""
    for use in facts.images:
        if use.image.channels == "bgr":
            yield report(
                "CLP303",
                use.image.wrapped or use.site,
                message=f"`{use.name}` holds BGR pixels from OpenCV: the model sees red and blue exchanged",
                help="convert first: `cv2.cvtColor(image, cv2.COLOR_BGR2RGB)`",
                related=[(use.image.origin, "read by OpenCV here")],
                checkpoint=use.by.checkpoint if use.by is not None else None,
                details=[("image", use.name, None)],
            )
