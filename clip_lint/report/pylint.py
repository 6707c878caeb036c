"""The lines of pylint's parseable output, which many CI plugins and editors read."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from clip_lint.core.escaping import printable
from clip_lint.report.wording import sentence

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.source.excerpts import Excerpts


class PylintReport:
    """``path:line: [CODE(name), ] message``."""

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write the lines."""
        del color
        for finding in findings:
            place = finding.place
            line = excerpts.file_line(place, place.start.line)
            stream.write(
                f"{printable(place.path)}:{line}: [{finding.code}({finding.name}), ] {sentence(finding)}\n"
            )
