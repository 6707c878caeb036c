"""A finding's words for programs that show nothing else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.core.escaping import printable
from clip_lint.core.evidence import summary

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding


def sentence(finding: Finding) -> str:
    """The message on one line; in a notebook after its cell and line, which no file position can say."""
    place = finding.place
    cell = f"cell {place.cell}, line {place.start.line}: " if place.cell else ""
    mark = "(suppressed) " if finding.suppressed else ""
    return f"{mark}{cell}{printable(finding.message)}"


def details(finding: Finding) -> list[str]:
    """What goes below the message: what to do, and what was measured; a line each."""
    lines = []
    if finding.help:
        lines.append(f"help: {printable(finding.help)}")
    if finding.evidence is not None:
        lines.append(f"evidence: {printable(summary(finding.evidence))}")
    return lines
