"""CLP206: a cosine compared with a number that image-text cosines never reach, or always pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from clip_lint.checks.report import quoted, report
from clip_lint.checks.rule import check
from clip_lint.core.evidence import AsWritten
from clip_lint.reading.values import Scores, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts, Threshold
    from clip_lint.reading.values import Value


HIGHEST_COSINE = 0.5
"""OpenAI CLIP's image-text cosines end at about 0.35 (openai/CLIP notebook and issue 405); SigLIP's stay below that."""
LOWEST_COSINE = 0.15
"""Unrelated pairs of OpenAI CLIP score 0.11 to 0.24 (same source): a floor below this lets nearly everything pass."""


def _is_clip_score(scores: Value) -> TypeGuard[Scores]:
    return isinstance(scores, Scores) and scores.metric == "clipscore" and not scores.is_transformed


def _of_clip_score(threshold: Threshold, scores: Scores) -> Finding:
    """CLIPScore held against a cosine; the probe measures cosines, so nothing is to be verified."""
    found = report(
        "CLP206",
        threshold.number_site or threshold.site,
        message=f"CLIPScore runs from 0 to 100 and is compared with {threshold.number:g}: nearly every pair passes",
        help="compare with a number of its own range: matches lie at about 25 to 35",
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
            or scores.is_transformed
        ):
            continue
        number = threshold.number
        family = scores.checkpoint.family or ""
        too_high = HIGHEST_COSINE <= number <= 1
        too_low = 0 < number < LOWEST_COSINE and family == "clip"
        if not (too_high or too_low):
            continue
        what = "never reach that" if too_high else "nearly always pass that"
        yield report(
            "CLP206",
            threshold.number_site or threshold.site,
            message=f"{quoted(scores.name, 'the similarity')} is compared with {number:g}, but image-text cosines of this family"
            f" {what}: matches lie at about 0.25 to 0.35, other pairs at 0.11 to 0.24",
            help="calibrate the threshold on your own images, or compare with a contrasting prompt's score",
            related=[(threshold.site, "compared here"), (scores.origin, "the cosine is computed here")],
            checkpoint=scores.checkpoint,
            written=AsWritten(threshold=number),
        )
