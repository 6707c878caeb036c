"""Many findings of one kind in one file, told once: a migration is one message, not sixteen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.core.finding import Applicability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.core.finding import Finding

_FEWEST = 5
"""So many findings of a kind are folded; fewer are all shown."""
_MOST_LINES = 12


def folded(findings: Sequence[Finding]) -> list[tuple[Finding, tuple[Finding, ...]]]:
    """The findings to show in full, each with the others of its kind in its file, in the order of the first ones.

    A kind is a rule, a severity and one advice. What verification measured stays with its finding, so that such findings
    are never folded, nor are suppressed ones with open ones.
    """
    kinds: dict[object, list[Finding]] = {}
    for finding in findings:
        kind = (finding.place.path, finding.code, finding.severity, finding.help, finding.suppressed)
        kinds.setdefault(kind if finding.evidence is None else finding, []).append(finding)
    shown: list[tuple[Finding, tuple[Finding, ...]]] = []
    for alike in kinds.values():
        if len(alike) >= _FEWEST:
            shown.append((alike[0], tuple(alike[1:])))
        else:
            shown.extend((finding, ()) for finding in alike)
    places = {id(finding): number for number, finding in enumerate(findings)}
    return sorted(shown, key=lambda pair: places[id(pair[0])])


def others_in_words(first: Finding, others: Sequence[Finding]) -> str:
    """Where the others stand, and how many of all ``--fix`` repairs."""
    places = [_line(each, first) for each in others]
    more = f" and {len(places) - _MOST_LINES} more" if len(places) > _MOST_LINES else ""
    told = f"{len(others)} more like this in this file: line {', '.join(places[:_MOST_LINES])}{more}"
    fixed = sum(_is_fixed_safely(each) for each in (first, *others))
    if fixed:
        told += f"; `clip-lint check --fix --select {first.code}` repairs {fixed} of the {len(others) + 1}"
    return told


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
