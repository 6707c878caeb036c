"""Reviewdog's diagnostic format, with which it comments on pull requests of many code hosts.

The format: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf. Its columns count UTF-8 bytes from 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from clip_lint.core.escaping import printable
from clip_lint.core.finding import Severity
from clip_lint.core.home import rule_url
from clip_lint.report.json import dumped, write_list
from clip_lint.report.wording import details, sentence

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place, Position
    from clip_lint.source.excerpts import Excerpts

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}


class RdjsonReport:
    """One object with one diagnostic for each finding."""

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write the object, one diagnostic a line."""
        del color
        stream.write('{"source": {"name": "clip-lint"}, "diagnostics": ')
        write_list(stream, (dumped(_diagnostic(finding, excerpts)) for finding in findings))
        stream.write("}\n")


def _diagnostic(finding: Finding, excerpts: Excerpts) -> dict[str, Any]:
    made: dict[str, Any] = {
        "message": "\n".join([sentence(finding), *details(finding)]),
        "location": _location(finding.place, excerpts),
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.code},
    }
    if url := rule_url(finding.code):
        made["code"]["url"] = url
    related = [
        {"message": printable(each.message), "location": _location(each.place, excerpts)}
        for each in finding.related
    ]
    if related:
        made["related_locations"] = related
    suggestions = _suggestions(finding, excerpts)
    if suggestions:
        made["suggestions"] = suggestions
    return made


def _location(place: Place, excerpts: Excerpts) -> dict[str, Any]:
    return {"path": printable(place.path), "range": _range(place, place.start, place.end, excerpts)}


def _range(place: Place, start: Position, end: Position, excerpts: Excerpts) -> dict[str, Any]:
    if place.cell:  # columns of the code are none of the JSON's
        return {
            "start": {"line": excerpts.file_line(place, start.line)},
            "end": {"line": excerpts.file_line(place, end.line)},
        }
    return {"start": _position(place, start, excerpts), "end": _position(place, end, excerpts)}


def _position(place: Place, position: Position, excerpts: Excerpts) -> dict[str, int]:
    return {"line": position.line, "column": position.column + excerpts.wider(place, position)}


def _suggestions(finding: Finding, excerpts: Excerpts) -> list[dict[str, Any]]:
    """The fix, where it is one change of a module: reviewdog offers each suggestion by itself."""
    fix = finding.fix
    if fix is None or len(fix.edits) != 1 or finding.place.cell:
        return []
    edit = fix.edits[0]
    return [{"range": _range(finding.place, edit.start, edit.end, excerpts), "text": edit.text}]
