"""Slots of templates that reach a model as they are written, and templates that have none."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.values import OneOf, Text, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

_SLOT = re.compile(
    r"(?<![\w\\{}$])\{(?:[A-Za-z_]\w*(?:\.\w+(?:\(\))?|\[[\w'\"]+\])*|0)?(?:![rs])?\}(?!\})"
    r"|(?<![\w%])%s(?!\w)"
)
"""What `format`, an f-string or `%` fills; braces of formulas and of code stand behind a backslash, a dollar sign or a word."""
HELD_NOTHING = "a template without a slot"
"""The source of a text that a label was to go into."""
UNKNOWN_KEY = "a slot of another name"
"""The source of a text whose slot has a name, where the library fills one without."""


def slots(text: str) -> tuple[str, ...]:
    """The slots that stand in a text, as they are written."""
    return tuple(match[0] for match in _SLOT.finditer(text))


def pattern(text: str) -> str:
    """A text with its slots alike, so that templates of one form are the same."""
    return _SLOT.sub("{}", text)


def unfilled(text: Text) -> str:
    """The slot of a known text that nothing has filled, or why a label went nowhere; empty where nothing is wrong.

    What stands in a file may be filled by whoever reads it.
    """
    if text.written is not None:
        return ""
    if text.source in {HELD_NOTHING, UNKNOWN_KEY}:
        return text.source
    if text.is_holed or text.label is not None:
        return ""
    return next(iter(slots(text.text)), "")


def without_slot(template: Text, made: Value) -> Value:
    """What `format` makes of a template that has no slot for what it is given."""
    if template.is_holed or not template.text.strip() or not isinstance(made, Text):
        return made
    return made if _fields(template.text) else replace(made, source=HELD_NOTHING)


def of_library(template: Value, filled: Sequence[Value]) -> tuple[Value, ...]:
    """Labels in a template that a library fills by position, with what is wrong of the template."""
    if isinstance(template, OneOf) or not isinstance(template, Text) or template.is_holed:
        return tuple(filled)
    named = [name for name in _fields(template.text) if name and not name.isdigit()]
    if not named:
        return tuple(filled)
    return tuple(
        replace(each, source=UNKNOWN_KEY, holes=(named[0],)) if isinstance(each, Text) else each
        for each in filled
    )


def _fields(text: str) -> list[str]:
    """The names of what `format` would fill; of a text that it refuses, one without a name."""
    try:
        return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return [""]
