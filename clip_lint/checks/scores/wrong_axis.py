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
        "{name} normalised down the batch, not each vector by itself: their lengths still differ, and the same input gives another vector in another batch",
        "take the length along the last axis, `dim=-1` (`axis=-1`); where you divide by a norm, with `keepdim=True` (`keepdims=True`)",
    ),
    NORMS["all"]: (
        "{name} divided by one number, the norm of the whole matrix: none gets length 1, so every score still depends on how long the vectors are",
        "divide each vector by its own length: `x.norm(dim=-1, keepdim=True)` or `np.linalg.norm(x, axis=-1, keepdims=True)`",
    ),
    COSINE_OF_BATCH: (
        "the cosine is taken down the batch, not along the vectors: it gives a number for each column of the embeddings, and no score of a picture or text",
        "compare row with row: `dim=-1`",
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
