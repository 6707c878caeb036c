"""What CLP201, CLP209 and CLP210 share: which side of a comparison is not normalised, and when that matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from clip_lint.checks.report import quoted, report
from clip_lint.core.evidence import AsWritten
from clip_lint.core.finding import Severity
from clip_lint.reading.values import Features, Scores, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Compare, Facts
    from clip_lint.reading.values import Site

    Vectors: TypeAlias = frozenset[tuple[object, str]]


def named(features: Features, otherwise: str) -> str:
    """The features' variable in backticks, or a description where there is none."""
    return quoted(features.name, otherwise)


def is_raw(features: Features) -> bool:
    """Whether vectors surely have no unit length."""
    return features.is_unit is Tristate.NO and not features.is_wrapped


def is_raw_blend(features: Features) -> bool:
    """Whether a vector is the mean of a picture's and a text's as they came: the longer of the two decides what it stands for."""
    return features.is_mean and not features.is_of_units and not features.modality


def _kind(features: Features) -> str:
    return "blended" if is_raw_blend(features) else features.modality or "other"


def deciding_sides(compare: Compare) -> list[Features]:
    """The raw sides whose length changes an order; empty where it does not matter or is not sure."""
    raw = _raw_sides(compare)
    if len(raw) != 1:
        return raw
    other = compare.right if raw[0] is compare.left else compare.left
    # One raw side stretches all scores of one row of it alike; it decides only when its rows compete with each other.
    # Distances to vectors of length one keep their order as well: only the part of the product differs between those.
    competes = raw[0].count not in {None, 1} or (
        isinstance(other, Features) and other.count == 1 and raw[0].count != 1
    )
    return raw if competes else []


def _raw_sides(compare: Compare) -> list[Features]:
    left, right = compare.left, compare.right
    if not isinstance(left, Features) or not isinstance(right, Features):
        return []
    if Tristate.MAYBE in (left.is_unit, right.is_unit):
        return []
    return [side for side in (left, right) if is_raw(side)]


def _weighed(facts: Facts) -> set[Site | None]:
    """The comparisons whose scores count by their size: as probabilities that somebody reads, or against a number."""
    read = {
        each.of.origin
        for each in facts.normalizeds
        if isinstance(each.of, Scores)
        and each.site.key not in facts.order_only
        and each.via in {"softmax", "sigmoid"}
    }
    return read | {
        each.of.origin
        for each in facts.thresholds
        if isinstance(each.of, Scores) and not each.of.is_transformed and each.number
    }


def _cosines(facts: Facts) -> set[tuple[str, Vectors]]:
    """The vectors whose cosine is taken, each with the function that led there."""
    return {
        (each.site.entry, _vectors(each))
        for each in facts.compares
        if each.metric == "cosine" or all(side.is_unit is Tristate.YES for side in _sides(each))
    }


def _sides(compare: Compare) -> list[Features]:
    return [side for side in (compare.left, compare.right) if isinstance(side, Features)]


def _vectors(compare: Compare) -> Vectors:
    return frozenset((side.origin, side.name) for side in _sides(compare))


def _division(sides: list[Features]) -> str:
    """How vectors get length one, in the library that holds them: PyTorch's function takes no array."""
    if any(side.array == "numpy" for side in sides):
        return "x / np.linalg.norm(x, axis=-1, keepdims=True)"
    return "torch.nn.functional.normalize(x, dim=-1)"


def raw_comparisons(code: str, what: str, compares: Iterable[Compare], facts: Facts) -> Iterator[Finding]:
    """The findings of ``code`` about comparisons that vector lengths decide; ``what`` says what they do to them."""
    weighed, cosines = _weighed(facts), _cosines(facts)
    for compare in compares:
        yield from _raw_comparison(
            code,
            what,
            compare,
            is_weighed=compare.site in weighed,
            # in a helper maybe: who wrote that knows the difference, and reports both
            is_beside_cosine=(compare.site.entry, _vectors(compare)) in cosines,
        )


def _raw_comparison(
    code: str, what: str, compare: Compare, *, is_weighed: bool, is_beside_cosine: bool
) -> Iterator[Finding]:
    sides = deciding_sides(compare)
    keeps_order = not sides
    if keeps_order and is_weighed:
        sides = _raw_sides(compare)
        what = "the order is right, but how large the scores are, and how sure probabilities look, depends on the lengths of the vectors"
    if not sides or any(side.is_mean and not is_raw_blend(side) for side in sides):
        return
    names = " and ".join(dict.fromkeys(named(side, f"the {_kind(side)} features") for side in sides))
    verb = "is" if sides[0].name and all(side.name == sides[0].name for side in sides) else "are"
    yield report(
        code,
        compare.site,
        severity=Severity.NOTE
        if is_beside_cosine and not is_weighed
        else Severity.WARNING
        if keeps_order
        else None,
        message=f"{names} {verb} not normalised: {what}",
        help=f"divide each by its norm first (`{_division(sides)}`), or use a cosine similarity",
        related=[(side.origin, f"the {side.modality or 'raw'} features come from here") for side in sides],
        checkpoint=sides[0].checkpoint,
        details=[
            ("features", side.checkpoint.library or "", side.origin)
            for side in sides
            if not is_raw_blend(side)
        ]
        + [("metric", "euclidean", None)] * (compare.metric == "euclidean"),
        written=AsWritten(is_distance=True) if compare.metric == "euclidean" else AsWritten(),
    )
