"""Properties and the things they belong to.

    pair = [adverb] property {("," | "&") property} noun      a red ball, a black and white cat
         | noun be [adverb] property                          the train is blue
         | noun ("that" | "which") be property
         | noun "in" colour                                   a woman in red

A property is a colour, material, texture, shape or size from ``lexicon/words.txt``. A prompt binds when two things have
properties of their own that could be swapped (of "a sad clown and a happy child" any adjective will do): what is always so (blue sky, green grass) or belongs to the whole picture (black
and white photo) does not count.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from clip_lint.language.each_own import OTHERS, each_its_own
from clip_lint.language.invisible import PEOPLE
from clip_lint.language.lexicon import listed, sections
from clip_lint.language.meaning import Attribute
from clip_lint.language.numbers import end_of_nouns
from clip_lint.language.places import SCENERY
from clip_lint.language.singular import singular
from clip_lint.language.tagging import word_class

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.language.tagging import Tagged

_BEFORE = re.compile(r"[lg]*[cmsztag](?:[,&]{0,2}[lg]*[cmszta])*[av]?(?:n+|(?<!n)1(?![n1c]))")
_PREDICATE = re.compile(r"[nek](?:[de]?b|b)[lgx]*([cmst](?:[,&]{0,2}[cmst])*)(?![lgcmsztan]|[,&]+[lgcmszt])")
_MADE = re.compile(r"nvo([mn])(?![lgcmsztan])")
_COATED = re.compile(r"n[cvta](c(?:[,&]{1,2}c)*)(?![lgcmsztan]|[,&]+[lgcmszt])")
_DRESSED = re.compile(r"nv?(?:W|v|t)(c(?:[,&]{1,2}c)*)(?![lgcmsztan]|[,&]+[lgcmszt])")
_COORDINATED = re.compile(r"d[gcmszt]+n+&d[gcmszt]+n+")
_FEATURES = listed("binding features")
PARTS = listed("binding parts") | _FEATURES
"""What things have: no things of their own."""
_DRESSED_IN = frozenset({"wearing", "having", "featuring", "being"})
_OTHERS = OTHERS | {"one"}
_GARMENTS = listed("binding garments")
_PEOPLE = PEOPLE - {"i"}
_OBJECTS = listed("binding objects")
"""What is a thing of its own; anything else that a thing has is a part of it."""
_HAVING = frozenset({"with", "has", "have", "having", "had", "featuring", "its", "their"})
_OWNED = re.compile(
    r"(?:(?:[wWh]d?|d)[lgcmsztav2q]*[cmszta]n+|[wWh]d?[2q]?n+)(?:[,&]{1,2}d?[lgcmsztav12q]*n+)*"
)
"""What a thing has: with a white shade and a brass base, by its red crest."""
_INTRODUCED = re.compile(r"(?:(?:e|dn?)b)?d?[lgcmszta]*n+;")
"""A thing that is named before it is described: it is a heron: a yellow beak and black legs."""
_QUALIFIED = re.compile(r"(?:^|o)(d[lg]*[acmszt]n+(?:[&,w]+|&w|R)d[lg]*[acmszt]n+)(?=[.,;?]|$)")
_APPLIES = re.compile("[cmsztg]")
_NO_PROPERTIES = listed("binding no-properties")
_QUALITY = re.compile("[acmszt]n+")
_COATS = listed("binding coated")
_SMALL = listed("binding small")
_LARGE = listed("binding large")
_STRONG = "cmtsg"
_JOINS = re.compile("[&wdvbRWF]")
_WEATHER = listed("binding weather")
_AT = frozenset({"in", "on", "at", "near", "through", "across", "along", "over"})
_WHOLE = listed("binding whole")
_GATHERED = listed("binding gathered")
"""What things stand together in: roses growing in large clusters."""


@cache
def _natural() -> dict[str, frozenset[str]]:
    """By noun, the properties that such a thing has anyway (``lexicon/natural.txt``)."""
    pairs = (line.split(" = ") for line in sections("natural")["natural"])
    return {noun: frozenset(words.split()) for noun, words in pairs}


def attributes(tagged: Tagged) -> tuple[Attribute, ...]:
    """Every property-noun pair of a prompt, in order."""
    return tuple(pair for pair, _ in _pairs(tagged))


def bindings(tagged: Tagged) -> tuple[tuple[Attribute, ...], tuple[Attribute, ...]]:
    """All pairs, and those among them that bind: at least two things with different properties (else none)."""
    pairs = _pairs(tagged) if _APPLIES.search(tagged.tags) else []
    bound = _binding(tagged, pairs)
    if _is_one_phrase(tagged, bound):
        bound = []
    if not bound and ("a" in tagged.tags or "z" in tagged.tags):
        bound = _qualified(tagged)
    if not bound and not _OTHERS.isdisjoint(tagged.words):
        bound = each_its_own(tagged)
    return tuple(pair for pair, _ in pairs), tuple(_with_parts(tagged, bound) if bound else ())


def _binding(tagged: Tagged, pairs: list[tuple[Attribute, str]]) -> list[Attribute]:
    if len(pairs) < 2 or _is_tag_list(tagged) or _are_synonyms(tagged, pairs):
        return []
    features = Counter(pair.noun for pair, _ in pairs if pair.noun in _FEATURES)
    strong = [pair for pair, letters in pairs if _is_strong(pair, letters) and features.get(pair.noun) != 1]
    telling = [
        pair
        for pair, letters in pairs
        if _tells(pair, letters) and not _is_how_many_stand(tagged, pair) and not _is_weather(tagged, pair)
    ]
    owned = [pair for pair in strong if pair in telling]
    if _differ(owned):
        return owned
    dressed = _GARMENTS if _is_one_person(tagged) else frozenset()
    sized = _opposed([pair for pair in telling if pair.noun not in dressed])
    if sized:
        return sized
    if len(pairs) == 2 and strong and _COORDINATED.search(tagged.tags):
        named = [pair for pair, _ in pairs]
        return named if _differ(named) else []
    return []


def _is_one_phrase(tagged: Tagged, bound: list[Attribute]) -> bool:
    """Whether nothing stands between the pairs: a pink rose gold diamond ring is one thing, whatever its words may be elsewhere."""
    return all(
        not tagged.text[before.span[1] : after.span[0]].strip() for before, after in itertools.pairwise(bound)
    )


def _with_parts(tagged: Tagged, bound: list[Attribute]) -> list[Attribute]:
    """The pairs, those marked that are said of a part which only one thing has: a shoe with green stripes."""
    features = Counter(pair.noun for pair in bound)
    worn = frozenset(features.keys() & _GARMENTS) if _is_one_person(tagged) else frozenset()
    if len(worn) == 1 and not _acts(tagged, features):
        worn = frozenset()  # a woman in a red dress and a blue car: each might have the other's colour
    owned = [
        tagged.span(match.start(), match.end() - 1)
        for match in _OWNED.finditer(tagged.tags)
        if not _HAVING.isdisjoint(tagged.words[match.start() : match.start() + 2])
    ]
    named = _INTRODUCED.match(tagged.tags)
    described = named is not None and tagged.words[named.end() - 1] == ":"
    return [
        replace(pair, is_part=True)
        if features[pair.noun] == 1
        and (
            pair.noun in worn
            or (described and pair.noun in PARTS)
            or (
                (pair.noun in PARTS or pair.noun not in _OBJECTS)
                and any(start <= pair.span[0] < end for start, end in owned)
            )
        )
        else pair
        for pair in bound
    ]


def _acts(tagged: Tagged, described: Iterable[str]) -> bool:
    """Whether somebody does something with none of the things that are described: walks down a street, not holds a red vase."""
    for at, (word, tag) in enumerate(zip(tagged.words, tagged.tags, strict=True)):
        if tag == "v" and word.endswith("ing") and word not in _DRESSED_IN:
            aim = next((end for end in range(at + 1, len(tagged.tags)) if tagged.tags[end] == "n"), None)
            if aim is None or tagged.words[end_of_nouns(tagged.tags, aim)] not in described:
                return True
    return False


def _is_one_person(tagged: Tagged) -> bool:
    """Whether one person is in a prompt, whose clothes are then parts of one thing."""
    people = [
        word for word, tag in zip(tagged.words, tagged.tags, strict=True) if tag in "nek" and word in _PEOPLE
    ]
    return len(people) == 1 and singular(people[0]) == people[0]


def _qualified(tagged: Tagged) -> list[Attribute]:
    """`a sad clown and a happy child`: a caption that is two things, each with an adjective of any class."""
    match = _QUALIFIED.search(tagged.tags)
    if match is None:
        return []
    found = []
    for piece in _QUALITY.finditer(tagged.tags, *match.span(1)):
        start, end = piece.span()
        words = [
            tagged.words[position]
            for position in range(start, end)
            if tagged.tags[position] in "acmszt" and tagged.words[position] not in _NO_PROPERTIES
        ]
        if not words or tagged.words[end - 1] in _WHOLE:
            return []
        found.append(Attribute(tuple(words), tagged.words[end - 1], tagged.span(start, end - 1)))
    return found if len(found) > 1 and _differ(found) else []


def _is_tag_list(tagged: Tagged) -> bool:
    """Whether a prompt is a list of style words, where commas bind nothing."""
    commas = tagged.tags.count(",")
    return commas > 4 and tagged.tags.count("d") < commas


def _are_synonyms(tagged: Tagged, pairs: list[tuple[Attribute, str]]) -> bool:
    """Whether names of one thing stand in a row, as in labels of data sets: great grey owl, great gray owl."""
    nouns = {pair.noun for pair, _ in pairs}
    return len(nouns) == 1 and "," in tagged.tags and _JOINS.search(tagged.tags) is None


def _is_strong(pair: Attribute, letters: str) -> bool:
    return any(letter in "cmts" or word == "dark" for letter, word in zip(letters, pair.words, strict=True))


def _tells(pair: Attribute, letters: str) -> bool:
    """Whether the properties are not those that such a thing has anyway, and the thing is not the picture itself."""
    if pair.noun in _WHOLE:
        return False
    telling = [word for word, letter in zip(pair.words, letters, strict=True) if letter in _STRONG]
    natural = _natural().get(pair.noun)
    return natural is None or not telling or not natural.issuperset(telling)


def _is_how_many_stand(tagged: Tagged, pair: Attribute) -> bool:
    """Whether the size is that of a gathering of the things themselves: small flowers in large clusters."""
    before = tagged.text[: pair.span[0]].split()[-2:]
    if before and before[-1] in ("a", "an", "the", "one"):
        before.pop()
    return pair.noun in _GATHERED and before[-1:] in (["in"], ["into"])


def _is_weather(tagged: Tagged, pair: Attribute) -> bool:
    """Whether a look is that of the place where all is seen: a red ball in a snowy park."""
    before = tagged.text[: pair.span[0]].lower().split()[-2:]
    return (
        _WEATHER.issuperset(pair.words)
        and pair.noun in SCENERY
        and not _AT.isdisjoint(before[-1:] if before[-1:] and before[-1] in _AT else before[:1])
    )


def _differ(pairs: list[Attribute]) -> bool:
    return any(_differs(one, other) for index, one in enumerate(pairs) for other in pairs[index + 1 :])


def _differs(one: Attribute, other: Attribute) -> bool:
    """Whether two things have different properties; said twice of one thing, more words are no other property."""
    if one.span[0] < other.span[1] and other.span[0] < one.span[1]:
        return False  # one thing, described before and after
    said, also = set(one.words), set(other.words)
    return said != also and (one.noun != other.noun or not (said <= also or also <= said))


def _opposed(pairs: list[Attribute]) -> list[Attribute]:
    """The pairs that are big or small, if some are the one and some the other."""
    small = [pair for pair in pairs if not _SMALL.isdisjoint(pair.words)]
    large = [pair for pair in pairs if not _LARGE.isdisjoint(pair.words)]
    return [pair for pair in pairs if pair in small or pair in large] if small and large else []


def _pairs(tagged: Tagged) -> list[tuple[Attribute, str]]:
    tags, words = tagged.tags, tagged.words
    found: list[tuple[int, Attribute, str]] = []
    tags = (
        re.sub(r"[mc](?=[o.;?eWRFbhxpw]|v(?!n)|&[d2]|$|,[d2e])", _as_noun, tags)
        if "m" in tags or "c" in tags
        else tags
    )
    for match in _BEFORE.finditer(tags):
        start, end = match.span()
        run = end
        while tags[run - 1] == "n" and run > start:
            run -= 1
        if tags[end - 1] == "1" and words[end - 1] != "one":
            continue
        letters = "".join(tags[i] for i in range(start, run) if tags[i] in "cmsztag")
        properties = tuple(words[i] for i in range(start, run) if tags[i] in "cmsztag")
        if letters.strip("ga") or "dark" in properties:
            found.append((start, Attribute(properties, words[end - 1], tagged.span(start, end - 1)), letters))
    for pattern in (_PREDICATE, _DRESSED, _MADE, _COATED):
        for match in pattern.finditer(tags):
            if (pattern is _COATED and words[match.start() + 1] not in _COATS) or (
                pattern is _MADE
                and words[match.start() + 1] not in ("made", "built", "carved", "constructed")
            ):
                continue
            start, end = match.span(1)
            said = [position for position in range(start, end) if tags[position] in "cmsztn"]
            owner = _subject(tags, match.start(), start) if pattern is _PREDICATE else match.start()
            properties = tuple(words[position] for position in said)
            if pattern is _MADE and word_class(properties[0])[1] != "m":
                continue
            pair = Attribute(properties, words[owner], tagged.span(owner, end - 1))
            letters = "m" if pattern is _MADE else "".join(tags[position] for position in said)
            found.append((owner, pair, letters))
    found.sort(key=lambda item: item[0])
    return [(pair, letters) for _, pair, letters in found]


def _subject(tags: str, before_verb: int, verb: int) -> int:
    """The noun that a predicate is about: the last of the clause's first run of nouns (the book on the shelf is red)."""
    start = max(tags.rfind(mark, 0, verb) for mark in ".;,&") + 1
    for position in range(start, before_verb):
        if tags[position] == "n" and tags[position + 1] != "n":
            return position
    return before_verb


def _as_noun(match: re.Match[str]) -> str:
    """A material or colour that no noun follows is a thing itself ("on the grass"), unless a form of be says it."""
    before = match.string[match.start() - 1] if match.start() else "."
    if match.group() == "c":
        return "n" if before == "d" else "c"
    return "m" if before in "blx" and match.start() else "n"
