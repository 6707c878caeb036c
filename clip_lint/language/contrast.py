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

from clip_lint.language.contrast_keys import (
    DROPPED,
    direction_key,
    figure_key,
    is_counted,
    is_placed,
    is_written,
    number_key,
)
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


_ORDERED = "nkcmsztagv20qR"
_LINKS = "&,w"
_JOINING = listed("contrast joining")


@lru_cache(maxsize=256)
def contrasts(texts: tuple[str, ...]) -> tuple[Contrast, ...]:
    """Every contrast within a label set, in order of the labels; at most one of each difference for a label."""
    meanings = [read_prompt(text) for text in texts]
    found = [
        *_by_key(meanings, Difference.NUMBER, number_key, is_counted),
        *_by_key(meanings, Difference.DIRECTION, direction_key, is_placed),
        *_by_key(meanings, Difference.WRITING, figure_key, is_written),
        *_negated(meanings),
        *_reordered(meanings),
    ]
    return tuple(sorted(found, key=lambda contrast: contrast.first))


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


_NEGATION_DROPPED = DROPPED + "wf&"
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
        stem(_affirmed(word) if tag == "x" else word)
        for word, tag in zip(meaning.words, meaning.tags, strict=True)
        if (tag not in _NEGATION_DROPPED and word not in _NEGATION_WORDS) or (tag == "x" and _affirmed(word))
    )


def _affirmed(word: str) -> str:
    """What a word denies of which it is a part: non-food, noncriminal, mask-free, helmetless; empty if it denies the next one."""
    if word.startswith("non") and word != "none":
        return word.removeprefix("non").removeprefix("-")
    return next((word.removesuffix(end) for end in ("-free", "less") if word.endswith(end)), "")


def _reordered(meanings: Sequence[Meaning]) -> Iterable[Contrast]:
    groups: dict[tuple[str, ...], list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for index, meaning in enumerate(meanings):
        order = _order(meaning)
        if len(order) > 1:
            groups[tuple(sorted(order))].append((index, order))
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
    heads = _heads(meanings[first])
    if one != other or (heads and heads == _heads(meanings[second]) and "v" not in meanings[first].tags):
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
