"""One fault told once: what a file repeats word for word is one finding, with the other places beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.core.finding import WRITTEN, Related, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clip_lint.core.finding import Finding

_NEAR = 3
"""Lines that are read together."""
_HABIT = 3
"""So many times in one file the same is a habit: who mends one place mends them all."""


def gathered(findings: Sequence[Finding], *, each_place: bool = False) -> tuple[Finding, ...]:
    """The findings, in order, with those left out that say the same as one before, whose related places they become.

    The same is said by one rule in the same words, on lines next to each other, in one cell or three times in a file. An error is told at each
    place, because each of them fails; so is what was measured or silenced, and everything to who wants to see ``each_place``. What stands
    in a file of labels is told once, however many programs open it. Findings of one group are mended together, so that the gravest
    speaks for the others.
    """
    alike: dict[object, list[Finding]] = {}
    opened: dict[object, list[Finding]] = {}
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        if finding.evidence is not None or finding.suppressed:
            continue
        written = next((each.place for each in finding.related if each.message == WRITTEN), None)
        if written is not None:
            opened.setdefault((finding.code, finding.severity, finding.message, written), []).append(finding)
        elif not (each_place or finding.severity is Severity.ERROR):
            key = (finding.place.path, finding.code, finding.severity, finding.message, finding.help)
            alike.setdefault(key, []).append(finding)
        if finding.group and not each_place:
            groups.setdefault((finding.code, finding.group), []).append(finding)
    told = _Told()
    for group in alike.values():
        for run in [group] if len(group) >= _HABIT else _neighbours(group):
            told.once(run, "of this file")
    for group in opened.values():
        told.once(group, "that opens the file")
    for group in groups.values():
        left = [finding for finding in group if not told.knows(finding)]
        left.sort(key=lambda finding: -finding.severity)
        told.once(left, "that the same change mends")
    return tuple(told.of(finding) for finding in findings if not told.knows(finding))


class _Told:
    """Which findings speak for others, and which are left out."""

    def __init__(self) -> None:
        self._others: dict[int, tuple[list[Finding], str]] = {}
        self._left_out: set[int] = set()

    def once(self, group: Sequence[Finding], where: str) -> None:
        """The first of the group speaks for the others, and for those that they spoke for."""
        if len(group) < 2:
            return
        head, *others = group
        spoken = [more for each in group for more in self._others.pop(id(each), ([], ""))[0]]
        self._others[id(head)] = [*others, *spoken], where
        self._left_out |= {id(each) for each in others}

    def knows(self, finding: Finding) -> bool:
        """Whether another finding speaks for this one."""
        return id(finding) in self._left_out

    def of(self, finding: Finding) -> Finding:
        """A finding, with those that it speaks for."""
        others, where = self._others.get(id(finding), ([], ""))
        return _with_others(finding, others, where) if others else finding


def _neighbours(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """The findings in runs, each of which begins at most a few lines below the one before, or in the same cell."""
    run: list[Finding] = []
    for finding in findings:
        before = run[-1].place if run else finding.place
        is_near = bool(before.cell) or finding.place.start.line - before.start.line <= _NEAR
        if before.cell == finding.place.cell and is_near:
            run.append(finding)
        else:
            yield run
            run = [finding]
    yield run


def _with_others(head: Finding, others: Sequence[Finding], where: str) -> Finding:
    places = "another place" if len(others) == 1 else f"{len(others)} other places"
    return replace(
        head,
        message=f"{head.message}; so it is at {places} {where}",
        related=(*head.related, *(Related(each.place, "here too") for each in others)),
    )
