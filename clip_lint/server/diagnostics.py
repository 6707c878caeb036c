"""Findings as the protocol's diagnostics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.uris import from_fs_path

from clip_lint.core.finding import Severity
from clip_lint.core.home import rule_url
from clip_lint.server.open_files import path_of
from clip_lint.server.positions import Lines
from clip_lint.source.suppressions import UNUSED_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place
    from clip_lint.server.buffers import Open, Part

SOURCE = "clip-lint"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}


class Translator:
    """From findings to diagnostics, for one state of the open documents.

    ``encoding`` is the one that was agreed on for columns. A place in a file that is not open is given by its line alone:
    nobody read the line to count its characters.
    """

    def __init__(self, documents: Sequence[Open], encoding: types.PositionEncodingKind | str) -> None:
        self._documents = {document.opened.path: document for document in documents}
        self._encoding = encoding
        self._lines: dict[str, Lines] = {}

    def lines(self, part: Part) -> Lines:
        """The lines of a text, split once."""
        if part.uri not in self._lines:
            self._lines[part.uri] = Lines(part.text, self._encoding)
        return self._lines[part.uri]

    def located(self, place: Place) -> tuple[Part, types.Range] | None:
        """The open text in which a place lies, and where; None where it lies in none."""
        document = self._documents.get(path_of(place.path))
        part = document.part(place.cell) if document is not None else None
        return (part, self.lines(part).range_of(place)) if part is not None else None

    def diagnostic(self, finding: Finding) -> types.Diagnostic | None:
        """One finding; None where its text is not open."""
        located = self.located(finding.place)
        if located is None:
            return None
        related = [
            types.DiagnosticRelatedInformation(self._location(each.place), each.message)
            for each in finding.related
        ]
        return types.Diagnostic(
            located[1],
            f"{finding.message}\nhelp: {finding.help}" if finding.help else finding.message,
            severity=_SEVERITIES[finding.severity],
            code=finding.code,
            code_description=types.CodeDescription(url) if (url := rule_url(finding.code)) else None,
            source=SOURCE,
            tags=[types.DiagnosticTag.Unnecessary] if finding.code == UNUSED_CODE else None,
            related_information=related or None,
            data={"fingerprint": finding.fingerprint},
        )

    def by_uri(
        self, document: Open, findings: Sequence[Finding]
    ) -> Iterator[tuple[Part, list[types.Diagnostic]]]:
        """Each text of a document with its diagnostics."""
        for part in document.parts:
            own = (each for each in findings if each.place.cell == part.cell)
            yield part, [made for each in own if (made := self.diagnostic(each)) is not None]

    def _location(self, place: Place) -> types.Location:
        located = self.located(place)
        if located is not None:
            return types.Location(located[0].uri, located[1])
        line = place.start.line - 1
        around = types.Range(types.Position(line, 0), types.Position(line, 0))
        return types.Location(from_fs_path(path_of(place.path)) or "", around)
