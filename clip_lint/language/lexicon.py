"""The word lists under ``lexicon/``, read once into tables that the grammar looks words up in.

A list is plain text: ``#`` starts a comment, ``[name tag]`` a section (without a tag where its words keep the class they have
elsewhere), words are separated by blanks, phrases stand one on a line. ``relations.txt`` holds ``phrase = value : strength`` lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Continuations = tuple[tuple[tuple[str, ...], str], ...]
"""What may follow the first two words of a phrase: the other words and the phrase's tag, longest first."""

STRENGTH_TAGS = {"strong": "R", "frame": "F", "copula": "W"}
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
        if line.startswith("["):
            lines = found.setdefault(line.strip("[]"), [])
        elif line:
            lines.append(line)
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
    relation_lists = sections("relations")
    for line in relation_lists["relation"]:
        phrase, _, meaning = line.partition(" = ")
        value, _, strength = meaning.partition(" : ")
        relations[phrase] = value
        phrases.setdefault(phrase, STRENGTH_TAGS[strength])
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


def _by_first_words(phrases: Mapping[str, str]) -> dict[str, dict[str, Continuations]]:
    table: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = {}
    for phrase, tag in phrases.items():
        first, *rest = phrase.split()
        second = rest[0] if rest else ""
        table.setdefault(first, {}).setdefault(second, []).append((tuple(rest[1:]), tag))
    return {
        first: {
            second: tuple(sorted(tails, key=lambda tail: -len(tail[0])))
            for second, tails in by_second.items()
        }
        for first, by_second in table.items()
    }
