"""CLP212: vectors of two checkpoints in one index or collection, looked up there, or compared with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.knowledge.checkpoints import may_share_space
from clip_lint.reading.values import Features

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts, Indexed
    from clip_lint.reading.values import Value

_WHAT = "embeddings of two checkpoints cannot be compared, so what comes out as similar is arbitrary, or an error is raised where they differ in length"
_HELP = "encode all that is compared with one checkpoint, and keep an index or collection for each checkpoint"


@check("CLP212")
def mixed_checkpoints(facts: Facts) -> Iterator[Finding]:
    """Vectors of two checkpoints in one index or collection, looked up there, or compared with each other."""
    if not facts.trains:
        yield from _stored(facts)
        yield from _compared(facts)


def _is_known(value: Value, facts: Facts) -> TypeGuard[Features]:
    """Whether it is surely known which weights made the vectors."""
    if not isinstance(value, Features) or value.model is None or value.model.load is None:
        return False
    return value.checkpoint.name is not None and value.model.load.key not in facts.reloaded


def _differ(one: Value, other: Value, facts: Facts) -> bool:
    """Whether two sets of vectors surely come from two spaces; one load in a loop gives many checkpoints, each with its own."""
    if not _is_known(one, facts) or not _is_known(other, facts):
        return False
    loads = [side.model.load for side in (one, other) if side.model is not None]
    return loads[0] != loads[1] and not may_share_space(one.checkpoint, other.checkpoint)


def _exclude(one: Indexed, other: Indexed) -> bool:
    """Whether a run that comes to one does not come to the other: they stand in two branches of one condition."""
    ours = dict(one.branches)
    return any(ours.get(condition, way) != way for condition, way in other.branches)


def _stored(facts: Facts) -> Iterator[Finding]:
    """Of each collection, the first that was not made as what went in before."""
    held: dict[tuple[str, str], list[Indexed]] = {}
    for each in sorted(facts.indexed, key=lambda one: one.is_query):
        if each.index.name != "" and _is_known(each.features, facts):  # of no name, it may be any
            held.setdefault(each.index.key, []).append(each)
    for uses in held.values():
        pair = next(
            (
                (one, other)
                for place, other in enumerate(uses)
                for one in uses[:place]
                if not one.is_query
                and not _exclude(one, other)
                and _differ(one.features, other.features, facts)
            ),
            None,
        )
        if pair is None:
            continue
        one, other = pair
        done = "looked up in" if other.is_query else "added to"
        yield report(
            "CLP212",
            other.site,
            message=f"vectors by {other.features.checkpoint} are {done} an index that holds vectors by"
            f" {one.features.checkpoint}: {_WHAT}",
            help=_HELP,
            related=[
                (one.site, f"vectors by {one.features.checkpoint} go in here"),
                (other.features.origin, "the vectors come from here"),
                (one.index.site, "the index is made here"),
            ],
            checkpoint=other.features.checkpoint,
        )


def _compared(facts: Facts) -> Iterator[Finding]:
    """Pictures with pictures or texts with texts; CLP301 tells of pictures with texts."""
    for compare in facts.compares:
        left, right = compare.left, compare.right
        if not isinstance(left, Features) or not isinstance(right, Features):
            continue
        if left.modality != right.modality or not left.modality or not _differ(left, right, facts):
            continue
        yield report(
            "CLP212",
            compare.site,
            message=f"vectors by {left.checkpoint} are compared with vectors by {right.checkpoint}: {_WHAT}",
            help=_HELP,
            related=[(left.origin, "the ones come from here"), (right.origin, "the others come from here")],
            checkpoint=left.checkpoint,
        )
