"""Markdown for job summaries and comments: a table of the findings, and one of what was measured."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO

from clip_lint.core.escaping import printable
from clip_lint.core.evidence import Verdict, shown
from clip_lint.report.heading import location
from clip_lint.report.tally import counted, severities

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.core.evidence import Evidence
    from clip_lint.core.finding import Finding
    from clip_lint.source.excerpts import Excerpts

MAX_LENGTH = 900_000
"""GitHub refuses a summary of more than 1 MiB."""
_FOUND = ("severity", "rule", "place", "message")
_MEASURED = ("place", "rule", "verdict", "measured", "chance", "instead", "model")
_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~@#$]|:(?=//)|(?<=www)\.", re.IGNORECASE)

_CODE = re.compile("&#96;((?:(?!&#96;).)+)&#96;")


class MarkdownReport:
    """A heading, the counts and the tables; most severe first, and cut where a job summary would be too long."""

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write the page."""
        del excerpts, color
        ordered = sorted(findings, key=lambda each: (each.suppressed, -each.severity))
        stream.write(f"## clip-lint\n\nFound {severities(findings)}.\n")
        measured = [finding for finding in ordered if finding.evidence is not None]
        if ordered:
            stream.write(_table("Findings", _FOUND, map(_row, ordered), len(ordered)))
        if measured:
            rows = (
                _evidence_row(finding, finding.evidence)
                for finding in measured
                if finding.evidence is not None
            )
            stream.write(_table("Evidence", _MEASURED, rows, len(measured)))


def _table(title: str, names: tuple[str, ...], rows: Iterable[list[str]], count: int) -> str:
    lines = [f"\n### {title}\n", f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    length = 0
    for number, row in enumerate(rows):
        line = f"| {' | '.join(row)} |"
        length += len(line.encode()) + 1
        if length > MAX_LENGTH // 2:
            return (
                "\n".join(lines)
                + f"\n\nand {counted(count - number, 'more row')}, left out for their length.\n"
            )
        lines.append(line)
    return "\n".join(lines) + "\n"


def _row(finding: Finding) -> list[str]:
    mark = " (suppressed)" if finding.suppressed else ""
    help_text = f"<br>{_words(finding.help)}" if finding.help else ""
    return [
        f"{finding.severity}{mark}",
        f"{finding.code} {_cell(finding.name)}",
        _cell(location(finding.place)),
        _words(finding.message) + help_text,
    ]


def _evidence_row(finding: Finding, evidence: Evidence) -> list[str]:
    place = _cell(location(finding.place))
    if evidence.verdict is Verdict.NOT_RUN:
        return [place, finding.code, evidence.standing, _cell(evidence.note), "", "", ""]
    interval = ""
    if evidence.low is not None and evidence.high is not None and evidence.low != evidence.high:
        interval = f" [{shown(evidence.low)}, {shown(evidence.high)}]"
    measured = f"{evidence.metric}: {shown(evidence.value)}{interval}, n = {evidence.n}"
    instead = (
        "" if evidence.alternative is None else f"{evidence.alternative_name} {shown(evidence.alternative)}"
    )
    return [
        place,
        finding.code,
        evidence.standing,
        _cell(measured),
        "" if evidence.chance is None else shown(evidence.chance),
        _cell(instead),
        _cell(evidence.model),
    ]


def _cell(text: str) -> str:
    """Text that neither ends a cell nor becomes markup, a mention or a link."""
    return _SPECIAL.sub(lambda match: f"&#{ord(match.group())};", printable(text))


def _words(text: str) -> str:
    """A sentence whose code, between backticks, stays code."""
    return _CODE.sub(r"<code>\1</code>", _cell(text))
