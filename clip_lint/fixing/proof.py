"""Whether a round of fixes did what it promised: the faults are gone, and no new ones came."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place
    from clip_lint.fixing.compose import Spot

_SCORES = frozenset(
    {
        "CLP201",
        "CLP202",
        "CLP203",
        "CLP204",
        "CLP205",
        "CLP206",
        "CLP207",
        "CLP208",
        "CLP209",
        "CLP210",
        "CLP211",
    }
)

REVEALS: dict[str, frozenset[str]] = {
    # An output object is no vector: what is done with the vectors is judged only once they are taken out of it.
    "CLP307": _SCORES,
    # Raw products have no scale to judge; cosines have.
    "CLP201": frozenset({"CLP202", "CLP206", "CLP207", "CLP210"}),
    "CLP209": frozenset({"CLP206", "CLP207"}),
    # Text that is not padded is not blamed for its length as well.
    "CLP302": frozenset({"CLP305"}),
    "CLP403": frozenset({"CLP305"}),
    "CLP210": frozenset({"CLP202", "CLP206", "CLP207"}),
    "CLP202": frozenset({"CLP207"}),
    "CLP203": frozenset({"CLP202", "CLP204", "CLP205"}),
    # One template is better than none, and several are better than one; keys become words that can be judged.
    "CLP110": frozenset({"CLP115"}),
    "CLP112": frozenset(
        {"CLP101", "CLP102", "CLP103", "CLP104", "CLP105", "CLP106", "CLP110", "CLP115", "CLP116"}
    ),
    "CLP116": frozenset({"CLP204"}),
    # Another checkpoint reads texts and pictures in its own way.
    "CLP301": frozenset({"CLP109", "CLP302", "CLP304", "CLP305"}),
}
"""Codes that the repair of another may bring to light: those faults were there before, hidden behind it."""

_ALWAYS = frozenset({"CLP001"})
"""A suppression may have nothing left to silence."""


def complaints(
    before: Sequence[Finding],
    after: Sequence[Finding],
    selected: Sequence[Finding],
    applied: Sequence[Finding],
    moved: Callable[[Spot, bool], Spot],
) -> list[str]:
    """What speaks against a round of fixes, given all findings of the file before and after it; empty where nothing does.

    ``selected`` are those after it that are reported, with their suppressions.
    """
    still = {(each.code, _spot(each.place)) for each in selected if not each.suppressed}
    repaired = Counter(finding.code for finding in applied)
    were = Counter(finding.code for finding in before)
    left = Counter(finding.code for finding in after)
    said = [
        f"{finding.code} would still be there"
        for finding in applied
        if any((finding.code, moved(_spot(finding.place), behind)) in still for behind in (False, True))
        # Of two comments on a line the second moves to where the first was.
        and not (
            finding.code in _ALWAYS and left[finding.code] <= were[finding.code] - repaired[finding.code]
        )
    ]
    revealed = frozenset().union(_ALWAYS, *(REVEALS.get(code, frozenset()) for code in repaired))
    for code, count in sorted(left.items()):
        if count > were[code] - repaired[code] and code not in revealed and not said:
            said.append(f"a new {code} would appear")
    return said


def codes(findings: Iterable[Finding]) -> str:
    """The codes of some findings, each once."""
    return ", ".join(dict.fromkeys(finding.code for finding in findings))


def _spot(place: Place) -> Spot:
    return place.cell, place.start.line, place.start.column
