"""What a set of labels asks the model to tell apart.

Labels that are the same but for a number, a direction, a negating word or the order of their words make a *contrast*. It is found
by keys, not pair by pair: a label's key is its words without what may differ, so that a thousand labels cost a thousand keys.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import listed
from clip_lint.language.reading import read_prompt
from clip_lint.language.singular import stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clip_lint.language.meaning import Meaning


class Difference(Enum):
    """What two labels differ by."""

    NUMBER = "number"
    DIRECTION = "direction"
    ATTRIBUTES = "attributes"
    NEGATION = "negation"
    ROLES = "roles"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two labels (by index) that differ only in ``words``: those of the first, those of the second.

    For a negation ``first`` is the negated label. In a larger group every label but the first is paired with the first, and
    the first with the second.
    """

    difference: Difference
    first: int
    second: int
    words: tuple[str, str]


_PLACES = listed("contrast directions")
"""Words that say nothing but where: left, upper, near, middle."""
_SIDES = listed("contrast sides")
"""Those of them that are a whole label by themselves; `front` and `back` may be views."""
_VIEWS = listed("contrast views")
_COMPASS = frozenset({"north", "south", "east", "west"})
_TURNED = listed("contrast turned")
_GROUPS = frozenset({"pair", "couple", "trio", "dozen", "group", "crowd"})
_SHOWN = frozenset({"showing", "shows", "displaying", "displays", "reading", "saying"})
_WRITTEN_ON = listed("contrast written-on")
_NUMERALS = frozenset({"number", "numbers", "digit", "digits", "numeral", "letter", "figure"})
_MOST_COUNTED = 20
"""Numbers above name or measure something: years, sizes, classes."""
_QUANTITIES = listed("contrast quantities")
_DROPPED = "dblxh,.;?(-#'"
_ORDERED = "nkcmsztagv20qR"
_LINKS = "&,w"
_JOINING = listed("contrast joining")


@lru_cache(maxsize=256)
def contrasts(texts: tuple[str, ...]) -> tuple[Contrast, ...]:
    """Every contrast within a label set, in order of the labels; at most one of each difference for a label."""
    meanings = [read_prompt(text) for text in texts]
    found = [
        *_by_key(meanings, Difference.NUMBER, _number_key, _is_counted),
        *_by_key(meanings, Difference.DIRECTION, _direction_key, _is_placed),
        *_by_key(meanings, Difference.WRITING, _figure_key, _is_written),
        *_negated(meanings),
        *_reordered(meanings),
    ]
    return tuple(sorted(found, key=lambda contrast: contrast.first))


def _number_key(meaning: Meaning) -> tuple[tuple[str, ...], str] | None:
    key, numbers = [], []
    for position, (word, tag) in enumerate(zip(meaning.words, meaning.tags, strict=True)):
        if _is_number(meaning, position):
            numbers.append(word)
        elif tag == "n":
            key.append(stem(word))
        elif tag not in _DROPPED and tag != "o":
            key.append(word)
    return (tuple(key), " ".join(numbers) or "one") if key else None


def _is_number(meaning: Meaning, position: int) -> bool:
    """Whether a word says how many, or how few; a number that follows a name is part of it (class 2, iPhone 12)."""
    word, tag = meaning.words[position], meaning.tags[position]
    if position and meaning.words[position - 1] in _NUMERALS:
        return False  # the digit 3 is to be read
    if tag in "012":
        return position == 0 or meaning.tags[position - 1] != "n" or bool(meaning.counts)
    return (
        (tag == "q" and word in _QUANTITIES)
        or (tag == "k" and word in _GROUPS)
        or (word == "no" and meaning.tags[position + 1 : position + 2] in tuple("nk"))
    )


def _is_counted(meanings: Iterable[Meaning]) -> bool:
    """Whether labels with one key differ in a number: one of them counts, or all of them say a number or quantity."""
    members = list(meanings)
    if any(meaning.counts for meaning in members):
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


def _figure_key(meaning: Meaning) -> tuple[tuple[str, ...], str] | None:
    """What stands before the figures of a label: speed limit 30, a road sign showing 50, a clock showing noon."""
    for position, (word, tag) in enumerate(zip(meaning.words, meaning.tags, strict=True)):
        before = meaning.words[:position]
        if position and (tag in "012u" or (word not in _SHOWN and before[-1] in _SHOWN)):
            return (tuple(before), " ".join(meaning.words[position:]))
    return None


def _is_written(meanings: Iterable[Meaning]) -> bool:
    """Whether figures after a word for what bears them are to be read."""
    return all(not _WRITTEN_ON.isdisjoint(meaning.words) for meaning in meanings)


def _direction_key(meaning: Meaning) -> tuple[tuple[str, ...], str] | None:
    if not _VIEWS.isdisjoint(meaning.words):
        return None  # how the picture was taken
    key, places = [], []
    for position, (word, tag) in enumerate(zip(meaning.words, meaning.tags, strict=True)):
        if tag in "RFW" and word != "with":
            places.append(word)
            key.append("@")
        elif tag not in _DROPPED or word in _PLACES:
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


def _is_placed(meanings: Iterable[Meaning]) -> bool:
    """Whether labels with one key differ by a direction and not just by "in" and "at"."""
    values: set[str] = set()
    unsaid = False
    for meaning in meanings:
        said = {relation.value for relation in meaning.relations} | (_pieces(meaning) & _PLACES)
        unsaid = unsaid or not said
        values |= said
    return len(values) + unsaid > 1


def _by_key(
    meanings: Sequence[Meaning], difference: Difference, key_of: object, applies: object
) -> Iterable[Contrast]:
    groups: dict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
    for index, meaning in enumerate(meanings):
        keyed = key_of(meaning)  # type: ignore[operator]
        if keyed is not None:
            groups[keyed[0]].append((index, keyed[1]))
    for members in groups.values():
        if len({words for _, words in members}) > 1 and applies(meanings[index] for index, _ in members):  # type: ignore[operator]
            for position, (index, words) in enumerate(members):
                other, others = next(
                    member for member in (members if position else members[1:]) if member[1] != words
                )
                yield Contrast(difference, index, other, (words, others))


_NEGATION_DROPPED = _DROPPED + "wf&"
_NEGATION_WORDS = listed("contrast negation-words")


def _negated(meanings: Sequence[Meaning]) -> Iterable[Contrast]:
    positive: dict[tuple[str, ...], int] = {}
    for index, meaning in enumerate(meanings):
        if not meaning.negations:
            positive.setdefault(_negation_key(meaning), index)
    for index, meaning in enumerate(meanings):
        if meaning.negations:
            key = _negation_key(meaning)
            other = positive.get(key) if key else None
            if other is None and len(key) > 1:
                other = positive.get(key[:-1], positive.get(key[1:]))
            if other is not None:
                yield Contrast(Difference.NEGATION, index, other, (meaning.negations[0].word, ""))


def _negation_key(meaning: Meaning) -> tuple[str, ...]:
    return tuple(
        stem(word.removeprefix("non-"))
        for word, tag in zip(meaning.words, meaning.tags, strict=True)
        if (tag not in _NEGATION_DROPPED and word not in _NEGATION_WORDS) or word.startswith("non-")
    )


def _reordered(meanings: Sequence[Meaning]) -> Iterable[Contrast]:
    groups: dict[tuple[str, ...], list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for index, meaning in enumerate(meanings):
        order = _order(meaning)
        if len(order) > 1:
            groups[tuple(sorted(set(order)))].append((index, order))
    for members in groups.values():
        if len({order for _, order in members}) < 2:
            continue
        for position, (index, order) in enumerate(members):
            for other, others in members if position else members[1:]:
                if others != order and not _says_the_same(meanings[index], meanings[other]):
                    yield _moved(meanings, index, other)
                    break


def _order(meaning: Meaning) -> tuple[str, ...]:
    return tuple(
        stem(piece)
        for word, tag in zip(meaning.words, meaning.tags, strict=True)
        if tag in _ORDERED
        for piece in ([word] if tag == "R" else word.split())
        if piece not in _JOINING
    )


def _says_the_same(one: Meaning, other: Meaning) -> bool:
    """Whether only a list was put in another order (cat and dog) or two words changed sides (smiling woman)."""
    if len(_order(one)) < 3 and not (set("RW") & set(one.tags) and set("RW") & set(other.tags)):
        return True
    return Counter(_chunks(one)) == Counter(_chunks(other))


def _chunks(meaning: Meaning) -> list[tuple[str, ...]]:
    chunks: list[tuple[str, ...]] = []
    chunk: list[str] = []
    for word, tag in zip(meaning.words, meaning.tags, strict=True):
        if tag in _LINKS:
            chunks.append(tuple(chunk))
            chunk = []
        elif tag in _ORDERED or tag in "WRo":
            chunk.append(stem(word))
    chunks.append(tuple(chunk))
    return [tuple(sorted(piece)) if len(piece) < 3 else piece for piece in chunks if piece]


def _moved(meanings: Sequence[Meaning], first: int, second: int) -> Contrast:
    """The contrast of two labels with the same words in another order: what is said of things moved, or the things did."""
    one, other = _bound(meanings[first]), _bound(meanings[second])
    if one != other or _heads(meanings[first]) == _heads(meanings[second]):
        words = (_first_word(one - other, meanings[first]), _first_word(other - one, meanings[second]))
        return Contrast(Difference.ATTRIBUTES, first, second, words)
    orders = _order(meanings[first]), _order(meanings[second])
    place = next(
        (position for position, pair in enumerate(zip(*orders, strict=False)) if pair[0] != pair[1]), 0
    )
    return Contrast(
        Difference.ROLES,
        first,
        second,
        (_word_like(orders[0][place], meanings[first]), _word_like(orders[1][place], meanings[second])),
    )


def _bound(meaning: Meaning) -> frozenset[tuple[str, str]]:
    pairs = {(stem(word), stem(pair.noun)) for pair in meaning.attributes for word in pair.words}
    pairs |= {(str(count.value), stem(count.noun)) for count in meaning.counts if count.value != 1}
    return frozenset(pairs)


def _heads(meaning: Meaning) -> list[str]:
    """The things named, in order: the last noun of each run of nouns."""
    return [stem(word.rsplit(" ", 1)[-1]) for word in meaning.objects]


def _first_word(pairs: frozenset[tuple[str, str]], meaning: Meaning) -> str:
    stems = {stem(word): word for word in meaning.words}
    for word in meaning.words:
        for adjective, noun in pairs:
            if stem(word) == adjective:
                return f"{word} {stems.get(noun, noun)}"
    return " ".join(min(pairs)) if pairs else " ".join(meaning.objects[:2])


def _word_like(base: str, meaning: Meaning) -> str:
    return next((piece for word in meaning.words for piece in word.split() if stem(piece) == base), base)
