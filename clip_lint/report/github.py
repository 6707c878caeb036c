"""Workflow commands that GitHub shows as annotations in a pull request.

The syntax and its escapes: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands.
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

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


class GithubReport:
    """One annotation for each finding; errors first, because GitHub shows only the first few of a step."""

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write the commands."""
        del color
        ordered = sorted(findings, key=lambda each: -each.severity)
        stream.writelines(_command(finding, excerpts.base) + "\n" for finding in ordered)


def _command(finding: Finding, base: str) -> str:
    place = finding.place
    properties = {"file": printable(in_repository(place.path, base))}
    if (
        not place.cell
    ):  # GitHub counts lines of the JSON, which nobody reads: the message says the cell and its line
        properties["line"] = str(place.start.line)
        properties["endLine"] = str(place.end.line)
        if place.start.line == place.end.line:  # columns of several lines are refused
            properties["col"] = str(place.start.column)
            properties["endColumn"] = str(place.end.column)
    properties["title"] = f"{finding.code} {finding.name}"
    message = "\n".join([sentence(finding), *details(finding)])
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
