"""YAML as label files have it: mappings and lists of plain words, nested by indentation, and lists in brackets.

Anchors, block texts, tags and several documents are refused: what they mean is not guessed.
"""

from __future__ import annotations

import json
import re

_KEY = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#&*!|>%@`"'\[{][^:#]*?)\s*:(?:\s+(.*))?$""")
_ITEM = re.compile(r"-(?:\s+(.*))?$")
MOST_LINES = 20_000

Lines = list[tuple[int, str]]


def read_plain_yaml(text: str) -> object:
    """Lists, mappings, words and numbers; ValueError where the text holds anything else."""
    lines: Lines = []
    for raw in text.splitlines()[:MOST_LINES]:
        line = _without_comment(raw)
        if line.strip() and line.strip() != "---" and not line.lstrip().startswith("#"):
            if "\t" in line[: len(line) - len(line.lstrip())]:
                raise ValueError("tabs do not indent YAML")
            lines.append((len(line) - len(line.lstrip(" ")), line.strip()))
    if not lines:
        return None
    value, after = _block(lines, 0, lines[0][0])
    if after != len(lines):
        raise ValueError("not a plain list or mapping")
    return value


def _without_comment(line: str) -> str:
    quote = ""
    for position, letter in enumerate(line):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'" and (position == 0 or line[position - 1] in " [,"):
            quote = letter
        elif letter == "#" and (position == 0 or line[position - 1].isspace()):
            return line[:position].rstrip()
    return line


def _block(lines: Lines, start: int, indent: int) -> tuple[object, int]:
    """The list or mapping that begins at a line, and the line after it."""
    if _ITEM.match(lines[start][1]):
        return _items(lines, start, indent)
    if _KEY.match(lines[start][1]):
        return _mapping(lines, start, indent)
    return _scalar(lines[start][1]), start + 1


def _items(lines: Lines, position: int, indent: int) -> tuple[list[object], int]:
    found: list[object] = []
    while position < len(lines) and lines[position][0] == indent:
        match = _ITEM.match(lines[position][1])
        if match is None:
            break
        rest = match[1]
        if rest is None:
            value, position = _nested(lines, position + 1, indent)
        elif _KEY.match(rest) and not rest.startswith(("[", "{")):
            inner = indent + len(lines[position][1]) - len(rest)
            lines[position] = (inner, rest)
            value, position = _mapping(lines, position, inner)
        else:
            value, position = _scalar(rest), position + 1
        found.append(value)
    return found, position


def _mapping(lines: Lines, position: int, indent: int) -> tuple[dict[object, object], int]:
    found: dict[object, object] = {}
    while position < len(lines) and lines[position][0] == indent:
        match = _KEY.match(lines[position][1])
        if match is None:
            raise ValueError(f"neither a key nor an item: {lines[position][1]}")
        key = _scalar(match[1])
        if match[2]:
            value: object = _scalar(match[2])
            position += 1
        else:
            value, position = _nested(lines, position + 1, indent)
        found[key] = value
    return found, position


def _nested(lines: Lines, position: int, indent: int) -> tuple[object, int]:
    if position >= len(lines):
        return None, position
    inner = lines[position][0]
    if inner > indent or (inner == indent and _ITEM.match(lines[position][1])):
        return _block(lines, position, inner)
    return None, position


def _scalar(text: str) -> object:
    """A word, number, quoted text or list in brackets."""
    if text.startswith("["):
        if not text.endswith("]"):
            raise ValueError("a list that goes over several lines")
        inner = text[1:-1].strip()
        return [_scalar(part.strip()) for part in _split(inner)] if inner else []
    if text[:1] in "{&*!|>%@`" and text:
        raise ValueError(f"no plain value: {text}")
    if len(text) > 1 and text[0] == text[-1] == '"':
        value: object = json.loads(text)
        return value
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if re.fullmatch(r"[-+]?\d+", text):
        return int(text)
    if re.fullmatch(r"[-+]?\d+\.\d*", text):
        return float(text)
    return {"true": True, "false": False, "null": None, "~": None}.get(text, text)


def _split(text: str) -> list[str]:
    """The parts between the commas that stand outside quotation marks."""
    return re.findall(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^,"'])+""", text)
