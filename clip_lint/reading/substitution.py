"""``re.sub`` on texts that are known."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace

from clip_lint.reading.lattice import one_of
from clip_lint.reading.values import OneOf, Text, Unknown, Value, options

_PLAIN_PATTERN = re.compile(
    r"(?:\[\^?(?:\\.|[^\]\\])+\]|\\[sSdDwWbB\W]|\(\?<?[=!](?:\[(?:\\.|[^\]\\])+\]|\\?[^\\()*+?{}\[\]])\)|[^\\()*+?{}\[\]])\+?|\|"
)
"""One piece of a pattern that takes no time to speak of: no groups, no repeats but a plus behind a single character."""
_MOST_PLUSES = 2
_LONGEST_SUBJECT = 200


def substitute(pattern: Value, replacement: Value, value: Value) -> Value:
    """``re.sub(pattern, replacement, value)`` of known texts by a plain pattern; each stays where it was written."""
    if not isinstance(pattern, Text) or not isinstance(replacement, Text):
        return Unknown("sub")
    is_known = not (pattern.is_holed or replacement.is_holed or "\\" in replacement.text)
    expression = _plain(pattern.text) if is_known else None
    made: list[Value] = []
    for option in options(value):
        if expression is None or not isinstance(option, Text) or len(option.text) > _LONGEST_SUBJECT:
            return Unknown("sub")
        changed = option.text if option.is_holed else expression.sub(replacement.text, option.text)
        made.append(
            replace(option, text=changed, label=changed if option.label == option.text else option.label)
        )
    return one_of(made, value.loop if isinstance(value, OneOf) else 0) if len(made) != 1 else made[0]


def _plain(pattern: str) -> re.Pattern[str] | None:
    """A pattern compiled, None where matching it could take long."""
    position = 0
    while position < len(pattern):
        piece = _PLAIN_PATTERN.match(pattern, position)
        if piece is None:
            return None
        position = piece.end()
    if pattern.count("+") > _MOST_PLUSES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern)
    except re.error:
        return None
