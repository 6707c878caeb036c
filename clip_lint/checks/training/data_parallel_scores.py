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
            message = f"`DataParallel` has no `{use.site.name}`: this raises an AttributeError"
            help_ = f"call `model.module.{use.site.name}`, on one device, or put only the image tower into `DataParallel`"
        else:
            message = (
                "`DataParallel` gives each GPU a part of the pictures and a part of the texts, and each compares its own only: on several GPUs"
                " most scores are missing, and a loss of them sees smaller batches"
            )
            help_ = "encode in parallel, gather the features, and compare them outside"
        yield report(
            "CLP505",
            use.site,
            message=message,
            help=help_,
            severity=None if use.kind == HIDDEN else Severity.WARNING,
            related=[(use.of.parallel, "the model is put into `DataParallel` here")],
            checkpoint=use.of.checkpoint,
        )
