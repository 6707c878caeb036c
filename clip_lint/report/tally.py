"""How often each rule was found."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.core.finding import Finding


def statistics(findings: Iterable[Finding]) -> list[str]:
    """A line for each code that occurs: count, code and name, the most frequent first."""
    counts = Counter((finding.code, finding.name) for finding in findings)
    if not counts:
        return []
    width = len(str(max(counts.values())))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [f"{count:>{width}}  {code}  {name}" for (code, name), count in ordered]


def summary(findings: Iterable[Finding], files: int, unreadable: int = 0) -> str:
    """What a run found, in one sentence, and how much of that is what could not be read."""
    more = f" ({unreadable:,} could not be read)" if unreadable else ""
    return f"Found {severities(findings)} in {counted(files, 'file')}{more}."


def severities(findings: Iterable[Finding]) -> str:
    """How many errors, warnings and notes, or ``nothing``."""
    counts = Counter(str(finding.severity) for finding in findings)
    parts = [counted(counts[name], name) for name in ("error", "warning", "note") if counts[name]]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts) or "nothing"


def verdicts(findings: Iterable[Finding]) -> list[str]:
    """What verification said, in one sentence, and what another model's silence means; nothing where it did not run."""
    shown = [finding.evidence for finding in findings if finding.evidence is not None]
    if not shown:
        return []
    from clip_lint.core.evidence import STAND_IN, STANDINGS  # noqa: PLC0415  (few runs verify)

    counts = Counter(each.standing for each in shown)
    parts = [f"{counts[name]:,} {name}" for name in STANDINGS if counts[name]]
    lines = [f"Verified: {', '.join(parts)}."]
    if any(each.standing == "not demonstrated" and each.checkpoint == STAND_IN for each in shown):
        lines.append(
            f"Not demonstrated says nothing against a finding: the {STAND_IN} knows drawn things only."
        )
    return lines


def counted(count: int, noun: str) -> str:
    """``1 file``, ``1,200 files``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
