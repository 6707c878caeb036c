"""How severe a finding about a prompt is: by contrast, by how much of the prompt it is, and by intent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.core.finding import Severity
from clip_lint.reading.prompts import Task

if TYPE_CHECKING:
    from clip_lint.reading.prompts import Intent, LazyIntent, PromptSet

_NAMES = {
    "CLP101": re.compile(r"(?:^|_)(?:count|counts|counter|counting|num|number|n_?objects|how_?many|quantity|tally)(?:_|$)|[a-z](?:Count|Counts|Counter|Counting|Number)\b|^(?:Count|Counter)[A-Z]|^(?:Count|Counter)$"),
    "CLP102": re.compile(r"(?:^|_)(?:left|right|spatial|position|positions|relation|relations|location|behind|above|below|direction|layout|side)(?:_|$)"),
    "CLP103": re.compile(r"(?:^|_)(?:binding|compositional|composition|swap|swapped)(?:_|$)"),
    "CLP104": re.compile(r"(?:^|_)(?:absent|absence|missing|negation|negative|without|violation|violations|compliance)(?:_|$)"),
    "CLP107": re.compile(r"(?:^|_)(?:ocr|read_?text|read_?sign|digit|digits|plate|plates)(?:_|$)"),
}  # fmt: skip
_USES = {
    "CLP101": re.compile(r"\bargmax\b.*\+\s*\d|\bint\("),
    "CLP102": re.compile(
        r"==\s*['\"][^'\"]*\b(?:left|right|above|below|behind|front|under|inside|outside)\b"
    ),
}
_COMMENTS = {
    "CLP101": re.compile(r"\bcount(?:s|ing)?\b|\bhow many\b|\bnumber of\b", re.IGNORECASE),
    "CLP102": re.compile(r"\b(?:left or right|where is|position|spatial|relative to)\b", re.IGNORECASE),
    "CLP104": re.compile(r"\b(?:absen(?:t|ce)|is missing|not present)\b", re.IGNORECASE),
    "CLP107": re.compile(r"\bocr\b|\bread the\b", re.IGNORECASE),
}

_MOST = {"CLP107": Severity.WARNING}
"""The most that a rule says whatever the surroundings: printed words CLIP reads now and then."""


def purpose(code: str, intent: Intent | LazyIntent) -> str | None:
    """What in the surroundings shows that the code wants what CLIP cannot do, in words; None if nothing does."""
    names = _NAMES.get(code)
    if names is not None:
        for name in intent.names:
            if names.search(name):
                return f"the name `{name}` shows that the code relies on it"
    uses = _USES.get(code)
    if uses is not None:
        for use in intent.uses:
            if uses.search(use):
                return f"`{use}` shows that the code relies on it"
    comments = _COMMENTS.get(code)
    if comments is not None:
        for comment in intent.comments:
            if comments.search(comment):
                short = comment if len(comment) <= 50 else comment[:47] + "..."
                return f"the comment or docstring `{short}` shows that the code relies on it"
    return None


def graded(code: str, severity: Severity, prompts: PromptSet) -> tuple[Severity, str]:
    """The severity after intent (one step up at most, with the reason) and task (features for a trained head: a note)."""
    if prompts.task is Task.FEATURES:
        return Severity.NOTE, ""
    reason = purpose(code, prompts.intent) if severity < _MOST.get(code, Severity.ERROR) else None
    if reason is None:
        return severity, ""
    return Severity(severity + 1), f"; {reason}"
