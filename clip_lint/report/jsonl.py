"""The findings as JSON, one object a line, for programs that read while clip-lint writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from clip_lint.report.json import as_object, dumped

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.source.excerpts import Excerpts


class JsonlReport:
    """The objects of the format json, one a line."""

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write the lines."""
        del excerpts, color
        stream.writelines(dumped(as_object(finding)) + "\n" for finding in findings)
