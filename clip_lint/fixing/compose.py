"""Which fixes can be applied together: those whose edits do not overlap, or are the very same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.core.finding import Edit, Finding

Spot = tuple[int, int, int]
"""Cell, line and column."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Fixes of one round: their findings, and all their edits, each once, with its cell, in order of place."""

    findings: tuple[Finding, ...]
    edits: tuple[Edit, ...]


def compose(findings: Iterable[Finding]) -> Batch:
    """As many fixes as can be applied in one go, the earlier first; what is left waits for the next round.

    Two fixes may share an edit: an import both need, the normalising of vectors both use. It is then made once.
    """
    taken: dict[tuple[Spot, Spot, str], Edit] = {}
    chosen: list[Finding] = []
    for finding in findings:
        if finding.fix is None or not finding.fix.edits:
            continue
        fresh = {
            key: edit
            for edit in (_placed(finding, each) for each in finding.fix.edits)
            if (key := (*span(edit), edit.text)) not in taken
        }
        if not any(_clash(span(edit), span(other)) for edit in fresh.values() for other in taken.values()):
            taken.update(fresh)
            chosen.append(finding)
    return Batch(tuple(chosen), tuple(taken[key] for key in sorted(taken)))


def span(edit: Edit) -> tuple[Spot, Spot]:
    """Where an edit that knows its cell begins and ends."""
    cell = edit.cell or 0
    return (cell, edit.start.line, edit.start.column), (cell, edit.end.line, edit.end.column)


def _placed(finding: Finding, edit: Edit) -> Edit:
    return edit if edit.cell is not None else replace(edit, cell=finding.place.cell)


def _clash(one: tuple[Spot, Spot], other: tuple[Spot, Spot]) -> bool:
    """Whether two different edits overlap, or insert at one spot in an order that nobody knows."""
    (start, end), (first, last) = one, other
    if start == end and first == last:
        return start == first
    return start < last and first < end
