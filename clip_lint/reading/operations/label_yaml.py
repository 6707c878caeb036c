"""YAML as label files have it, read by PyYAML within bounds; every text keeps its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

MOST_CHARACTERS = 250_000
MOST_VALUES = 50_000
"""Aliases count with all that they stand for: nine lines of aliases of aliases can mean a billion values."""
DEEPEST = 30
_MERGE = "tag:yaml.org,2002:merge"
_NOT_TEXT = re.compile(r"(?:[&!]\S*\s+)+")
"""Anchors and tags before a text."""
_STANDARD = "tag:yaml.org,2002:"


class LabelFileError(ValueError):
    """A text is no YAML that a label file has."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text and where it stands: its line and columns, counted from 0."""

    text: str
    line: int = field(compare=False)
    start: int = field(compare=False)
    end: int = field(compare=False)

    def __str__(self) -> str:
        return self.text


def read_yaml(text: str) -> object:
    """Lists, mappings, numbers and texts (`Written`); LabelFileError where it is not one document of those, or too much."""
    import yaml  # noqa: PLC0415  (only where a program reads YAML)

    if len(text) > MOST_CHARACTERS:
        raise LabelFileError("more than a label file holds")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        return _Builder(loader, yaml, text.splitlines()).document()
    except yaml.YAMLError as error:
        raise LabelFileError(str(error)) from None
    finally:
        loader.dispose()


class _Builder:
    """Builds data from the parser's events, so that depth and size are known before anything grows."""

    def __init__(self, loader: Any, yaml: Any, lines: list[str]) -> None:
        self._loader = loader
        self._yaml = yaml
        self._lines = lines
        self._anchors: dict[str, tuple[object, int]] = {}
        """What an anchor stands for, and how many values that is."""
        self._values = 0

    def document(self) -> object:
        """The one document of the text; None where it is empty."""
        events = self._yaml.events
        self._next()  # the stream begins
        if isinstance(self._next(), events.StreamEndEvent):
            return None
        value = self._value(self._next(), 0)
        self._next()  # the document ends
        if not isinstance(self._next(), events.StreamEndEvent):
            raise LabelFileError("several documents")
        return value

    def _next(self) -> Any:
        return self._loader.get_event()

    def _value(self, event: Any, depth: int) -> object:
        events = self._yaml.events
        if isinstance(event, events.AliasEvent):
            if event.anchor not in self._anchors:
                raise LabelFileError("an alias of something that is not complete")
            value, size = self._anchors[event.anchor]
            self._count(size)
            return value
        before = self._values
        self._count(1)
        if depth > DEEPEST:
            raise LabelFileError("nested too deeply")
        if isinstance(event, events.SequenceStartEvent):
            value = self._sequence(depth)
        elif isinstance(event, events.MappingStartEvent):
            value = self._mapping(depth)
        else:
            value = self._scalar(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, self._values - before)
        return value

    def _count(self, values: int) -> None:
        self._values += values
        if self._values > MOST_VALUES:
            raise LabelFileError("more values than a label file holds")

    def _sequence(self, depth: int) -> list[object]:
        found = []
        while not isinstance(event := self._next(), self._yaml.events.SequenceEndEvent):
            found.append(self._value(event, depth + 1))
        return found

    def _mapping(self, depth: int) -> dict[object, object]:
        found: dict[object, object] = {}
        merged: list[object] = []
        while not isinstance(event := self._next(), self._yaml.events.MappingEndEvent):
            is_merge = self._tag(event) == _MERGE
            key = None if is_merge else self._value(event, depth + 1)
            value = self._value(self._next(), depth + 1)
            if is_merge:
                merged += value if isinstance(value, list) else [value]
            elif isinstance(key, (list, dict)):
                raise LabelFileError("a key that is no plain value")
            else:
                found[key] = value
        for other in merged:
            if not isinstance(other, dict):
                raise LabelFileError("what is merged must be a mapping")
            found = {**other, **found}
        return found

    def _tag(self, event: Any) -> str:
        if not isinstance(event, self._yaml.events.ScalarEvent):
            return ""
        if event.tag is not None and event.tag != "!":
            return str(event.tag)
        return str(self._loader.resolve(self._yaml.ScalarNode, event.value, event.implicit))

    def _scalar(self, event: Any) -> object:
        tag = self._tag(event)
        kind = tag.removeprefix(_STANDARD)
        if kind in {"int", "float", "bool", "null"}:
            node = self._yaml.ScalarNode(tag, event.value)
            value: object = getattr(self._loader, f"construct_yaml_{kind}")(node)
            return value
        if kind == "str":
            return self._written(event)
        if kind in {"timestamp", "binary"}:
            return ...  # no text and no number
        raise LabelFileError(f"a tag that is not known: {tag}")

    def _written(self, event: Any) -> Written:
        """A text with its place; of one that goes over several lines, its first."""
        first, last = event.start_mark, event.end_mark
        line, start, end = first.line, first.column, last.column
        if event.style in {"|", ">"}:
            line += 1  # the text begins below the sign
            below = self._lines[line] if line < len(self._lines) else ""
            start, end = len(below) - len(below.lstrip()), len(below)
        elif last.line != first.line:
            end = len(self._lines[line])
        if event.style not in {"|", ">"} and (before := _NOT_TEXT.match(self._lines[line], start)):
            start = before.end()
        return Written(event.value, line, start, max(end, start + 1))
