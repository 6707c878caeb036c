"""Many findings of one kind in one file, or on copies of one line, told once: a migration is one message, not sixteen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.core.finding import Applicability
from clip_lint.core.unreadable import CODE as UNREADABLE
from clip_lint.report.heading import where

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clip_lint.core.finding import Finding

    Group = tuple[Finding, tuple[Finding, ...]]

_FEWEST = 5
"""So many findings of a kind are folded; fewer are all shown."""
_MOST_LINES = 12


def folded(findings: Sequence[Finding], line: Callable[[Finding], str | None] | None = None) -> list[Group]:
    """The findings to show in full, each with the others that say the same, in the order of the first ones.

    Of many in a file those are that have one rule, severity and advice. ``line`` gives the code that a finding stands on: on copies of
    a line, in whatever file and function, two are enough that agree in what is said of it. What verification measured stays with its
    finding, so that such findings are never folded, nor are suppressed ones with open ones.
    """
    kinds: dict[object, list[Finding]] = {}
    for finding in findings:
        kind = (finding.place.path, finding.code, finding.severity, finding.help, finding.suppressed)
        kinds.setdefault(kind if finding.evidence is None else finding, []).append(finding)
    shown: list[Group] = []
    for alike in kinds.values():
        if len(alike) >= _FEWEST:
            shown.append((alike[0], tuple(alike[1:])))
        else:
            shown.extend((finding, ()) for finding in alike)
    places = {id(finding): number for number, finding in enumerate(findings)}
    shown.sort(key=lambda pair: places[id(pair[0])])
    return _of_copies(shown, line) if line is not None else shown


def _of_copies(groups: Sequence[Group], line: Callable[[Finding], str | None]) -> list[Group]:
    """The groups, those that are told of copies of a line as one. A file that cannot be read is told of by itself."""
    copies: dict[object, list[Finding]] = {}
    for first, others in groups:
        code = (line(first) or "").strip()
        said = (first.code, first.severity, first.message, first.help, first.suppressed, code)
        is_told_once = code and first.evidence is None and first.code != UNREADABLE
        copies.setdefault(said if is_told_once else first, []).extend((first, *others))
    return [(alike[0], tuple(alike[1:])) for alike in copies.values()]


def others_in_words(first: Finding, others: Sequence[Finding]) -> str:
    """Where the others stand, and how many of all ``--fix`` repairs."""
    here = [each for each in others if each.place.path == first.place.path]
    elsewhere = [each for each in others if each.place.path != first.place.path]
    told = []
    if here:
        told.append(
            f"{len(here)} more like this in this file: line {_listed([_line(each, first) for each in here])}"
        )
    if elsewhere:
        files = len({each.place.path for each in elsewhere})
        beside = "another file" if files == 1 else f"{files} other files"
        told.append(f"{len(elsewhere)} in {beside}: {_listed([where(each.place) for each in elsewhere])}")
    fixed = sum(_is_fixed_safely(each) for each in (first, *others))
    if fixed:
        told.append(f"`clip-lint check --fix --select {first.code}` repairs {fixed} of the {len(others) + 1}")
    return "; ".join(told)


def _listed(places: Sequence[str]) -> str:
    more = f" and {len(places) - _MOST_LINES} more" if len(places) > _MOST_LINES else ""
    return f"{', '.join(places[:_MOST_LINES])}{more}"


def _line(finding: Finding, first: Finding) -> str:
    place = finding.place
    return (
        str(place.start.line) if place.cell == first.place.cell else f"cell {place.cell}:{place.start.line}"
    )


def _is_fixed_safely(finding: Finding) -> bool:
    return (
        finding.fix is not None
        and finding.fix.applicability is Applicability.SAFE
        and bool(finding.fix.edits)
    )
