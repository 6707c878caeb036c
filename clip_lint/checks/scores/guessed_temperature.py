"""CLP211: a hand-picked temperature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.scores.softmax_without_scale import scale_of, scaling
from clip_lint.core.evidence import AsWritten
from clip_lint.core.finding import Finding, Severity
from clip_lint.reading.values import Scores, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.reading.facts import Facts


_LEARNED = 100
"""The scale that CLIP's training ends at, one over the temperature."""


@check("CLP211")
def guessed_temperature(facts: Facts) -> Iterator[Finding]:
    """A hand-picked temperature."""
    softened = {
        softmax.of.origin
        for softmax in facts.normalizeds
        if isinstance(softmax.of, Scores) and softmax.via in {"softmax", "exp"}
    }
    for scaled in facts.scaled:
        scores = scaled.of
        if (
            isinstance(scores, Scores)
            and scores.origin in softened
            and scaled.factor is not None
            and not scaled.is_learned
            and scores.is_scaled is Tristate.NO
            and scores.pair == "image-text"
            and abs(scaled.factor - _LEARNED) > 0.5
            and scaled.factor >= 2
        ):
            yield report(
                "CLP211",
                scaled.site,
                message=f"the temperature {1 / scaled.factor:.3g} is chosen by hand, but CLIP learned one in training (0.01 in OpenAI's checkpoints): the order of the labels is the same,"
                f" the probabilities are {'flatter' if scaled.factor < _LEARNED else 'sharper'} than with 0.01",
                help=_help(scores, facts),
                severity=Severity.NOTE,
                related=[(scores.origin, "the cosines are computed here")],
                checkpoint=scores.checkpoint,
                written=AsWritten(temperature=scaled.factor),
            )


def _help(scores: Scores, facts: Facts) -> str:
    calibrate = "calibrate the temperature on labelled images"
    return f"{scaling(scores, facts)} instead, or {calibrate}" if scale_of(scores, facts) else calibrate
