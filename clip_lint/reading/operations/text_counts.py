"""How many texts a value holds."""

from __future__ import annotations

import re
from dataclasses import replace

from clip_lint.reading.marks import FIELD
from clip_lint.reading.values import OneOf, Seq, Text, Unknown, Value
from clip_lint.reading.values.plain import ENTRY

_ONE_TEXT = re.compile(r"(?:caption|sentence|question)_?\d?")

_PART_OF_FIELD = f"{FIELD}.part"
NAMED = "named"
"""The source of what is known by a variable's name alone."""


def calls_one(name: str) -> bool:
    """Whether a variable's name says that it holds one text."""
    return _ONE_TEXT.fullmatch(name) is not None


def _is_called_one(value: Unknown) -> bool:
    """Whether a variable or parameter is called one text. A column of a table, or an entry of a batch, is called so and holds many."""
    if value.source == FIELD:
        return True
    is_own = value.source == NAMED or (value.is_parameter and value.source != ENTRY)
    return is_own and calls_one(value.name)


def of_field(value: Value) -> Value:
    """What a text field holds: one text, and what nobody knows of it is for the user to say."""
    if isinstance(value, OneOf):
        return replace(value, options=tuple(map(of_field, value.options)))
    return replace(value, source=FIELD) if isinstance(value, Unknown) else value


def past_text(source: str) -> str:
    """The source of what is made of a value: parts of one text are several, or none."""
    return _PART_OF_FIELD if source == FIELD else source


def text_count(value: Value | None) -> int | None:
    """How many texts one call gets, None where that is not known."""
    if isinstance(value, Text) or (isinstance(value, Unknown) and _is_called_one(value)):
        return 1
    if (
        isinstance(value, OneOf)
        and value.options
        and all(isinstance(option, (Text, Unknown)) and text_count(option) == 1 for option in value.options)
    ):
        return 1
    if isinstance(value, Seq) and value.is_whole:
        if any(isinstance(item, (Unknown, Seq)) for item in value.items) and value.kind == "generator":
            return None
        return len(value.items)
    return None
