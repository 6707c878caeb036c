"""The word lists under ``lexicon/``, read once into tables that the grammar looks words up in.

A list is plain text: ``#`` starts a comment, ``[name tag]`` a section (without a tag where its words keep the class they have
elsewhere), words are separated by blanks, phrases by semicolons or lines. ``relations.txt`` holds ``pattern = value : strength`` lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product

Continuations = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
"""What may follow the first two words of a phrase: by the third word (or ""), the words after it and the phrase's tag, longest first."""

STRENGTH_TAGS = {"strong": "R", "frame": "F", "noun": "W", "copula": "W"}
"""The tag of a relation phrase, by its strength in ``relations.txt``."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every word list that reading a prompt needs.

    ``words`` gives a word's tag, ``phrases`` first word -> second word (or "") -> continuations, ``relations`` a relation
    phrase's value, ``groups`` the plain word or phrase sets by section name.
    """

    words: Mapping[str, str]
    phrases: Mapping[str, Mapping[str, Continuations]]
    relations: Mapping[str, str]
    groups: Mapping[str, frozenset[str]]


def sections(name: str) -> dict[str, list[str]]:
    """The lines of ``lexicon/NAME.txt`` by section heading, comments and blank lines left out."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for raw in files("clip_lint.language").joinpath("lexicon", f"{name}.txt").read_text("utf-8").splitlines():
        line = raw.partition("#")[0].strip()
        if line.startswith("[") and line.endswith("]"):
            lines = found.setdefault(line.strip("[]"), [])
        elif line:
            lines.extend(line.split("; "))
    return found


@cache
def _grammar() -> dict[str, frozenset[str]]:
    return {heading: frozenset(" ".join(lines).split()) for heading, lines in sections("grammar").items()}


def listed(section: str) -> frozenset[str]:
    """The words of one section of ``lexicon/grammar.txt``; KeyError if there is no such section."""
    return _grammar()[section]


@cache
def lexicon() -> Lexicon:
    """The whole lexicon, read on first use."""
    words: dict[str, str] = {}
    groups: dict[str, frozenset[str]] = {}
    phrases: dict[str, str] = {}
    relations: dict[str, str] = {}
    for name in ("numbers", "words"):
        for heading, lines in sections(name).items():
            section, _, tag = heading.partition(" ")
            groups[section] = frozenset(" ".join(lines).split())
            if tag:
                words.update((word, tag) for word in groups[section] if word not in words)
    for heading, lines in sections("idioms").items():
        phrases.update((line, heading.rsplit(" ", 1)[1]) for line in lines)
    after_things: set[str] = set()
    for line in sections("relations")["relation"]:
        pattern, _, meaning = line.partition(" = ")
        value, _, strength = meaning.partition(" : ")
        for phrase in wordings(pattern):
            relations.setdefault(phrase, value)
            phrases.setdefault(phrase, STRENGTH_TAGS[strength])
            if strength == "noun":
                after_things.add(phrase)
    groups["after-things"] = frozenset(after_things)
    for name in ("negation", "questions"):
        for section, lines in sections(name).items():
            groups[section] = frozenset(
                lines if section in ("absence", "question", "instruction") else " ".join(lines).split()
            )
    for section, lines in sections("writing").items():
        groups[section] = frozenset(lines if section in ("asks", "no-content") else " ".join(lines).split())
    phrases.update(dict.fromkeys(groups["absence"], "x"))
    phrases.update(dict.fromkeys(groups["no-content"], "n"))
    return Lexicon(words, _by_first_words(phrases), relations, groups)


_CHOICE = re.compile(r"(\([^()]*\)|\[[^\[\]]*\])")


def wordings(pattern: str) -> list[str]:
    """Every phrase that a pattern of ``relations.txt`` stands for: ``[far] (left|right)`` is four."""
    choices = [
        [*piece[1:-1].split("|"), *([""] if piece[0] == "[" else [])] if piece[:1] in ("(", "[") else [piece]
        for piece in _CHOICE.split(pattern)
    ]
    return [" ".join("".join(chosen).split()) for chosen in product(*choices)]


def _by_first_words(phrases: Mapping[str, str]) -> dict[str, dict[str, Continuations]]:
    table: dict[str, dict[str, dict[str, list[tuple[tuple[str, ...], str]]]]] = {}
    for phrase, tag in phrases.items():
        first, second, third, *rest = [*phrase.split(), "", ""][: max(3, phrase.count(" ") + 1)]
        table.setdefault(first, {}).setdefault(second, {}).setdefault(third, []).append((tuple(rest), tag))
    return {
        first: {
            second: {
                third: tuple(sorted(tails, key=lambda tail: -len(tail[0])))
                for third, tails in by_third.items()
            }
            for second, by_third in by_second.items()
        }
        for first, by_second in table.items()
    }
