"""People, by the form of their names, where a prompt says that it is a picture of somebody.

    person = Given [Initial "."] Family         Ada Lovelace, George W. Smith, both with capitals, and more than any Title Case
           | title Family                       President Lincoln, Queen Victoria
           | surname-like name of a list        Obama

Given names stand in ``lexicon/kinds.txt``; a family name is a word that the lexicon does not know as anything else.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import lexicon, listed, sections
from clip_lint.language.meaning import Kind

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

_TITLES = listed("persons titles")
SURNAMES = listed("persons surnames")
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
_SINGLED = frozenset({"named", "called", "nicknamed", "same", "my", "our", "his", "her"})
_CALLED = re.compile(r"\b([A-Za-z]+) (?:named|called|nicknamed) [A-Z][a-z]+\b")
_SAME = re.compile(
    r"\bthe same ((?:wo)?m[ae]n|person|boy|girl|child|dog|cat|cow|horse|individual|face|car|vehicle) (?:as|from)\b"
)
_RELATIVE = re.compile(
    r"\b(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er) (brother|sister|mother|father|mum|mom|dad|son|daughter|wife|husband|friend|uncle|aunt|cousin|dog|cat|horse|boss|neighbou?r|teacher) [A-Z][a-z]+\b"
)
_OWN = re.compile(
    r"^(?:(?:an? )?(?:photo|picture|image|portrait|selfie) of )?my (brother|sister|mother|father|mum|mom|dad|grandmother|grandfather|grandma|grandpa|son|daughter|wife|husband|uncle|aunt|cousin|boss|boyfriend|girlfriend)\.?$"
)
_FEW = 5
"""So many nouns are a frame, a name and its initials."""
_THINGS = listed("tasks thing-names")
PEOPLE = listed("space people") | {
    "brother",
    "sister",
    "mother",
    "father",
    "mum",
    "mom",
    "dad",
    "son",
    "daughter",
    "wife",
    "husband",
    "friend",
    "uncle",
    "aunt",
    "cousin",
    "boss",
    "neighbour",
    "neighbor",
    "teacher",
}
_ANIMALS = listed("space animals")


@cache
def _given() -> frozenset[str]:
    return frozenset(" ".join(sections("kinds")["person first"]).split()) - _THINGS


@cache
def _triggers() -> frozenset[str]:
    return _given() | _TITLES | SURNAMES


def names_person(tagged: Tagged) -> Kind | None:
    """The first name of a person in a prompt that is written with capitals."""
    words = tagged.words
    if not _SINGLED.isdisjoint(words) and (one := _one_of_many(tagged)) is not None:
        return one
    if _triggers().isdisjoint(words) or tagged.source.islower():
        return None
    if words[0] in SURNAMES and tagged.tags[1:2] in ("", "v", "W", "w", ",", "&"):
        return Kind("person", words[0], tagged.span(0, 0))
    if not _is_picture(tagged):
        return None
    for position, word in enumerate(words):
        if word not in _triggers() or not _is_capital(tagged, position):
            continue
        if word in SURNAMES:
            return Kind("person", word, tagged.span(position, position))
        last = _family(tagged, position + 1, has_initials=word in _given())
        if last is not None:
            return Kind("person", " ".join(words[position : last + 1]), tagged.span(position, last))
    return None


def _one_of_many(tagged: Tagged) -> Kind | None:
    """Somebody, or an animal, by its own name or as the same as before: an elephant named Echo, my sister Ann, the same man as in camera 3."""
    found = (
        _CALLED.search(tagged.text)
        or _SAME.search(tagged.text.lower())
        or _RELATIVE.search(tagged.text)
        or _OWN.match(tagged.text.lower())
    )
    if found is None or not (
        found.re in (_SAME, _OWN) or (PEOPLE | _ANIMALS).intersection(map(str.lower, found[1].split()))
    ):
        return None
    return Kind("person", found.group(), found.span())


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
