"""What services and other libraries' calls give back: objects and mappings of which some entries are known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.operations.call import text_of
from clip_lint.reading.values import UNKNOWN, Answer, Dict, Features, Seq, Text, Unknown, Value, options

if TYPE_CHECKING:
    from collections.abc import Iterable

_OPENS = frozenset(
    {"json", "read", "decode", "model_dump", "dict", "to_dict", "raise_for_status", "result", "get_json"}
)
"""Methods that give what an answer holds, or the answer itself."""
_WRAPS = frozenset({"body", "text", "content", "data", "raw", "output"})
"""Fields that hold the whole answer, where the table knows none of that name."""


def placed(features: Features, places: Iterable[str]) -> Value:
    """Vectors in the places of an answer: keys and attributes, ``*`` for each of a list; themselves where none is named."""
    found = [_placed(features, tuple(each.split("."))) for each in places]
    if not found:
        return features
    made = found[0]
    for other in found[1:]:
        made = merged(made, other)
    return made


def _placed(features: Features, path: tuple[str, ...]) -> Value:
    if not path:
        return features
    first, *rest = path
    if first == "*":
        row = replace(features, axes=("dim",), count=1)
        known = features.count if features.axes is not None and len(features.axes) > 1 else None
        inner = _placed(row, tuple(rest))
        return Seq((inner,) * (known or 1), "list" if known else "generator", known is not None)
    if first.isdigit():
        position = int(first)
        return Seq((UNKNOWN,) * position + (_placed(features, tuple(rest)),), "tuple", is_whole=False)
    return Answer(((Text(first), _placed(features, tuple(rest))),))


def merged(one: Value, other: Value) -> Value:
    """Two answers as one."""
    if not isinstance(one, Answer) or not isinstance(other, Answer):
        return one
    entries = {key.text: value for key, value in one.entries if isinstance(key, Text)}
    for key, value in other.entries:
        if isinstance(key, Text):
            entries[key.text] = merged(entries[key.text], value) if key.text in entries else value
    return Answer(tuple((Text(name), value) for name, value in entries.items()))


def answer_field(held: Answer, name: str) -> Value:
    """What stands in an answer under a name, or the answer where that is what holds all of it."""
    found = held.get(name)
    if found is not None:
        return found
    return held if name in _WRAPS else Unknown(name)


def answer_method(held: Answer, name: str, values: list[Value]) -> Value:
    """A method of an answer: what opens it gives what is in it."""
    if name == "get" and values:
        return answer_field(held, text_of(values[0]) or "")
    return held.get(name) or (held if name in _OPENS else Unknown(name))


def packed(value: Value) -> Value | None:
    """A mapping written as JSON, to be sent; None where no mapping is known."""
    known = [each for each in options(value) if isinstance(each, Dict) and each.entries]
    return Answer(known[0].entries) if len(known) == 1 else None
