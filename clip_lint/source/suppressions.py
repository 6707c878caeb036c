"""`# noqa` and `# clip-lint: ignore` comments: what they silence, and which of them silence nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from clip_lint.core.finding import Applicability, Edit, Finding, Fix, Severity
from clip_lint.core.place import Place, Position
from clip_lint.settings.selection import matches, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clip_lint.core.cards import Rule
    from clip_lint.source.model import Source
    from clip_lint.syntax.comments import Comment

UNUSED_CODE = "CLP001"
UNUSED_NAME = "unused-suppression"

_DIRECTIVE = re.compile(
    r"#\s*clip-lint:\s*(?P<kind>ignore-file|ignore)(?![\w-])(?:\s*\[(?P<codes>[^\]#]*)\]?)?[^#]*"
    r"|#\s*(?P<noqa>noqa)(?!\w)(?P<colon>\s*:\s*(?P<noqa_codes>[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)?)?",
    re.IGNORECASE,
)
MOST = 1_000
"""So many suppressions of one file are obeyed."""
_LONGEST_COMMENT = 1_000
_MOST_UNKNOWN = 20
"""So many unknown codes of one file are told."""
_OWN_CODE = re.compile(r"CLP\d*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Directive:
    """One suppression comment.

    ``codes`` is empty where it silences everything; a noqa's codes of other linters are not among them. ``first`` and
    ``last`` are the lines (of the file or cell) of its statement; both 0 for the whole file. ``place`` is the comment's own
    part of the line, ``removal`` what goes away with it: blanks before it, the whole line where it stands alone.
    ``listed`` is the range of the list of codes, ``foreign`` are a noqa's other codes, which stay.
    """

    place: Place
    removal: tuple[Position, Position]
    codes: tuple[str, ...]
    first: int
    last: int
    is_noqa: bool
    foreign: tuple[str, ...]
    listed: tuple[Position, Position]

    @property
    def is_for_file(self) -> bool:
        """Whether it silences the whole file."""
        return self.last == 0

    @property
    def is_accountable(self) -> bool:
        """Whether it must silence something: a bare noqa, or one for other linters, is not ours to judge."""
        return not self.is_noqa or bool(self.codes)

    def silences(self, finding: Finding) -> bool:
        """Whether a finding of the same file is meant."""
        return self.covers(finding.place) and (
            not self.codes or any(matches(code, finding.code, finding.name) for code in self.codes)
        )

    def covers(self, place: Place) -> bool:
        """Whether a place of the same file lies in its reach."""
        if self.is_for_file:
            return True
        return place.cell == self.place.cell and self.first <= place.start.line <= self.last


def may_suppress(data: bytes) -> bool:
    """Whether a file could hold a suppression that must be accounted for; a bytes search."""
    return b"CLP" in data or b"clip-lint:" in data


def directives(source: Source, comments: Sequence[Comment] | None = None) -> tuple[Directive, ...]:
    """The suppression comments of a program; ``comments`` are all of its comments, where they are known already.

    A program that is not even made of Python's tokens has none: it is reported as unparsable elsewhere if it matters.
    """
    found: list[Directive] = []
    for comment in _comments(source) if comments is None else comments:
        written = comment.text[:_LONGEST_COMMENT]
        text = written.lower()
        if "noqa" in text or "clip-lint" in text:
            found += _read(source, (comment.line, comment.column, written), comment.first, comment.last)
        if len(found) > MOST:
            break
    return tuple(found[:MOST])


def _comments(source: Source) -> Sequence[Comment]:
    from clip_lint.syntax.comments import tokenized_comments  # noqa: PLC0415  (few files have suppressions)
    from clip_lint.syntax.parse import parse  # noqa: PLC0415
    from clip_lint.syntax.problem import UnparsableError  # noqa: PLC0415

    try:
        return parse(source.text).comments
    except UnparsableError:
        return tokenized_comments(source.text)


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


def _read(source: Source, comment: tuple[int, int, str], first: int, last: int) -> list[Directive]:
    line, column, text = comment
    own_line = not source.lines[line - 1][:column].strip()
    found = []
    for match in _DIRECTIVE.finditer(text):
        is_noqa = match.group("noqa") is not None
        group = "noqa_codes" if is_noqa else "codes"
        listed = re.split(r"[,\s]+", (match.group(group) or "").strip())
        codes = tuple(code for code in listed if code and (not is_noqa or _OWN_CODE.fullmatch(code)))
        foreign = tuple(code for code in listed if code and is_noqa and not _OWN_CODE.fullmatch(code))
        if is_noqa and foreign and not codes:
            continue  # another linter's
        end = match.start() + len(match.group().rstrip())
        cell, start = source.position(line, column + match.start())
        _, stop = source.position(line, column + end)
        for_file = match.group("kind") is not None and match.group("kind").lower() == "ignore-file"
        if for_file and not own_line:
            continue  # only a line of its own speaks for a file
        reach = (0, 0) if for_file else (start.line + first - line, start.line + last - line)
        removal = _removed_range(source, line, column + match.start(), column + end)
        span = match.span(group) if codes else (0, 0)
        listed_range = (
            source.position(line, column + span[0])[1],
            source.position(line, column + span[1])[1],
        )
        place = Place(source.path, cell, start, stop)
        found.append(Directive(place, removal, codes, *reach, is_noqa, foreign, listed_range))
    return found


def _removed_range(source: Source, line: int, start: int, end: int) -> tuple[Position, Position]:
    """The range to delete so that no blanks and no empty line stay behind."""
    text = source.lines[line - 1]
    if not text[end:].strip():
        end = len(text)
    kept = text[:start].rstrip()
    if end == len(text):
        start = len(kept)
    else:
        end += len(text[end:]) - len(text[end:].lstrip())
    cell, first = source.position(line, start)
    if not kept and end == len(text) and line < len(source.lines):
        following, last = source.position(line + 1, 0)
        if following == cell:
            return Position(first.line, 1), last
    return first, source.position(line, end)[1]


def _is_used(code: str, silenced: Iterable[Finding]) -> bool:
    return code.upper() == UNUSED_CODE or any(
        matches(code, finding.code, finding.name) for finding in silenced
    )


def _complaint(comment: Directive, idle: Sequence[str]) -> str:
    where = "in this file" if comment.is_for_file else "on this statement"
    what = f"of {_listed(idle)} " if idle else ""
    return f"this suppression {what}silences nothing {where}"


def _listed(codes: Sequence[str]) -> str:
    quoted = [f"`{code}`" for code in codes]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _removal(comment: Directive, idle: Sequence[str]) -> Fix:
    kept = [*comment.foreign, *(code for code in comment.codes if code not in idle)]
    if not comment.codes or not kept:
        return Fix(Applicability.SAFE, "remove the suppression", (Edit(*comment.removal, ""),))
    message = f"remove {_listed(idle)} from the suppression"
    return Fix(Applicability.SAFE, message, (Edit(*comment.listed, ", ".join(kept)),))
