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

_LONG_TEXT = re.compile(rb'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'', re.DOTALL)
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
    data = _LONG_TEXT.sub(b'""', data)
    starts = [match.start() for match in _START.finditer(data)]
    found: list[Definition] = []
    begin: int | None = None
    for start, end in pairwise([*starts, len(data)]):
        text = data[start:end]
        if begin is None:
            begin = start
        if text.startswith(b"@"):
            continue
        whole = data[begin:end]
        begin = None
        if text.startswith(_CONTINUES) and found:
            whole = found.pop().text + whole
        found.append(Definition(_names(whole), whole))
    return found


def leading(found: Iterable[Definition], seeds: Iterable[str], sure: Iterable[Definition] = ()) -> set[str]:
    """The names that lead to ``seeds`` or to the definitions ``sure``: in whose definition one of them occurs."""
    known = {*seeds, *(name for each in sure for name in each.names)}
    pending = [(each, each.words()) for each in found]
    grew = True
    while grew:
        grew = False
        for each, words in list(pending):
            if not known.isdisjoint(words):
                pending.remove((each, words))
                if not each.names <= known:
                    known |= each.names
                    grew = True
    return known


def _names(text: bytes) -> frozenset[str]:
    if _DEFINES.match(text):
        first = _DEFINED.search(text)
        return frozenset({first[1].decode("ascii", "replace")}) if first is not None else frozenset()
    names = {match[1] for match in _DEFINED.finditer(text)}
    for match in _BOUND.finditer(text):
        names.update(part.strip() for part in match[1].split(b","))
    return frozenset(name.decode("ascii", "replace") for name in names)
