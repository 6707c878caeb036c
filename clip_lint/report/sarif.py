"""SARIF 2.1.0, which code scanning services and editors read.

The standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, TextIO

from clip_lint.core import home, unreadable
from clip_lint.core.cards import load_rules
from clip_lint.core.escaping import printable
from clip_lint.core.version import __version__
from clip_lint.report.json import dumped
from clip_lint.report.paths import in_repository, uri

if TYPE_CHECKING:
    from clip_lint.core.cards import Rule
    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place, Position
    from clip_lint.source.excerpts import Excerpts

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "clipLint/v1"
_ROOT = "%SRCROOT%"
_LINK = re.compile(r"\[([^\[\]]*)\](?=\()")
_CARD_LINK = re.compile(r"\[([^\[\]]*)\]\((?!https?://)[^()\s]*\)")


class SarifReport:
    """One run with a result for each finding, and the cards of the rules that were found."""

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write the log."""
        del color
        codes = list(dict.fromkeys(sorted(finding.code for finding in findings)))
        rules = load_rules()
        writer = _Results(codes, excerpts, are_suppressed=any(each.suppressed for each in findings))
        log = {
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {
                        "driver": {
                            "name": "clip-lint",
                            "semanticVersion": __version__,
                            **({"informationUri": about} if (about := home.SITE or home.REPOSITORY) else {}),
                            "rules": [
                                _rule(rules[code]) if code in rules else _ruleless(code) for code in codes
                            ],
                        }
                    },
                    "columnKind": "unicodeCodePoints",
                    "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository."}}},
                    "results": [writer.result(finding) for finding in findings],
                }
            ],
        }
        stream.write(dumped(log, indent=1) + "\n")


def _rule(rule: Rule) -> dict[str, Any]:
    markdown = _CARD_LINK.sub(r"\1", rule.markdown).strip()
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": _plain(rule.summary)},
        "fullDescription": {"text": _plain(" ".join(rule.sections["What it does"].split()))},
        "help": {"text": markdown, "markdown": markdown},
        **({"helpUri": url} if (url := home.rule_url(rule.code)) else {}),
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": {"tags": ["clip", rule.name], "precision": "medium" if rule.is_preview else "high"},
    }


def _ruleless(code: str) -> dict[str, Any]:
    """What has no card: files that could not be read."""
    if code != unreadable.CODE:
        return {"id": code}
    return {
        "id": code,
        "name": unreadable.NAME.capitalize(),
        "shortDescription": {"text": unreadable.SUMMARY},
        "help": {"text": unreadable.ABOUT, "markdown": unreadable.ABOUT},
        "defaultConfiguration": {"level": "error"},
    }


def _plain(text: str) -> str:
    """Text of a SARIF message, in which ``[words](1)`` would be a link."""
    return _LINK.sub(r"\\[\1\\]", printable(text))


def _said(finding: Finding) -> str:
    place = finding.place
    return f"cell {place.cell}, line {place.start.line}: {finding.message}" if place.cell else finding.message


class _Results:
    """Findings as results of one run."""

    def __init__(self, codes: list[str], excerpts: Excerpts, *, are_suppressed: bool) -> None:
        self._codes = codes
        self._excerpts = excerpts
        self._are_suppressed = are_suppressed

    def result(self, finding: Finding) -> dict[str, Any]:
        """One result."""
        made: dict[str, Any] = {
            "ruleId": finding.code,
            "ruleIndex": self._codes.index(finding.code),
            "level": str(finding.severity),
            "message": {"text": "\n".join(_plain(part) for part in (_said(finding), finding.help) if part)},
            "locations": [self._location(finding.place)],
            "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        }
        if finding.related:
            made["relatedLocations"] = [
                {"id": number, **self._location(each.place), "message": {"text": _plain(each.message)}}
                for number, each in enumerate(finding.related, 1)
            ]
        fix = self._fix(finding)
        if fix is not None:
            made["fixes"] = [fix]
        if self._are_suppressed:  # the standard wants the array on every result of a run, or on none
            made["suppressions"] = (
                [{"kind": "external" if finding.known else "inSource", "status": "accepted"}]
                if finding.suppressed
                else []
            )
        properties: dict[str, Any] = {"model": finding.model} if finding.model else {}
        if finding.place.cell:
            properties["cell"] = finding.place.cell
            properties["line"] = finding.place.start.line
            properties["column"] = finding.place.start.column
        if finding.evidence is not None:
            properties["evidence"] = finding.evidence.to_json()
        if properties:
            made["properties"] = properties
        return made

    def _location(self, place: Place) -> dict[str, Any]:
        location: dict[str, Any] = {
            "physicalLocation": {
                "artifactLocation": self._artifact(place),
                "region": self._region(place, place.start, place.end),
            }
        }
        if place.cell:
            location["logicalLocations"] = [{"name": f"cell {place.cell}", "kind": "module"}]
        return location

    def _artifact(self, place: Place) -> dict[str, str]:
        path = in_repository(place.path, self._excerpts.base)
        if path.startswith("../"):
            path = os.path.normpath(os.path.join(self._excerpts.base, path))
        return {"uri": uri(path)} if os.path.isabs(path) else {"uri": uri(path), "uriBaseId": _ROOT}

    def _region(self, place: Place, start: Position, end: Position) -> dict[str, int]:
        if place.cell:
            lines = (self._excerpts.file_line(place, each.line) for each in (start, end))
            return dict(zip(("startLine", "endLine"), lines, strict=True))
        return {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        }

    def _fix(self, finding: Finding) -> dict[str, Any] | None:
        """The fix as replacements; none in a notebook, whose JSON a replaced range would break."""
        fix = finding.fix
        if fix is None or not fix.edits or finding.place.cell:
            return None
        replacements = [
            {
                "deletedRegion": self._region(finding.place, edit.start, edit.end),
                "insertedContent": {"text": edit.text},
            }
            for edit in fix.edits
        ]
        return {
            "description": {"text": _plain(fix.message)},
            "artifactChanges": [
                {"artifactLocation": self._artifact(finding.place), "replacements": replacements}
            ],
            "properties": {"applicability": fix.applicability.value},
        }
