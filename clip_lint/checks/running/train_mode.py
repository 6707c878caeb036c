"""CLP401: weights loaded in train mode and never switched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.running.model_use import uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP401")
def train_mode(facts: Facts) -> Iterator[Finding]:
    """Weights loaded in train mode and never switched."""
    for load in facts.loads:
        key = load.site.key
        if load.model.mode != "train" or key in facts.evaluated or key in facts.trained:
            continue
        running = [encode for encode in facts.encodes if uses(encode, key)]
        used = next(iter(running), None)
        if used is None or any(encode.wants_gradient for encode in running):
            continue
        yield report(
            "CLP401",
            load.site,
            message=f"{load.model.checkpoint} stays in train mode: the factory never calls `eval()`, so dropout and batch norm (if the"
            " architecture has them) change the features from call to call",
            help="call `model.eval()` after loading",
            related=[(used.site, "used for inference here")],
            checkpoint=load.model.checkpoint,
            place=load.site.place,
        )
