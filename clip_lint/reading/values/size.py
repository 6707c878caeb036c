"""How large a value is: what is larger than any list of prompts is not followed.

Values share their parts, so a few lines can make one that is as a tree much larger than memory: `x = [x, x]`, forty times.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

from clip_lint.reading.values.base import Value
from clip_lint.reading.values.models import Component
from clip_lint.reading.values.plain import Class, Const, External, Instance, ModuleRef, Text, Unknown

MOST_PARTS = 100_000
"""Values inside a value, each as often as it stands there."""
MOST_LETTERS = 500_000
"""Letters of a text: a file of labels may be read whole."""
MOST_WRITTEN = 20_000
"""Letters of a text that is put together from others."""
MOST_BITS = 1_000
"""Of a whole number; a longer one is no number of labels, and has no logarithm, root or decimal form that we would ask for."""
MOST_LEVELS = 60
"""Containers inside one another."""

_LETTERS_FOR_ONE = 200
_LEAVES = frozenset({Unknown, External, ModuleRef, Class, Instance, Component})


def is_too_large(value: Value) -> bool:
    """Whether a value is larger than anything that is worth following."""
    kind = type(value)
    if kind in _LEAVES:
        return False
    if isinstance(value, Text):
        return len(value.text) > MOST_LETTERS
    if isinstance(value, Const):
        return type(value.value) is int and value.value.bit_length() > MOST_BITS
    parts, levels = _size(value)
    return parts > MOST_PARTS or levels > MOST_LEVELS


def _size(value: Value) -> tuple[int, int]:
    """The parts of a value and how deep they lie; worked out once, as values never change."""
    try:
        return value.size
    except AttributeError:
        pass
    parts, levels = 1, 0
    own: Any = type(value)
    for name in _names(own):
        pending = [getattr(value, name)]
        while pending:
            inner = pending.pop()
            kind = type(inner)
            if kind is tuple:
                pending += inner
            elif kind is Text:  # most parts are texts: a call for each would be most of the work
                parts, levels = parts + 1 + len(inner.text) // _LETTERS_FOR_ONE, levels or 1
            elif kind is Const or kind in _LEAVES:
                parts, levels = parts + 1, levels or 1
            elif isinstance(inner, Value):
                more, below = _size(inner)
                parts, levels = parts + more, max(levels, below + 1)
    object.__setattr__(value, "size", (parts, levels))
    return parts, levels


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
