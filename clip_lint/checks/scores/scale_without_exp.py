"""CLP213: the stored logarithm of the scale, used as the scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.reading.usages import LOG_SCALE
from clip_lint.reading.values import Features, Scores, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts
    from clip_lint.reading.values import Value


@check("CLP213")
def scale_without_exp(facts: Facts) -> Iterator[Finding]:
    """`logit_scale` without its `exp()`."""
    for use in facts.usages:
        if (
            use.kind == LOG_SCALE
            and isinstance(use.of, (Features, Scores))
            and not _only_ranks(use.of, facts)
        ):
            yield report(
                "CLP213",
                use.site,
                message="`logit_scale` holds the logarithm of the scale (4.6 for a scale of 100) and is used here without `exp()`: the scores are far"
                " too small, and a softmax of them is far too even",
                help="write `logit_scale.exp()`",
                related=[(use.of.origin, "the scores come from here")],
                checkpoint=use.of.checkpoint,
            )


def _only_ranks(scaled: Features | Scores, facts: Facts) -> bool:
    """Whether nothing but the order of the scores is used: no positive factor changes that."""
    if isinstance(scaled, Scores):
        products = [scaled.origin] if scaled.origin is not None else []
    else:
        products = [
            each.site
            for each in facts.compares
            if any(_is_scaled(side, scaled) for side in (each.left, each.right))
        ]
    return bool(products) and all(each.key in facts.order_only for each in products)


def _is_scaled(side: Value, before: Features) -> bool:
    """Whether this is what the scale made of those vectors."""
    return isinstance(side, Features) and side.origin == before.origin and side.is_scaled is not Tristate.NO
