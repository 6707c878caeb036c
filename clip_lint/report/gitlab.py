"""GitLab's Code Quality report, which merge requests show beside the changed lines.

The format: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from clip_lint.core.escaping import printable
from clip_lint.core.finding import Severity
from clip_lint.report.json import dumped, write_list
from clip_lint.report.paths import in_repository
from clip_lint.report.wording import details, sentence

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.source.excerpts import Excerpts

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}


class GitlabReport:
    """A list with one issue for each finding."""

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write the list, one issue a line."""
        del color
        write_list(stream, (dumped(_issue(finding, excerpts)) for finding in findings))
        stream.write("\n")


def _issue(finding: Finding, excerpts: Excerpts) -> dict[str, Any]:
    place = finding.place
    return {
        "description": f"{finding.code}: {sentence(finding)}",
        "check_name": finding.code,
        "content": {"body": "\n".join(details(finding))},
        "categories": ["Bug Risk"],
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": printable(in_repository(place.path, excerpts.base)),
            "lines": {
                "begin": excerpts.file_line(place, place.start.line),
                "end": excerpts.file_line(place, place.end.line),
            },
        },
    }
