"""What stands in an opened file: parsed JSON and YAML, rows and columns of tables."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.core.place import Place, Position
from clip_lint.reading.operations.call import text_of
from clip_lint.reading.operations.label_yaml import Written
from clip_lint.reading.values import UNKNOWN, Const, Dict, LazyPlace, Seq, Text, Value

if TYPE_CHECKING:
    from clip_lint.reading.arguments import Arguments
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes

MOST_LINES = 5000


def whole(lines: Value | None) -> Value:
    """What ``read()`` gives of an opened file."""
    if not isinstance(lines, Seq) or not lines.is_whole:
        return UNKNOWN
    parts = [item for item in lines.items if isinstance(item, Text)]
    written = parts[0].written if parts else None
    return Text("".join(part.text for part in parts), lines.place, written=written)


def parsed(content: Seq | Text, node: nodes.Call, run: Run, parse: object) -> Value | None:
    """The value that the text of a JSON or YAML file stands for; None where it is none."""
    text = whole(content) if isinstance(content, Seq) else content
    if not isinstance(text, Text) or text.is_holed or not callable(parse):
        return None
    try:
        value = parse(text.text)
    except (ValueError, RecursionError):
        return None
    return _Finder(text, LazyPlace(run.scope.source, node)).value(value)


class _Finder:
    """Turns parsed data into values; texts are found in the file from top to bottom, as the data has them."""

    def __init__(self, content: Text, place: LazyPlace) -> None:
        self._content = content
        self._place = content.place or place
        self._position = 0
        self._line = content.written.start.line if content.written is not None else 1

    def value(self, data: object, depth: int = 0, name: str = "") -> Value:
        """The value of parsed data; ``name`` is the key it stands under."""
        if isinstance(data, Written):
            return Text(data.text, self._place, written=self._place_of(data))
        if isinstance(data, str):
            return Text(data, self._place, written=self._written(data))
        if isinstance(data, list) and depth < 8:
            items = tuple(self.value(item, depth + 1) for item in data[:MOST_LINES])
            return Seq(items, "list", len(data) <= MOST_LINES, self._place, name)
        if isinstance(data, dict) and depth < 8:
            entries = tuple(
                (self.value(key, depth + 1), self.value(item, depth + 1, str(key)))
                for key, item in list(data.items())[:MOST_LINES]
            )
            return Dict(entries, len(data) <= MOST_LINES, self._place)
        return Const(data) if isinstance(data, (int, float, bool)) or data is None else UNKNOWN

    def _place_of(self, data: Written) -> Place | None:
        if self._content.written is None:
            return None
        line = self._content.written.start.line + data.line
        first, last = Position(line, data.start + 1), Position(line, data.end + 1)
        return Place(self._content.written.path, 0, first, last)

    def _written(self, text: str) -> Place | None:
        if self._content.written is None:
            return None
        content = self._content.text
        for form in (json.dumps(text, ensure_ascii=False), json.dumps(text), text):
            found = content.find(form, self._position)
            if found >= 0:
                self._line += content.count("\n", self._position, found)
                self._position = found
                start = found - (content.rfind("\n", 0, found) + 1) + 1
                first = Position(self._line, start)
                return Place(self._content.written.path, 0, first, Position(self._line, start + len(form)))
        return None


def rows(lines: Seq, arguments: Arguments) -> Seq:
    """``csv.reader``: a row for each line."""
    delimiter = text_of(arguments.keywords["delimiter"].value) if "delimiter" in arguments.keywords else ","
    rows: list[Value] = []
    for item in lines.items:
        if not isinstance(item, Text):
            continue
        try:
            cells = next(csv.reader([item.text], delimiter=delimiter or ","), [])
        except (csv.Error, TypeError):
            return replace(lines, items=(), is_whole=False)
        rows.append(Seq(tuple(Text(cell, item.place, written=item.written) for cell in cells), "list"))
    return replace(lines, items=tuple(rows), kind="rows")


def records(rows: Seq) -> Seq:
    """``csv.DictReader``: a mapping from the header's names for each row after it."""
    head, *rest = rows.items or (Seq(()),)
    names = head.items if isinstance(head, Seq) else ()
    made = tuple(
        Dict(tuple(zip(names, row.items, strict=False)), True, rows.place)
        for row in rest
        if isinstance(row, Seq)
    )
    return replace(rows, items=made)


def columns(lines: Seq | None) -> Value | None:
    """``pandas.read_csv``: each column under its name."""
    if lines is None:
        return None
    separator = (
        ";"
        if lines.items and isinstance(lines.items[0], Text) and _is_semicolons(lines.items[0].text)
        else ","
    )
    rows: list[list[Text]] = []
    for item in lines.items:
        if isinstance(item, Text) and item.text.strip():
            try:
                cells = next(csv.reader([item.text.rstrip("\r\n")], delimiter=separator), [])
            except csv.Error:
                return None
            rows.append([Text(cell, item.place, written=item.written) for cell in cells])
    if not rows:
        return None
    return Dict(
        tuple(
            (
                name,
                Seq(
                    tuple(row[index] for row in rows[1:] if index < len(row)),
                    "list",
                    lines.is_whole,
                    lines.place,
                    name.text,
                ),
            )
            for index, name in enumerate(rows[0])
        ),
        True,
        lines.place,
    )


def _is_semicolons(text: str) -> bool:
    return len(re.findall(";", text)) > text.count(",")
