"""Patterns on words, as the lists of ``lexicon/tasks.txt`` write them, and a fast way to try many at once.

    (a|b)  either            [a]  may be missing       *    the rest of a word
    ...    up to five words  ^    only at the start    @x   a word of the list x

A pattern is tried only where a word stands that it can begin with, so that hundreds of them cost little.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_WORD = re.compile(r"\S+")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\] ")
_LAST_OPTIONAL = re.compile(r" \[([^\[\]]*)\]((?:\(\?: [^\[\]]*\)\?)*)$")
_FIGURE = r"\d+"
_LIST = re.compile(r"@(\w+)")
_SHORTEST = 3
"""How many letters of a word with an open end are looked up."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line: its section, where the section stands in the file, and whether it only opens a text."""

    section: str
    rank: int
    line: str
    opens: bool

    def match(self, text: str, start: int) -> re.Match[str] | None:
        """The match that begins at ``start``; most lines are never compiled, because no word of a text can begin them."""
        return _regex(self.line).match(text, start)


@dataclass(frozen=True, slots=True)
class Found:
    """Where a pattern matched: its section and the characters."""

    section: str
    rank: int
    start: int
    end: int


@dataclass(slots=True)
class Patterns:
    """The patterns of several sections, by the words that they can begin with."""

    by_word: dict[str, list[Pattern]] = field(default_factory=dict)
    by_stem: dict[str, list[Pattern]] = field(default_factory=dict)

    def matches(self, text: str, last: int | None = None) -> Iterator[Found]:
        """Every match in a text of lower-case words with single blanks between them, that begins at ``last`` or before it."""
        for word in _WORD.finditer(text):
            start = word.start()
            if last is not None and start > last:
                return
            spelt = word.group()
            exact = _FIGURE if spelt.isdecimal() else spelt
            for table, key in ((self.by_word, exact), (self.by_stem, spelt[:_SHORTEST])):
                for pattern in table.get(key, ()):
                    if pattern.opens and start:
                        continue
                    match = pattern.match(text, start)
                    if match is not None:
                        yield Found(pattern.section, pattern.rank, start, match.end())


def compiled(lines: Mapping[str, Iterable[str]], lists: Mapping[str, Iterable[str]]) -> Patterns:
    """The patterns of every section, in the order of the sections; ``lists`` are what ``@name`` stands for."""
    made = Patterns()
    for rank, (section, patterns) in enumerate(lines.items()):
        for line in patterns:
            written = _LIST.sub(lambda match: "(" + "|".join(sorted(lists[match[1]])) + ")", line)
            opens = written.startswith("^")
            pattern = Pattern(section, rank, written.removeprefix("^"), opens)
            for word in sorted(first_words(written.removeprefix("^"))):
                if word.endswith("*"):
                    made.by_stem.setdefault(word[:_SHORTEST], []).append(pattern)
                else:
                    made.by_word.setdefault(word, []).append(pattern)
    return made


@cache
def _regex(line: str) -> re.Pattern[str]:
    return re.compile(expression(line))


def expression(line: str) -> str:
    """A pattern as a regular expression that ends where a word ends."""
    made = line
    while _LAST_OPTIONAL.search(made):
        made = _LAST_OPTIONAL.sub(r"(?: (?:\1))?\2", made)
    made = re.sub(r"\((?!\?)", "(?:", made)
    made = _OPTIONAL.sub(r"(?:(?:\1) )?", made)
    if "[" in made or "]" in made:
        raise ValueError(f"a bracket of {line!r} is not closed, holds another, or has no blank after it")
    made = made.replace("*", r"[\w'-]*")
    made = made.replace(" ... ", r" (?:\S+ ){0,5}?").replace(" ...", r"(?: \S+){1,5}")
    return made + r"(?!\S)"


def first_words(line: str) -> set[str]:
    """The words that a pattern can begin with; an open end is marked by ``*``."""
    rest = line
    found: set[str] = set()
    while rest.startswith("["):
        closing = _closing(rest, "[", "]")
        found |= first_words(rest[1:closing])
        rest = rest[closing + 1 :].lstrip()
    if rest.startswith("("):
        closing = _closing(rest, "(", ")")
        for choice in _choices(rest[1:closing]):
            found |= first_words(choice)
    else:
        for choice in _choices(rest):
            word = choice.split(" ", 1)[0]
            head, star, _ = word.partition("*")
            found.add(head + star)
    short = [word for word in found if word.endswith("*") and len(word) <= _SHORTEST]
    if short:
        raise ValueError(f"a pattern begins with {short[0]!r}: three letters are needed before an open end")
    return found


def _closing(text: str, opening: str, closing: str) -> int:
    depth = 0
    for position, letter in enumerate(text):
        depth += (letter == opening) - (letter == closing)
        if depth == 0:
            return position
    raise ValueError(f"{opening} is never closed in {text!r}")


def _choices(text: str) -> list[str]:
    """What stands between the bars of the outermost level."""
    depth, start, found = 0, 0, []
    for position, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if letter == "|" and depth == 0:
            found.append(text[start:position])
            start = position + 1
    return [*found, text[start:]]
