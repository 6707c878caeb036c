"""CLP209: raw vectors in an inner-product or L2 index, or in a Euclidean distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.scores.raw_vectors import is_raw, is_raw_blend, named, raw_comparisons
from clip_lint.core.evidence import AsWritten
from clip_lint.core.finding import Severity
from clip_lint.reading.values import Features

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Compare, Facts
    from clip_lint.reading.values import Index


_WHAT = "the distance then depends on the lengths of the vectors too"
_OF_WHAT_LIES_THERE = "what is found first then depends on the lengths of the vectors too"
_OF_A_QUERY = "its length moves every distance, and the order of what is found as well where the vectors in the index differ in length"
_BY_LIBRARY = {"faiss": " (`faiss.normalize_L2`)"}
"""What normalises vectors in place, where a store's own package has it."""


@check("CLP209")
def index_metric_mismatch(facts: Facts) -> Iterator[Finding]:
    """Raw vectors in an inner-product or L2 index, or in a Euclidean distance."""
    distances = [each for each in facts.compares if each.metric == "euclidean" and not _trains(each, facts)]
    yield from raw_comparisons("CLP209", _WHAT, distances, facts)
    filled = {_maker(each.index) for each in facts.indexed if not each.is_query}
    for indexed in facts.indexed:
        features = indexed.features
        if not is_raw(features) or indexed.index.metric not in {"ip", "l2"}:
            continue
        if features.is_mean and not is_raw_blend(features):
            continue
        metric = {"ip": "an inner-product", "l2": "an L2"}[indexed.index.metric]
        verb = "looked up in" if indexed.is_query else "added to"
        if indexed.is_query and indexed.index.metric == "ip":
            continue  # one query's length stretches all its scores alike
        if indexed.is_query and _maker(indexed.index) in filled:
            continue  # told where the index is filled; among vectors of length one the query's does not count
        yield report(
            "CLP209",
            indexed.site,
            message=f"{named(features, 'blended features' if is_raw_blend(features) else 'raw features')} {'is' if features.name else 'are'} {verb} {metric} index without being normalised:"
            f" {_OF_A_QUERY if indexed.is_query else _OF_WHAT_LIES_THERE}",
            severity=Severity.WARNING if indexed.is_query else None,
            help=f"normalise before adding and before searching{_BY_LIBRARY.get(indexed.index.library, '')}, or use a cosine metric",
            related=[
                (features.origin, "the features come from here"),
                (indexed.index.site, "the index is made here"),
            ],
            checkpoint=features.checkpoint,
            details=[
                *(
                    []
                    if is_raw_blend(features)
                    else [("features", features.checkpoint.library or "", features.origin)]
                ),
                ("metric", indexed.index.metric, None),
            ]
            + [("query", "alone", None)] * indexed.is_query,
            written=AsWritten(is_distance=indexed.index.metric == "l2"),
        )


def _maker(index: Index) -> object:
    """Where an index is made, whichever calls led there: whoever reads of one of them mends all."""
    return index.site.key if index.name is None and index.site is not None else index.key


def _trains(compare: Compare, facts: Facts) -> bool:
    """Whether a gradient of the distance is taken: a loss may well want the lengths."""
    trained = {encode.site for encode in facts.encodes if encode.wants_gradient}
    return any(
        isinstance(side, Features) and side.origin in trained for side in (compare.left, compare.right)
    )
