"""Logging commands that Azure Pipelines shows as issues of a build.

The syntax and its escapes: https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from clip_lint.core.escaping import printable
from clip_lint.core.finding import Severity
from clip_lint.report.paths import in_repository
from clip_lint.report.wording import details, sentence

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.source.excerpts import Excerpts


class AzureReport:
    """One issue for each finding; Azure knows errors and warnings only, so a note is a warning."""

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write the commands."""
        del color
        stream.writelines(_command(finding, excerpts) + "\n" for finding in findings)


def _command(finding: Finding, excerpts: Excerpts) -> str:
    place = finding.place
    properties = {
        "type": "error" if finding.severity is Severity.ERROR else "warning",
        "sourcepath": printable(in_repository(place.path, excerpts.base)),
        "linenumber": str(excerpts.file_line(place, place.start.line)),
        "columnnumber": "1" if place.cell else str(place.start.column),
        "code": finding.code,
    }
    listed = "".join(f"{key}={_property(value)};" for key, value in properties.items())
    message = ". ".join([sentence(finding), *details(finding)])
    return f"##vso[task.logissue {listed}]{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
