"""A finding in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.core.escaping import printable

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.core.place import Place


def location(place: Place) -> str:
    """``path:line:column``, in a notebook ``path:cell N:line:column``."""
    cell = f":cell {place.cell}" if place.cell else ""
    return f"{printable(place.path)}{cell}:{place.start.line}:{place.start.column}"


def where(place: Place) -> str:
    """``path:line``, in a notebook ``path:cell N:line``."""
    return location(place).rpartition(":")[0]


def heading(finding: Finding) -> str:
    """``location: CODE [severity] message``."""
    mark = " (suppressed)" if finding.suppressed else ""
    return (
        f"{location(finding.place)}: {finding.code} [{finding.severity}]{mark} {printable(finding.message)}"
    )
