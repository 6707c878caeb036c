"""One line for each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from clip_lint.report.heading import heading

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.source.excerpts import Excerpts


class ConciseReport:
    """``path:line:column: CODE [severity] message``, the shape that editors and grep understand."""

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write the lines."""
        del excerpts, color
        stream.writelines(heading(finding) + "\n" for finding in findings)
