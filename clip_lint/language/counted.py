"""What is counted in a caption, and what else it says: in its place, as parts that such things have, by somebody who acts.

count beside: two cups and one plate, two cars on a street      both are the point
            | two dogs chasing a ball                            what they do is
            | a tricycle has three wheels                        what such things have
            | ten images like this one                           how many results are wanted
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.binding import PARTS
from clip_lint.language.lexicon import listed
from clip_lint.language.places import SCENERY, STANCES
from clip_lint.language.singular import stem
from clip_lint.language.writing import CHARACTERS

if TYPE_CHECKING:
    from clip_lint.language.meaning import Count, Meaning

_IDLE = listed("counted idle") | STANCES
"""Verbs of what is only there: moored, arranged, containing."""
_CHARACTERS = frozenset(map(stem, CHARACTERS))
_AROUND = re.compile(r"\b(?:in|on|at|near|along|by|across) ((?:[a-z-]+ ?){1,4})")
"""Where things are: cups on the ground."""
_AND_ONE = re.compile(r"\band an? ((?:[a-z-]+ )?[a-z-]+)\W*$")
"""One more thing beside those that are counted: two cats and a dog."""
_SMALL = 4
_PERSONS = listed("counted persons")
_SHOTS = frozenset(map(stem, listed("counted shots")))
_ALIKE = listed("counted alike")
EXACTLY = frozenset({"exactly", "precisely"})
_PARTS = frozenset(map(stem, PARTS))
USUAL = 2
"""So many of a thing captions often hold in passing."""
_TINY = 3
"""In a caption of so few words, where things are is said beside their number, and nothing else."""


def are_results(meaning: Meaning, count: Count) -> bool:
    """Whether a search is told how many pictures to give, and nothing is counted in them: 10 images similar to this one."""
    following = meaning.text[count.span[1] :].lower().split()[:1]
    return stem(count.noun) in _SHOTS and not _ALIKE.isdisjoint(following)


def counted_as(count: Count) -> str:
    """What is counted, people by one name."""
    return "person" if stem(count.noun) in _PERSONS else stem(count.noun)


def is_read(meaning: Meaning, count: Count) -> bool:
    """Whether characters are counted, which are told by reading them."""
    return stem(count.noun) in _CHARACTERS and bool(meaning.writings)


def is_of_its_kind(meaning: Meaning, count: Count) -> bool:
    """Whether a number says what such a thing has: a tricycle has three wheels."""
    return meaning.text[: count.span[0]].rstrip().endswith((" has", " have")) and stem(count.noun) in _PARTS


def somebody_acts(meaning: Meaning) -> bool:
    """Whether somebody does something, beside being in the picture."""
    return any(
        (tag == "v" or (tag == "a" and word.endswith("ing"))) and word not in _IDLE
        for word, tag in zip(meaning.words, meaning.tags, strict=True)
    )


def beside_counted(meaning: Meaning, count: Count) -> int:
    """How many things are counted as well, or are where the counted ones are: two cups and one plate, two cars on a street."""
    counted = {stem(each.noun) for each in meaning.counts} - {stem(count.noun)}
    if count.value == USUAL and counted_as(count) == "person":
        return len(counted)  # two people somewhere are whom a picture is of
    around = {
        stem(word)
        for match in _AROUND.finditer(meaning.text.lower())
        for word in match[1].split()
        if word in SCENERY or meaning.content <= _TINY
    }
    joined = {
        stem(match[1].rsplit(" ", 1)[-1])
        for match in _AND_ONE.finditer(meaning.text.lower())
        if meaning.content <= _SMALL
    }
    return len((around | joined).intersection(map(stem, meaning.objects)) | counted)
