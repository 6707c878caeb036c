"""What CLP201, CLP209 and CLP210 share: which side of a comparison is not normalised, and when that matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import quoted, report
from clip_lint.core.evidence import AsWritten
from clip_lint.reading.values import Features, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Compare


def named(features: Features, otherwise: str) -> str:
    """The features' variable in backticks, or a description where there is none."""
    return quoted(features.name, otherwise)


def is_raw(features: Features) -> bool:
    """Whether vectors surely have no unit length."""
    return features.is_unit is Tristate.NO and not features.is_wrapped


def deciding_sides(compare: Compare) -> list[Features]:
    """The raw sides whose length changes the result; empty where it does not matter or is not sure."""
    left, right = compare.left, compare.right
    if not isinstance(left, Features) or not isinstance(right, Features):
        return []
    raw = [side for side in (left, right) if is_raw(side)]
    if not raw or Tristate.MAYBE in (left.is_unit, right.is_unit):
        return []
    if len(raw) == 2 or compare.metric == "euclidean" or left.modality == right.modality:
        return raw
    side = raw[0]
    other = right if side is left else left
    # One raw side stretches all scores of one row of it alike; it decides only when its rows compete with each other.
    competes = side.count not in {None, 1} or (other.count == 1 and side.count != 1)
    return raw if competes else []


def raw_comparison(code: str, what: str, compare: Compare) -> Iterator[Finding]:
    """The finding of ``code`` about a comparison that vector lengths decide; ``what`` says what they do to it."""
    sides = deciding_sides(compare)
    if not sides or any(side.is_mean for side in sides):
        return
    names = " and ".join(
        dict.fromkeys(named(side, f"the {side.modality or 'other'} features") for side in sides)
    )
    verb = "is" if sides[0].name and all(side.name == sides[0].name for side in sides) else "are"
    yield report(
        code,
        compare.site,
        message=f"{names} {verb} not normalised: {what}",
        help="divide each by its norm first (`torch.nn.functional.normalize(x, dim=-1)`), or use a cosine similarity",
        related=[(side.origin, f"the {side.modality or 'raw'} features come from here") for side in sides],
        checkpoint=sides[0].checkpoint,
        details=[("features", side.checkpoint.library or "", side.origin) for side in sides]
        + [("metric", "euclidean", None)] * (compare.metric == "euclidean"),
        written=AsWritten(is_distance=True) if compare.metric == "euclidean" else AsWritten(),
    )
