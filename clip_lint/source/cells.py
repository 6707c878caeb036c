"""The sources of a notebook's cells inside its JSON: read with their place, replaced without touching anything else."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BLANK = re.compile(r"[ \t\n\r]*")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_LINE_END = re.compile(r"\r\n?|\n")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class CellSource:
    """A code cell's source: its text, and where its value stands in the JSON."""

    source: str
    start: int
    end: int
    items: tuple[tuple[int, int], ...] | None
    """Where each string of a list of lines stands, None where the source is one string."""


def cells_of(text: str) -> dict[int, CellSource]:
    """The sources of the code cells by their number among all cells (from 1); formats 3 and 4."""
    found: dict[int, CellSource] = {}
    top = dict(_members(text, _skip(text, 0)))
    sheets = [top["cells"]] if "cells" in top else []
    if not sheets and "worksheets" in top:
        for sheet in _items(text, top["worksheets"]):
            members = dict(_members(text, sheet)) if text[sheet] == "{" else {}
            if "cells" in members:
                sheets.append(members["cells"])
    number = 0
    for sheet in sheets:
        for cell in _items(text, sheet):
            number += 1
            if text[cell] != "{":
                continue
            members = dict(_members(text, cell))
            kind = _value(text, members["cell_type"])[0] if "cell_type" in members else None
            place = members.get("source", members.get("input"))
            if kind != "code" or place is None:
                continue
            source = _source(text, place)
            if source is not None:
                found[number] = source
    return found


def file_lines(text: str) -> dict[int, tuple[int, ...]]:
    """For each code cell by its number: the line of the JSON (from 1) on which each of its own lines begins."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    found = {}
    for number, cell in cells_of(text).items():
        lines: list[int] = []
        is_open = False
        for start, end in cell.items if cell.items is not None else ((cell.start, cell.end),):
            value = json.loads(text[start:end])
            line = bisect_right(starts, start)
            breaks = len(_LINE_END.findall(value))
            lines += [line] * (breaks + (not is_open) - value.endswith(("\n", "\r")))
            is_open = bool(value) and not value.endswith(("\n", "\r"))
        found[number] = tuple(lines) or (bisect_right(starts, cell.start),)
    return found


def rewritten(text: str, cells: Mapping[int, CellSource], sources: Mapping[int, str]) -> str:
    """The JSON with those cells' sources replaced that have changed; within a list of lines only the changed lines."""
    for number in sorted(cells, reverse=True):
        cell = cells[number]
        new = sources[number]
        if new != cell.source:
            start, end, value = _replacement(text, cell, new)
            text = text[:start] + value + text[end:]
    return text


def _replacement(text: str, cell: CellSource, new: str) -> tuple[int, int, str]:
    ascii_only = text.isascii() and "\\u" in text
    if cell.items is None:
        return cell.start, cell.end, json.dumps(new, ensure_ascii=ascii_only)
    old_lines, new_lines = _LINES.findall(cell.source), _LINES.findall(new)
    written = [json.dumps(line, ensure_ascii=ascii_only) for line in new_lines]
    items = cell.items
    opening = text[cell.start + 1 : items[0][0]] if items else ""
    between = "," + opening if opening else ", "
    if len(items) > 1:
        between = text[items[0][1] : items[1][0]]
    if not written:
        return cell.start, cell.end, "[]"
    if len(items) != len(old_lines) or not items:
        closing = text[items[-1][1] : cell.end] if items else "]"
        return cell.start, cell.end, "[" + opening + between.join(written) + closing
    same_first = 0
    while same_first < min(len(old_lines), len(new_lines)) and old_lines[same_first] == new_lines[same_first]:
        same_first += 1
    same_last = 0
    while (
        same_last < min(len(old_lines), len(new_lines)) - same_first
        and old_lines[-1 - same_last] == new_lines[-1 - same_last]
    ):
        same_last += 1
    kept_first = [text[start:end] for start, end in items[:same_first]]
    kept_last = [text[start:end] for start, end in items[len(items) - same_last :]]
    middle = [*kept_first, *written[same_first : len(written) - same_last], *kept_last]
    return items[0][0], items[-1][1], between.join(middle)


def _source(text: str, place: int) -> CellSource | None:
    if text[place] == '"':
        value, end = _DECODER.raw_decode(text, place)
        return CellSource(value, place, end, None)
    if text[place] != "[":
        return None
    items: list[tuple[int, int]] = []
    parts: list[str] = []
    for item in _items(text, place):
        if text[item] != '"':
            return None
        part, end = _DECODER.raw_decode(text, item)
        parts.append(part)
        items.append((item, end))
    return CellSource("".join(parts), place, _value(text, place)[1], tuple(items))


def _skip(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _value(text: str, position: int) -> tuple[Any, int]:
    return _DECODER.raw_decode(text, position)


def _members(text: str, position: int) -> Iterator[tuple[str, int]]:
    """Each key of the object at ``position`` with the place of its value."""
    position = _skip(text, position + 1)
    while text[position] == '"':
        key, position = _DECODER.raw_decode(text, position)
        position = _skip(text, _skip(text, position) + 1)
        yield key, position
        position = _skip(text, _value(text, position)[1])
        if text[position] != ",":
            return
        position = _skip(text, position + 1)


def _items(text: str, position: int) -> Iterator[int]:
    """The place of each item of the list at ``position``; none where it is no list."""
    if text[position] != "[":
        return
    position = _skip(text, position + 1)
    while text[position] != "]":
        yield position
        position = _skip(text, _value(text, position)[1])
        if text[position] != ",":
            return
        position = _skip(text, position + 1)
