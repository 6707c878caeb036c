"""What two labels share if they differ in one thing only: their words without numbers, without places, without figures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import listed
from clip_lint.language.singular import stem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.language.meaning import Meaning

Key = tuple[tuple[str, ...], str]
"""The words that labels share, and those that they may differ in."""

_PLACES = listed("contrast directions")
"""Words that say nothing but where: left, upper, near, middle."""
_SIDES = listed("contrast sides")
"""Those of them that are a whole label by themselves; `front` and `back` may be views."""
_UNITS = frozenset({"year", "years", "month", "months", "week", "weeks", "day", "days"})
_VIEWS = listed("contrast views")
_COMPASS = frozenset({"north", "south", "east", "west"})
_TURNED = listed("contrast turned")
_GROUPS = frozenset({"pair", "couple", "trio", "dozen", "group", "crowd"})
_SHOWN = frozenset({"showing", "shows", "displaying", "displays", "reading", "saying"})
_WRITTEN_ON = listed("contrast written-on")
_NUMERALS = frozenset({"number", "numbers", "digit", "digits", "numeral", "letter", "figure"})
_NUMBERED = re.compile(
    r"(two|three|four|five|six|seven|eight|nine|ten|single|double|\d{1,2})-(lane|door|legged|wheeled|wheel|storey|story|storied|bedroom|seat|seater|armed|headed|sided|tier|tiered|leaf|petal|petaled|blade|bladed|person|car|player|masted|engine|engined)"
)
"""How many parts a thing has, in a word with what it has: a two-lane and a four-lane road."""
_MOST_COUNTED = 20
"""Numbers above name or measure something: years, sizes, classes."""
_QUANTITIES = listed("contrast quantities")
DROPPED = "dblxh,.;?(-#'"


def number_key(meaning: Meaning) -> Key | None:
    """A label without its numbers and quantities, nouns in the singular; and those that it says."""
    key, numbers = [], []
    for position, (word, tag) in enumerate(zip(meaning.words, meaning.tags, strict=True)):
        if _is_number(meaning, position):
            numbers.append(word)
        elif tag == "a" and (compound := _NUMBERED.fullmatch(word)) is not None:
            numbers.append(compound[1])
            key.append(compound[2])
        elif tag == "n":
            key.append(stem(word))
        elif tag not in DROPPED and tag != "o":
            key.append(word)
    return (tuple(key), " ".join(numbers) or "one") if key else None


def _is_number(meaning: Meaning, position: int) -> bool:
    """Whether a word says how many, or how few; a number that follows a name is part of it (class 2, iPhone 12)."""
    word, tag = meaning.words[position], meaning.tags[position]
    if position and meaning.words[position - 1] in _NUMERALS:
        return False  # the digit 3 is to be read
    if tag in "012" and meaning.words[position + 1 : position + 2] and meaning.words[position + 1] in _UNITS:
        return False  # how old, how long
    if tag in "012":
        return position == 0 or meaning.tags[position - 1] != "n" or bool(meaning.counts)
    following = meaning.tags[position + 1 : position + 2]
    return (
        (tag == "q" and word in _QUANTITIES)
        or (tag == "k" and word in _GROUPS and (word == "dozen" or following in ("o", "", "d")))
        or (word == "no" and following in tuple("nk"))
    )


def is_counted(meanings: Iterable[Meaning]) -> bool:
    """Whether labels with one key differ in a number: one of them counts, or all of them say a number or quantity."""
    members = list(meanings)
    if any(meaning.counts or any(map(_NUMBERED.fullmatch, meaning.words)) for meaning in members):
        return True
    said = [
        word
        for meaning in members
        for position, word in enumerate(meaning.words)
        if _is_number(meaning, position) and word != "no"
    ]
    return len(set(said)) > 1 and len(said) >= len(members) and all(_is_small(word) for word in said)


def _is_small(word: str) -> bool:
    return not word.isdecimal() or int(word) <= _MOST_COUNTED


def figure_key(meaning: Meaning) -> tuple[tuple[str, ...], str] | None:
    """What stands before the figures of a label: speed limit 30, a road sign showing 50, a clock showing noon."""
    for position, (word, tag) in enumerate(zip(meaning.words, meaning.tags, strict=True)):
        before = meaning.words[:position]
        if position and (tag in "012u" or (word not in _SHOWN and before[-1] in _SHOWN)):
            return (tuple(before), " ".join(meaning.words[position:]))
    return None


def is_written(meanings: Iterable[Meaning]) -> bool:
    """Whether figures after a word for what bears them are to be read."""
    return all(not _WRITTEN_ON.isdisjoint(meaning.words) for meaning in meanings)


def direction_key(meaning: Meaning) -> Key | None:
    """A label with a mark for each word that says where; and those words. None for views, which say how a picture was taken."""
    if not _VIEWS.isdisjoint(meaning.words):
        return None  # how the picture was taken
    key, places = [], []
    for position, (word, tag) in enumerate(zip(meaning.words, meaning.tags, strict=True)):
        if tag in "RFW" and word != "with":
            places.append(word)
            key.append("@")
        elif tag not in DROPPED or word in _PLACES:
            is_region = word in _COMPASS and meaning.tags[position + 1 : position + 2] == "n"  # east Asia
            for piece in word.replace(" ", "-").split("-"):
                if piece in _PLACES and not is_region:
                    places.append(word)
                    key.append("@")
                elif tag != "o" and piece not in _TURNED:
                    key.append(piece)
    key = [
        word for position, word in enumerate(key) if word != "@" or position == 0 or key[position - 1] != "@"
    ]
    if key == ["@"] and _SIDES.isdisjoint(_pieces(meaning)):
        return None
    return (tuple(key), " ".join(places)) if places else None


def _pieces(meaning: Meaning) -> set[str]:
    return {piece for word in meaning.words for part in word.split() for piece in part.split("-")}


def is_placed(meanings: Iterable[Meaning]) -> bool:
    """Whether labels with one key differ by a direction and not just by "in" and "at"."""
    values: set[str] = set()
    unsaid = False
    for meaning in meanings:
        said = {relation.value for relation in meaning.relations} | (_pieces(meaning) & _PLACES)
        unsaid = unsaid or not said
        values |= said
    return len(values) + unsaid > 1
