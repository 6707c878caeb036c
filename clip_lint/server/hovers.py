"""What an editor shows under the pointer: the finding, its repair in words, and the rule's card."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.core.cards import load_cards
from clip_lint.core.finding import Applicability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.core.cards import Rule
    from clip_lint.core.finding import Finding, Fix

_CODE = re.compile(r"\bCLP\d{3}\b", re.IGNORECASE)
_REFERENCE = re.compile(r"\[([^\]]*)\]\((?:\.\./)?references/(\w+)\.md(?:#[\w-]*)?\)")
_SHOWN = ("What it does", "Why it is bad", "Fix safety", "Alternatives", "Verification")


def code_at(line: str, column: int) -> str | None:
    """The rule's code that a line names in a comment around a column (from 1), such as in ``# noqa: CLP201``."""
    if "#" not in line:
        return None
    for match in _CODE.finditer(line, line.index("#")):
        if match.start() < column <= match.end() + 1:
            return match.group().upper()
    return None


def hover(findings: Sequence[Finding], code: str | None = None) -> str | None:
    """Markdown for the findings at a place, and for a code that is named there; None where there is nothing to say."""
    cards = load_cards()
    shown: list[str] = []
    for finding in findings:
        parts = [f"**{finding.code}** {finding.severity}: {finding.message}"]
        if finding.help:
            parts.append(f"help: {finding.help}")
        if finding.fix is not None:
            parts.append(_repair(finding.fix))
        shown.append("\n\n".join(parts))
    codes = dict.fromkeys([*(finding.code for finding in findings), *([code] if code else [])])
    shown += [card(cards[each]) for each in codes if each in cards]
    return "\n\n---\n\n".join(shown) or None


def card(rule: Rule) -> str:
    """A rule's card for reading beside the code: without its examples, links as commands."""
    parts = [f"### {rule.code}: {rule.name}", rule.summary]
    if rule.retired:
        parts.append(f"Retired: {rule.retired}")
    for title in _SHOWN:
        text = rule.sections.get(title, "").strip()
        if text:
            parts += [f"#### {title}", _REFERENCE.sub(r"\1 (`clip-lint explain \2`)", text)]
    return "\n\n".join(parts)


def _repair(fix: Fix) -> str:
    """A fix in words; a suggestion's program as a block."""
    head, _, program = fix.message.partition("\n\n")
    named = {Applicability.SAFE: "safe fix", Applicability.UNSAFE: "unsafe fix"}.get(
        fix.applicability, "suggestion"
    )
    return f"{named}: {head}" + (f"\n\n```python\n{program.strip()}\n```" if program.strip() else "")
