"""CLP505: `DataParallel` round a model whose methods it hides, and whose scores it computes in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.core.finding import Severity
from clip_lint.reading.usages import HIDDEN, IN_PARTS
from clip_lint.reading.values import Model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


@check("CLP505")
def data_parallel_scores(facts: Facts) -> Iterator[Finding]:
    """Methods that `DataParallel` does not have, and logits of pictures and texts of which each device sees a part."""
    told = set()
    for use in facts.usages:
        if use.kind not in {HIDDEN, IN_PARTS} or not isinstance(use.of, Model):
            continue
        key = (use.kind, use.site.place if use.kind == IN_PARTS else use.of.parallel)
        if key in told:
            continue
        told.add(key)
        if use.kind == HIDDEN:
            message = f"`{use.site.name}` is the model's, and `DataParallel` around it passes on `forward` alone: this raises an AttributeError"
            help_ = f"use `model.module.{use.site.name}` (methods then run on one GPU), or put only the image tower into `DataParallel`"
        else:
            message = (
                "`DataParallel` splits the batch, so on several GPUs each picture is compared only with the texts that went to the same GPU:"
                " all other scores are missing"
            )
            help_ = "return the features from `forward`, and compare them after the call of `DataParallel`, where those of all GPUs are together"
        yield report(
            "CLP505",
            use.site,
            message=message,
            help=help_,
            severity=None if use.kind == HIDDEN else Severity.WARNING,
            related=[(use.of.parallel, "the model is put into `DataParallel` here")],
            checkpoint=use.of.checkpoint,
        )
