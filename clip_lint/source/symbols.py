"""The names that a module defines at its top level and the words in each definition, read off its text without parsing.

A rough cut is enough here: who asks wants to know which names of a module lead to something, and takes a few too many.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_QUOTES = re.compile(rb'"""|\'\'\'')
_LONG_TEXT = {
    b'"""': re.compile(rb'"""(?:[^"\\]|\\.|"(?!""))*+"""', re.DOTALL),
    b"'''": re.compile(rb"'''(?:[^'\\]|\\.|'(?!''))*+'''", re.DOTALL),
}
_START = re.compile(rb"^(?=[^\s#)\]}])", re.MULTILINE)
_DEFINED = re.compile(rb"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)
_BOUND = re.compile(rb"^[ \t]*(\w+(?:[ \t]*,[ \t]*\w+)*)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
_DEFINES = re.compile(rb"(?:async[ \t]+)?(?:def|class)\b|@")
_WORD = re.compile(rb"[^\W\d]\w*")
_CONTINUES = (b"else", b"elif", b"except", b"finally")


@dataclass(frozen=True, slots=True)
class Definition:
    """A statement at the top level: the names that it may bind, and its text."""

    names: frozenset[str]
    text: bytes

    def words(self) -> frozenset[str]:
        """The identifiers in it."""
        return frozenset(word.decode("ascii", "replace") for word in _WORD.findall(self.text))


def definitions(data: bytes) -> list[Definition]:
    """The top level of a program, statement by statement; a decorator belongs to what it stands above."""
    data = _without_long_texts(data)
    starts = [match.start() for match in _START.finditer(data)]
    ranges: list[tuple[int, int]] = []
    begin: int | None = None
    for start, end in pairwise([*starts, len(data)]):
        if begin is None:
            begin = start
        if data.startswith(b"@", start):
            continue
        if data.startswith(_CONTINUES, start) and ranges:
            begin = ranges.pop()[0]
        ranges.append((begin, end))
        begin = None
    return [Definition(_names(data[begin:end]), data[begin:end]) for begin, end in ranges]


def _without_long_texts(data: bytes) -> bytes:
    """A program with an empty text for each long one. One that does not end is left, and so are those after it."""
    made: list[bytes] = []
    position = kept = 0
    open_ended: set[bytes] = set()
    while (opening := _QUOTES.search(data, position)) is not None:
        position = opening.end()
        if opening[0] in open_ended:
            continue
        whole = _LONG_TEXT[opening[0]].match(data, opening.start())
        if whole is None:
            open_ended.add(opening[0])
        else:
            made += (data[kept : opening.start()], b'""')
            position = kept = whole.end()
    return b"".join((*made, data[kept:]))


def leading(found: Iterable[Definition], seeds: Iterable[str], sure: Iterable[Definition] = ()) -> set[str]:
    """The names that lead to ``seeds`` or to the definitions ``sure``: in whose definition one of them occurs."""
    known = {*seeds, *(name for each in sure for name in each.names)}
    naming: dict[str, list[Definition]] = {}
    for each in found:
        for word in each.words():
            naming.setdefault(word, []).append(each)
    pending = list(known)
    while pending:
        for each in naming.pop(pending.pop(), ()):
            new = each.names - known
            known |= new
            pending += new
    return known


def _names(text: bytes) -> frozenset[str]:
    if _DEFINES.match(text):
        first = _DEFINED.search(text)
        return frozenset({first[1].decode("ascii", "replace")}) if first is not None else frozenset()
    names = {match[1] for match in _DEFINED.finditer(text)}
    for match in _BOUND.finditer(text):
        names.update(part.strip() for part in match[1].split(b","))
    return frozenset(name.decode("ascii", "replace") for name in names)
