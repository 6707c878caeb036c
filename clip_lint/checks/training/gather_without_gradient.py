"""CLP503: vectors of all devices are compared in the loss, as copies that have no gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import quoted, report
from clip_lint.checks.rule import check
from clip_lint.core.finding import Severity
from clip_lint.reading.usages import UNTRAINED
from clip_lint.reading.values import Features, Scores, Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts
    from clip_lint.reading.values import Site, Value


@check("CLP503")
def gather_without_gradient(facts: Facts) -> Iterator[Finding]:
    """Copies without a gradient on one side of a loss, or on both."""
    told: set[Site] = set()
    frozen = {encode.site.key for encode in facts.encodes if encode.grad is Tristate.NO}
    for use in facts.usages:
        scores = use.of
        if use.kind != UNTRAINED or not isinstance(scores, Scores):
            continue
        trained = [side for side in _sides(facts, scores) if not _is_frozen(side, frozen)]
        copies = [side for side in trained if isinstance(side, Features) and side.lost is not None]
        if not copies:
            continue
        is_all = len(copies) == len(trained)
        first = copies[0].lost
        if (
            first is None
            or first.site in told
            or (not is_all and (first.is_meant or scores.gathered != (copies[0],)))
        ):
            continue
        told.update(each.lost.site for each in copies if each.lost is not None)
        names = [quoted(each.name, f"the {each.modality} side") for each in copies]
        if is_all:
            message = (
                f"`all_gather` brings {' and '.join(names)} from all devices without a gradient, and the loss compares only these: neither tower learns from"
                " it, and `backward()` raises an error where nothing else has a gradient"
            )
        else:
            message = (
                f"`all_gather` brings {names[0]} from all devices without a gradient: the {copies[0].modality or 'other'} tower learns nothing from this part of"
                " the loss, so training differs from one large batch"
            )
        yield report(
            "CLP503",
            first.site,
            message=message,
            help=_HELP if is_all else _HELP_LOCAL,
            severity=None if is_all else Severity.WARNING,
            related=[(scores.origin, "they are compared here"), (use.site, "the loss is taken here")],
            checkpoint=scores.checkpoint,
        )


_HELP = (
    "write this device's own vectors back in their place (in a list: `gathered[rank] = features`), or gather with a gradient"
    " (`torch.distributed.nn.functional.all_gather`)"
)
_HELP_LOCAL = (
    "gather with a gradient (`torch.distributed.nn.functional.all_gather`), or write this device's own vectors back"
    " in their place for pictures and texts, and compare all with all"
)


def _sides(facts: Facts, scores: Scores) -> list[Value]:
    """What was compared: both sides where they are known."""
    for compare in facts.compares:
        if compare.scores.origin == scores.origin:
            return [compare.left, compare.right]
    return [*scores.gathered, scores]


def _is_frozen(side: Value, frozen: set[int]) -> bool:
    """Whether a side has no gradient to lose: its tower ran without."""
    return isinstance(side, Features) and side.origin is not None and side.origin.key in frozen
