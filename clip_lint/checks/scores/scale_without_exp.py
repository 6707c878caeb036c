"""CLP213: the stored logarithm of the scale, used as the scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.reading.usages import LOG_SCALE
from clip_lint.reading.values import Features, Scores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP213")
def scale_without_exp(facts: Facts) -> Iterator[Finding]:
    """`logit_scale` without its `exp()`."""
    for use in facts.usages:
        if use.kind == LOG_SCALE and isinstance(use.of, (Features, Scores)):
            yield report(
                "CLP213",
                use.site,
                message="`logit_scale` holds the logarithm of the scale (4.6 for a scale of 100) and is used here without `exp()`: the scores are far"
                " too small, and a softmax of them gives every label nearly the same probability",
                help="write `logit_scale.exp()`",
                related=[(use.of.origin, "the scores come from here")],
                checkpoint=use.of.checkpoint,
            )
