"""Texts of which a program keeps a part: by what it does with them, and by what it calls the function that does it."""

from __future__ import annotations

import re
from dataclasses import replace

from clip_lint.reading.lattice import one_of
from clip_lint.reading.values import OneOf, Seq, Text, Unknown, Value, options
from clip_lint.reading.values.plain import SHORTENED

_SHORTENS = re.compile(
    r"truncat|shorten|abbreviat|(?:^|_)(?:clip|cut|trim|crop|limit|cap|clamp|fit)_?(?:to_|text|prompt|query|caption|sentence|str|word|token|len)",
    re.IGNORECASE,
)


def says_it_shortens(name: str) -> bool:
    """Whether a function is called after keeping a part of a text only."""
    return _SHORTENS.search(name) is not None


def cut_short(value: Value) -> Value:
    """What a function gives that shortens texts: of none of them is known how long it was."""
    return one_of([_cut(option) for option in options(value)], value.loop if isinstance(value, OneOf) else 0)


def _cut(value: Value) -> Value:
    if isinstance(value, Unknown):
        return replace(value, name=SHORTENED)
    if isinstance(value, Text) and value.is_holed:
        return replace(value, holes=tuple(SHORTENED for _ in value.holes))
    if isinstance(value, Seq):
        return replace(value, items=tuple(map(cut_short, value.items)))
    return value


def is_shortened(value: Value) -> bool:
    """Whether the program keeps a part of each text only; where one path does, it knows how long texts may be."""
    if isinstance(value, Seq):
        return bool(value.items) and all(map(is_shortened, value.items))
    open_ends = [
        option.name if isinstance(option, Unknown) else option.hole
        for option in options(value)
        if isinstance(option, Unknown) or (isinstance(option, Text) and option.is_holed)
    ]
    return any(name == SHORTENED or says_it_shortens(name) for name in open_ends)
