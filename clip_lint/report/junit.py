"""JUnit XML, which nearly every CI system shows as test results; the dialect is that of Jenkins and GitLab."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, TextIO

from clip_lint.core.escaping import printable
from clip_lint.report.heading import location
from clip_lint.report.wording import details, sentence

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.source.excerpts import Excerpts


class JunitReport:
    """A failed test for each finding; without findings one test that passed, since some systems refuse an empty suite."""

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write the document."""
        del color
        skipped = sum(finding.suppressed for finding in findings)
        counts = f'tests="{len(findings) or 1}" failures="{len(findings) - skipped}" errors="0"'
        cases = [_case(finding, excerpts) for finding in findings]
        stream.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<testsuites name="clip-lint" {counts}>\n'
            f'<testsuite name="clip-lint" {counts} skipped="{skipped}">\n'
            + "".join(cases or ['<testcase classname="clip-lint" name="no findings"/>\n'])
            + "</testsuite>\n</testsuites>\n"
        )


def _case(finding: Finding, excerpts: Excerpts) -> str:
    place = finding.place
    attributes = _attributes(
        classname=place.path,
        name=f"{finding.code} {finding.name} at {location(place)}",
        file=place.path,
        line=str(excerpts.file_line(place, place.start.line)),
    )
    message = sentence(finding)
    if finding.suppressed:
        return f"<testcase {attributes}><skipped {_attributes(message=message)}/></testcase>\n"
    body = "\n".join([f"{location(place)}: {message}", *details(finding)])
    failure = _attributes(type=str(finding.severity), message=message)
    return f"<testcase {attributes}><failure {failure}>{escape(body)}</failure></testcase>\n"


def _attributes(**values: str) -> str:
    return " ".join(f'{name}="{escape(printable(value))}"' for name, value in values.items())
