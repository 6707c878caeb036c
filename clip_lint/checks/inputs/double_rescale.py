"""CLP308: 0..1 floats into a processor that divides by 255 again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.reading.values import Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP308")
def double_rescale(facts: Facts) -> Iterator[Finding]:
    """0..1 floats into a processor that divides by 255 again."""
    for use in facts.images:
        if (
            use.by is not None
            and facts.libraries.of(use.by.checkpoint.library).rescales
            and use.image.high == 1
            and use.rescales is Tristate.YES
        ):
            yield report(
                "CLP308",
                use.site,
                message=f"`{use.name}` is in 0..1 already and the processor divides by 255 again: the model sees an almost black image",
                # A metric has a processor of its own, and hands no options on.
                help="pass the 0..255 image"
                + (", or `do_rescale=False`" if use.by.kind != "clip-score" else ""),
                related=[
                    (use.image.lowered, "its values are brought to 0..1 here")
                    if use.image.lowered is not None
                    else (use.image.origin, "the image comes from here")
                ],
                checkpoint=use.by.checkpoint,
            )
