"""The findings as a JSON list, the form that other programs read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TextIO

from clip_lint.core import home

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.core.finding import Finding, Fix
    from clip_lint.core.place import Place, Position
    from clip_lint.source.excerpts import Excerpts


class JsonReport:
    """A list with one object for each finding."""

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write the list, one object a line."""
        del excerpts, color
        write_list(stream, (dumped(as_object(finding)) for finding in findings))
        stream.write("\n")


def write_list(stream: TextIO, rows: Iterable[str]) -> None:
    """A JSON list of these values, one a line; none of them is kept, since thousands may be long."""
    stream.write("[")
    stream.writelines(f",\n {row}" if number else row for number, row in enumerate(rows))
    stream.write("]")


def as_object(finding: Finding) -> dict[str, Any]:
    """A finding as JSON values; lines and columns count from 1, columns in code points, ends are exclusive."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": str(finding.severity),
        "message": finding.message,
        "help": finding.help,
        "url": home.rule_url(finding.code) or None,
        **_place(finding.place),
        "related": [{**_place(related.place), "message": related.message} for related in finding.related],
        "model": finding.model,
        "fingerprint": finding.fingerprint,
        "suppressed": finding.suppressed,
        "fix": _fix(finding.fix, finding.place.cell),
        "evidence": finding.evidence.to_json() if finding.evidence is not None else None,
    }


def dumped(value: object, indent: int | None = None) -> str:
    """``value`` as JSON in ASCII; it escapes every control character but one by itself."""
    return json.dumps(value, indent=indent).replace("\x7f", "\\u007f")


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}


def _place(place: Place) -> dict[str, Any]:
    return {
        "path": place.path,
        "cell": place.cell or None,
        "start": _position(place.start),
        "end": _position(place.end),
    }


def _fix(fix: Fix | None, cell: int) -> dict[str, Any] | None:
    if fix is None:
        return None
    return {
        "applicability": fix.applicability.value,
        "message": fix.message,
        "edits": [
            {
                "cell": (cell if edit.cell is None else edit.cell) or None,
                "start": _position(edit.start),
                "end": _position(edit.end),
                "text": edit.text,
            }
            for edit in fix.edits
        ],
    }
