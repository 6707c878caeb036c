"""What the comments of a file silence, and which of them silence nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
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
    return [
        replace(finding, suppressed=True) if any(each.silences(finding) for each in comments) else finding
        for finding in findings
    ]


def unused(
    findings: Sequence[Finding], comments: Sequence[Directive], rules: Mapping[str, Rule]
) -> list[Finding]:
    """A CLP001 for each comment, or code of one, that silences none of the file's findings."""
    rule = rules.get(UNUSED_CODE)
    severity = rule.severity if rule else Severity.WARNING
    found = []
    for comment in comments:
        if not comment.is_accountable:
            continue
        silenced = [finding for finding in findings if comment.silences(finding)]
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


def _is_used(code: str, silenced: Iterable[Finding]) -> bool:
    return code.upper() == UNUSED_CODE or any(
        matches(code, finding.code, finding.name) for finding in silenced
    )


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
