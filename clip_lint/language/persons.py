"""People, by the form of their names, where a prompt says that it is a picture of somebody.

    person = Given [Initial "."] Family         Ada Lovelace, George W. Smith, both with capitals, and more than any Title Case
           | title Family                       President Lincoln, Queen Victoria
           | surname-like name of a list        Obama

Given names stand in ``lexicon/kinds.txt``; a family name is a word that the lexicon does not know as anything else.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import lexicon, listed, sections
from clip_lint.language.meaning import Kind

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

_TITLES = listed("persons titles")
_SURNAMES = listed("persons surnames")
_NO_FAMILY = listed("persons no-family") | listed("space places")
_PICTURES = listed("reading frames") | {
    "portrait",
    "face",
    "snapshot",
    "selfie",
    "president",
    "chancellor",
    "senator",
    "pope",
}
_FEW = 5
"""So many nouns are a frame, a name and its initials."""
_THINGS = listed("tasks thing-names")


@cache
def _given() -> frozenset[str]:
    return frozenset(" ".join(sections("kinds")["person first"]).split()) - _THINGS


@cache
def _triggers() -> frozenset[str]:
    return _given() | _TITLES | _SURNAMES


def names_person(tagged: Tagged) -> Kind | None:
    """The first name of a person in a prompt that is written with capitals."""
    words = tagged.words
    if _triggers().isdisjoint(words) or tagged.source.islower() or not _is_picture(tagged):
        return None
    for position, word in enumerate(words):
        if word not in _triggers() or not _is_capital(tagged, position):
            continue
        if word in _SURNAMES:
            return Kind("person", word, tagged.span(position, position))
        last = _family(tagged, position + 1, has_initials=word in _given())
        if last is not None:
            return Kind("person", " ".join(words[position : last + 1]), tagged.span(position, last))
    return None


def _is_picture(tagged: Tagged) -> bool:
    """Whether a prompt says that it is a picture of somebody, and little else; longer captions mention people."""
    return (
        not _PICTURES.isdisjoint(tagged.words) and "?" not in tagged.tags and tagged.tags.count("n") <= _FEW
    )


def _family(tagged: Tagged, position: int, *, has_initials: bool) -> int | None:
    """Where the family name at ``position`` is; initials and their dots may stand before it."""
    words, tags = tagged.words, tagged.tags
    while has_initials and position < len(words) and (len(words[position]) == 1 or tags[position] == "."):
        position += 1
    if position >= len(words):
        return None
    word = words[position]
    known = lexicon().words.get(word)
    if (
        tags[position] != "n"
        or known is not None
        or word in _NO_FAMILY
        or not word.isalpha()
        or len(word) < 2
    ):
        return None
    return position if _is_capital(tagged, position) else None


def _is_capital(tagged: Tagged, position: int) -> bool:
    start, _ = tagged.span(position, position)
    return tagged.source[start : start + 1].isupper()
