"""What the comments of a file silence, and which of them silence nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from clip_lint.core.finding import Applicability, Edit, Finding, Fix, Severity
from clip_lint.settings.selection import matches, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clip_lint.core.cards import Rule
    from clip_lint.core.place import Place
    from clip_lint.source.directives import Directive

UNUSED_CODE = "CLP001"
UNUSED_NAME = "unused-suppression"
_MOST_UNKNOWN = 20
"""So many unknown codes of one file are told."""


def silence(findings: Iterable[Finding], comments: Sequence[Directive]) -> list[Finding]:
    """The findings of one file, marked where a comment silences them."""
    reaches: dict[tuple[str, str], _Reach] = {}
    made = []
    for finding in findings:
        rule = finding.code, finding.name
        if rule not in reaches:
            reaches[rule] = _Reach(each for each in comments if each.means(*rule))
        is_silenced = reaches[rule].covers(finding.place)
        made.append(replace(finding, suppressed=True) if is_silenced else finding)
    return made


class _Reach:
    """The lines that some comments reach: whether a place lies in them is found without looking at all of them."""

    def __init__(self, comments: Iterable[Directive]) -> None:
        self._is_all = False
        ranges: dict[int, list[tuple[int, int]]] = {}
        for comment in comments:
            self._is_all |= comment.is_for_file
            ranges.setdefault(comment.place.cell, []).append((comment.first, comment.last))
        self._ends: dict[int, tuple[list[int], list[int]]] = {}
        for cell, own in ranges.items():
            own.sort()
            # How far any range reaches that begins here or above.
            self._ends[cell] = [first for first, _ in own], [*accumulate((last for _, last in own), max)]

    def covers(self, place: Place) -> bool:
        """Whether a comment reaches the place."""
        firsts, ends = self._ends.get(place.cell, ([], []))
        index = bisect_right(firsts, place.start.line)
        return self._is_all or (index > 0 and ends[index - 1] >= place.start.line)


class _Found:
    """The rules that were found, each with the lines: what a comment silences is found without looking at all findings."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        lines: dict[tuple[str, str], dict[int, list[int]]] = {}
        for finding in findings:
            cells = lines.setdefault((finding.code, finding.name), {})
            cells.setdefault(finding.place.cell, []).append(finding.place.start.line)
        for cells in lines.values():
            for own in cells.values():
                own.sort()
        self._lines = lines

    def silenced(self, comment: Directive) -> list[tuple[str, str]]:
        """The rules, by code and name, of the findings that a comment silences."""
        return [
            rule
            for rule, cells in self._lines.items()
            if comment.means(*rule) and (comment.is_for_file or self._is_within(cells, comment))
        ]

    @staticmethod
    def _is_within(cells: Mapping[int, list[int]], comment: Directive) -> bool:
        lines = cells.get(comment.place.cell, [])
        index = bisect_left(lines, comment.first)
        return index < len(lines) and lines[index] <= comment.last


def unused(
    findings: Sequence[Finding], comments: Sequence[Directive], rules: Mapping[str, Rule]
) -> list[Finding]:
    """A CLP001 for each comment, or code of one, that silences none of the file's findings."""
    rule = rules.get(UNUSED_CODE)
    severity = rule.severity if rule else Severity.WARNING
    found = []
    places = _Found(findings)
    for comment in comments:
        if not comment.is_accountable:
            continue
        silenced = places.silenced(comment)
        idle = [code for code in comment.codes if not _is_used(code, silenced)]
        if (comment.codes and not idle) or (not comment.codes and silenced):
            continue
        found.append(
            Finding(
                UNUSED_CODE,
                rule.name if rule else UNUSED_NAME,
                severity,
                _complaint(comment, idle),
                comment.place,
                help="remove it, so that it cannot hide a later fault",
                fix=_removal(comment, idle),
            )
        )
    return found


def unknown_codes(comments: Iterable[Directive], rules: Mapping[str, Rule]) -> list[tuple[Place, str]]:
    """What to warn about: codes in suppressions that no rule has."""
    known = [*rules, *(rule.name for rule in rules.values())]
    unknown = (
        (comment.place, code)
        for comment in comments
        for code in comment.codes
        if code.upper() != UNUSED_CODE
        and not any(matches(code, each, rule.name) for each, rule in rules.items())
    )
    return [
        (place, f"unknown code {code!r} in a suppression{nearest(code, known)}")
        for place, code in islice(unknown, _MOST_UNKNOWN)
    ]


def _is_used(code: str, silenced: Iterable[tuple[str, str]]) -> bool:
    return code.upper() == UNUSED_CODE or any(matches(code, *rule) for rule in silenced)


def _complaint(comment: Directive, idle: Sequence[str]) -> str:
    if comment.kind == "enable":
        return "this `enable` ends nothing: no `disable` of the same codes stands above it in its block"
    where = "in this file" if comment.is_for_file else "on this statement"
    if comment.last > comment.place.start.line:
        where = "in the lines that it reaches"
    what = f"of {_listed(idle)} " if idle else ""
    return f"this suppression {what}silences nothing {where}"


def _listed(codes: Sequence[str]) -> str:
    quoted = [f"`{code}`" for code in codes]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _removal(comment: Directive, idle: Sequence[str]) -> Fix:
    kept = [*comment.foreign, *(code for code in comment.codes if code not in idle)]
    closing = [comment.closing] if comment.closing is not None else []
    if not comment.codes or not kept:
        gone = [comment.removal, *(removal for removal, _ in closing)]
        return Fix(Applicability.SAFE, "remove the suppression", tuple(Edit(*each, "") for each in gone))
    message = f"remove {_listed(idle)} from the suppression"
    lists = [comment.listed, *(listed for _, listed in closing)]
    return Fix(Applicability.SAFE, message, tuple(Edit(*each, ", ".join(kept)) for each in lists))
