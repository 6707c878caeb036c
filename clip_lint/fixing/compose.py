"""Which fixes can be applied together: those whose edits do not overlap, or are the very same."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clip_lint.codemods.codemod import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clip_lint.core.finding import Edit, Finding

Spot = tuple[int, int, int]
"""Cell, line and column."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Fixes of one round: their findings, and all their edits, each once, with its cell, in order of place."""

    findings: tuple[Finding, ...]
    edits: tuple[Edit, ...]


def compose(findings: Iterable[Finding]) -> Batch:
    """As many fixes as can be applied in one go; what is left waits for the next round.

    Of two that meet, the one goes first that says what the other builds on (``Fix.order``), else the earlier one. What builds on
    another repair in the same line waits until it is made, and what puts lines into blocks until all of them have their form.

    Two fixes may share an edit: an import both need, the normalising of vectors both use. It is then made once.
    """
    taken: dict[tuple[Spot, Spot, str], Edit] = {}
    chosen: list[Finding] = []
    spots = _Spots()
    orders: dict[tuple[int, int], int] = {}
    for finding in sorted(findings, key=order):
        if finding.fix is None or not finding.fix.edits:
            continue
        if finding.fix.order >= Stage.GRADIENTS and any(order(each) < Stage.GRADIENTS for each in chosen):
            break
        fresh = {
            key: edit
            for edit in (_placed(finding, each) for each in finding.fix.edits)
            if (key := (*span(edit), edit.text)) not in taken
        }
        lines = {line: order(finding) for edit in fresh.values() for line in _lines(edit)}
        is_later = any(orders.get(line, own) != own for line, own in lines.items())
        if not is_later and not any(spots.meets(span(edit)) for edit in fresh.values()):
            taken.update(fresh)
            orders.update(lines)
            for edit in fresh.values():
                spots.add(span(edit))
            chosen.append(finding)
    return Batch(tuple(chosen), tuple(taken[key] for key in sorted(taken)))


def order(finding: Finding) -> int:
    """Where a finding's fix stands among those that go first."""
    return finding.fix.order if finding.fix is not None else 0


def span(edit: Edit) -> tuple[Spot, Spot]:
    """Where an edit that knows its cell begins and ends."""
    cell = edit.cell or 0
    return (cell, edit.start.line, edit.start.column), (cell, edit.end.line, edit.end.column)


def _lines(edit: Edit) -> Iterator[tuple[int, int]]:
    """The lines, with their cell, that an edit changes: none where it only puts lines between two."""
    first, last = edit.start.line, edit.end.line
    if edit.end.column == 1 and (edit.text.endswith("\n") or not edit.text):
        last -= 1
    return ((edit.cell or 0, line) for line in range(first, last + 1))


def _placed(finding: Finding, edit: Edit) -> Edit:
    return edit if edit.cell is not None else replace(edit, cell=finding.place.cell)


class _Spots:
    """Ranges that do not overlap, in order: whether one more does is found without looking at all of them."""

    def __init__(self) -> None:
        self._ranges: list[tuple[Spot, Spot]] = []

    def meets(self, one: tuple[Spot, Spot]) -> bool:
        """Whether a range overlaps one that is there."""
        index = bisect_left(self._ranges, one)
        return any(_clash(one, other) for other in self._ranges[max(0, index - 2) : index + 2])

    def add(self, one: tuple[Spot, Spot]) -> None:
        """Take a range that meets none."""
        insort(self._ranges, one)


def _clash(one: tuple[Spot, Spot], other: tuple[Spot, Spot]) -> bool:
    """Whether two different edits overlap, or insert at one spot in an order that nobody knows."""
    (start, end), (first, last) = one, other
    if start == end and first == last:
        return start == first
    return start < last and first < end
