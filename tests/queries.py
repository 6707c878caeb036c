"""What `query` answers to a text, or to labels between bars."""

from __future__ import annotations

from clip_lint.core.finding import Severity
from clip_lint.engine.query import Answer, answer
from clip_lint.engine.requests import Request


def asked(text: str) -> Answer:
    texts = tuple(text.split(" | "))
    return answer(Request(texts, is_set=len(texts) > 1))


def warned(text: str) -> set[str]:
    return {found.code for found in asked(text).findings if found.severity >= Severity.WARNING}
