"""CLP206: a cosine compared with a number that image-text cosines never reach, or always pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from clip_lint.checks.report import quoted, report
from clip_lint.checks.rule import check
from clip_lint.core.evidence import AsWritten
from clip_lint.core.finding import Severity
from clip_lint.knowledge.checkpoints import cosine_band
from clip_lint.reading.values import Features, Scores, Tristate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
            or (
                scores.is_transformed
                and not scores.is_complement
                and scores.measure not in _COSINES
                and not scores.one_of
            )
        ):
            continue
        band = cosine_band(scores.checkpoint) if not _has_other_weights(scores, facts) else None
        numbers = _as_cosines(threshold.number, scores)
        if band is None or not (
            all(band.never <= each <= 1 for each in numbers)
            or all(0 < each < band.always for each in numbers)
        ):
            continue
        number = min(numbers)
        is_sure = band.never <= number and (band.is_measured or scores.is_sigmoid) and not scores.one_of
        what = (
            "hardly any pair of an image and a text gets that high"
            if band.never <= number
            else "even pairs that do not match were above that"
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


_COSINES: dict[str, Callable[[float], float]] = {
    "cosine": lambda number: number,
    "complement": lambda number: 1 - number,
    "half": lambda number: 2 * number - 1,
    "negative": lambda number: -number,
    "squared": lambda number: 1 - number / 2,
    "euclidean": lambda number: 1 - number * number / 2,
}
"""By what a store gives for two vectors of length one, the cosine behind it."""
_KINDS = {
    "half": "(1 + cosine) / 2",
    "negative": "minus the cosine",
    "squared": "the squared Euclidean distance",
    "euclidean": "the Euclidean distance",
}


def _as_cosines(number: float, scores: Scores) -> list[float]:
    """The cosine that a number stands for: below a distance of 0.3, which is one minus the cosine, lie cosines above 0.7. Several where the metric is not known."""
    measures = scores.one_of or (scores.measure or ("complement" if scores.is_complement else "cosine"),)
    return [round(_COSINES[each](number), 6) for each in measures]


def _has_other_weights(scores: Scores, facts: Facts) -> bool:
    """Whether the program lays weights of its own over those that it loads: where their cosines lie is not known."""
    sides = (
        side
        for compare in facts.compares
        if compare.scores.origin == scores.origin
        for side in (compare.left, compare.right)
    )
    return any(
        isinstance(side, Features)
        and side.model is not None
        and side.model.load is not None
        and side.model.load.key in facts.reloaded
        for side in sides
    )


def _compared(threshold: Threshold, scores: Scores, number: float) -> str:
    if scores.one_of:
        return f"what the search returns is compared with {threshold.number:g}, and by whichever metric of this store that means a cosine of {number:g} or more"
    if scores.is_complement:
        return (
            f"a cosine distance is one minus the cosine, so {threshold.number:g} means a cosine of {number:g}"
        )
    if scores.measure:
        return f"this store returns {_KINDS[scores.measure]}, so {threshold.number:g} means a cosine of {number:g}"
    return f"{quoted(scores.name, 'the similarity')} is compared with {number:g}"
