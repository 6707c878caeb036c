"""CLP216: vectors that are normalised or compared along another axis than their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import quoted, report
from clip_lint.checks.rule import check
from clip_lint.reading.usages import COSINE_OF_BATCH, NORMS
from clip_lint.reading.values import Features, Scores, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts

_MESSAGES = {
    NORMS["batch"]: (
        "{name} divided by lengths along the batch: what a vector becomes depends on the others in its batch, and none gets length one",
        "take the length along the last axis: `dim=-1` (`axis=-1`), with `keepdim=True` (`keepdims=True`)",
    ),
    NORMS["all"]: (
        "{name} divided by the norm of the whole matrix, one number for all: the vectors keep their different lengths, and the dot products depend on them",
        "take the length of each vector: `x.norm(dim=-1, keepdim=True)` or `np.linalg.norm(x, axis=-1, keepdims=True)`",
    ),
    COSINE_OF_BATCH: (
        "the cosine runs along the batch: it compares each number of the vectors over all rows, and no row with another",
        "take it along the vectors: `dim=-1`",
    ),
}


@check("CLP216")
def wrong_axis(facts: Facts) -> Iterator[Finding]:
    """A norm over the batch or over the whole matrix, and a cosine along the batch."""
    for use in facts.usages:
        if use.kind not in _MESSAGES or not isinstance(use.of, (Features, Scores)):
            continue
        if use.kind == NORMS["all"] and use.of.is_unit is Tristate.YES:
            continue
        message, help_ = _MESSAGES[use.kind]
        named = isinstance(use.of, Features)
        name = f"{quoted(use.of.name, 'the features')} are" if named else "the products are"
        yield report(
            "CLP216",
            use.site,
            message=message.format(name=name),
            help=help_,
            related=[
                (use.of.origin, "the features come from here" if named else "the products are computed here")
            ],
            checkpoint=use.of.checkpoint,
        )
