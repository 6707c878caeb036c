"""CLP206: a cosine compared with a number that image-text cosines never reach, or always pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from clip_lint.checks.report import quoted, report
from clip_lint.checks.rule import check
from clip_lint.core.evidence import AsWritten
from clip_lint.core.finding import Severity
from clip_lint.knowledge.checkpoints import cosine_band
from clip_lint.reading.values import Scores, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts, Threshold
    from clip_lint.reading.values import Value


def _is_clip_score(scores: Value) -> TypeGuard[Scores]:
    return isinstance(scores, Scores) and scores.metric == "clipscore" and not scores.is_transformed


def _of_clip_score(threshold: Threshold, scores: Scores) -> Finding:
    """CLIPScore held against a cosine; the probe measures cosines, so nothing is to be verified."""
    found = report(
        "CLP206",
        threshold.number_site or threshold.site,
        message=f"CLIPScore runs from 0 to 100 and is compared with {threshold.number:g}: nearly every pair lies above that",
        help="compare with a number of its own range: pictures and their captions mostly lie at about 20 to 35",
        related=[(threshold.site, "compared here"), (scores.origin, "the score is computed here")],
        checkpoint=scores.checkpoint,
    )
    return replace(found, request=None)


@check("CLP206")
def implausible_threshold(facts: Facts) -> Iterator[Finding]:
    """A cosine compared with a number that image-text cosines never reach, or always pass."""
    for threshold in facts.thresholds:
        scores = threshold.of
        if _is_clip_score(scores) and 0 < threshold.number <= 1:
            yield _of_clip_score(threshold, scores)
            continue
        if (
            not isinstance(scores, Scores)
            or scores.pair != "image-text"
            or scores.metric == "euclidean"
            or scores.is_unit is not Tristate.YES
            or scores.is_scaled is not Tristate.NO
            or (scores.is_transformed and not scores.is_complement)
        ):
            continue
        band = cosine_band(scores.checkpoint)
        # A distance is one minus the cosine: below 0.3 lie cosines above 0.7.
        number = round(1 - threshold.number, 6) if scores.is_complement else threshold.number
        if band is None or not (band.never <= number <= 1 or 0 < number < band.always):
            continue
        is_sure = band.never <= number and (band.is_measured or scores.is_sigmoid)
        what = (
            "hardly any pair of an image and a text gets that high"
            if band.never <= number
            else "nearly every pair is above that"
        )
        yield report(
            "CLP206",
            threshold.number_site or threshold.site,
            severity=None if is_sure else Severity.WARNING,
            message=f"{_compared(threshold, scores, number)}, but {what}: {band.matches}",
            help="calibrate the threshold on your own images, or compare with a contrasting prompt's score",
            related=[(threshold.site, "compared here"), (scores.origin, "the cosine is computed here")],
            checkpoint=scores.checkpoint,
            written=AsWritten(threshold=number),
        )


def _compared(threshold: Threshold, scores: Scores, number: float) -> str:
    if scores.is_complement:
        return f"the cosine distance is compared with {threshold.number:g}, a cosine of {number:g}"
    return f"{quoted(scores.name, 'the similarity')} is compared with {number:g}"
