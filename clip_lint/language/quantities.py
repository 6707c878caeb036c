"""Quantities that are not a number before a noun: how many, a pair of, dozens of, 2x2, many.

Part of the grammar of :mod:`clip_lint.language.counting`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import lexicon, listed
from clip_lint.language.meaning import Count
from clip_lint.language.numbers import NUMBERS, end_of_nouns, is_plural

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged


def vague(tagged: Tagged) -> tuple[Count, ...]:
    """`there are many boats`, `we can see few people`: a quantity is said to be there, though not which number."""
    tags = tagged.tags
    found = []
    for match in _QUANTITY.finditer(tags):
        first, last = match.start(1), match.end() - 1
        quantity = tagged.words[first]
        if (
            quantity not in _SOME
            and (first == 0 or tagged.words[first - 1] != "a")
            and is_plural(tagged.words[last])
        ):
            found.append(Count(None, tagged.words[last], False, tagged.span(first, last)))
    return tuple(found)


_EXACT_NUMBERS = frozenset("the total exact what even odd equal same right correct".split())  # noqa: SIM905
_QUANTITY = re.compile(r"(?:eb|be|fv|^b)(q)[lgcmszta]*n+")
_SOME = frozenset({"some", "more", "most", "various", "much"})


def asked(tagged: Tagged) -> tuple[Count, ...]:
    """`how many cars`, `the number of boats`, `count the sheep`: a number is wanted or left open."""
    words = tagged.words
    found = []
    for position, word in enumerate(words[:-1]):
        following = words[position + 1]
        if (word == "how" and following == "many") or (
            word == "number"
            and following == "of"
            and (position == 0 or words[position - 1] in _EXACT_NUMBERS)
        ):
            first, noun = position, position + 2
            if (
                word == "number"
                and tagged.tags[noun : noun + 2] in ("dn", "bn")
                and not is_plural(words[noun + 1])
            ):
                continue  # the number of a house is to be read
        elif (
            word == "number"
            and following == "of"
            and words[position - 1] in ("a", "large", "great", "small", "any")
        ):
            first, noun = position - 1, position + 2
            while noun < len(words) - 1 and tagged.tags[noun] in "dlgcmsztav":
                noun += 1
            if tagged.tags[min(noun, len(words) - 1)] in "nk":
                found.append(Count(None, words[noun], False, tagged.span(first, noun)))
            continue
        elif (
            word == "count"
            and (position == 0 or words[position - 1] in ("to", "and", ",", ".", "please"))
            and (following in ("the", "all", "every", "how") or is_plural(following))
        ):
            first, noun = position, position + 1
        else:
            continue
        while noun < len(words) - 1 and tagged.tags[noun] in "dlgcmsztaqo":
            noun += 1
        last = min(noun, len(words) - 1)
        found.append(Count(None, words[last], True, tagged.span(first, last)))
    return tuple(found)


_COUNTED_IN = listed("counting counted-in")


def collective(tagged: Tagged, position: int) -> Count | None:
    """`a pair of shoes`, `dozens of birds`, `a dozen eggs`; sets and groups say no number by themselves."""
    words, tags = tagged.words, tagged.tags
    word = words[position]
    if word not in _COUNTED_IN:
        return None
    if position and tags[position - 1] == "2":
        return None
    after = position + 1
    if tags[after : after + 1] == "o":
        after += 1
    elif word != "dozen":
        return None
    while after < len(tags) and tags[after] in "lgcmsztavd2&,":
        after += 1
    if after >= len(tags) or tags[after] not in "nke":
        return None
    run = end_of_nouns(tags, after)
    lists = lexicon().groups
    if word in ("pair", "pairs") and any(
        noun in lists["paired"] or noun in lists["body-part"] for noun in words[after : run + 1]
    ):
        return None
    return Count(NUMBERS.get(word), words[run], False, tagged.span(position, run))


def joined(tagged: Tagged, position: int) -> Count | None:
    """`2girls` of tag lists and `5x bottles` of orders: a number written on to what it counts."""
    match = re.fullmatch(r"(\d{1,2})([a-z]{3,}|x)", tagged.words[position])
    if match is None or match[1] in ("0", "1"):
        return None
    noun, last = match[2], position
    if noun == "x":
        if tagged.tags[position + 1 : position + 2] != "n":
            return None
        noun, last = tagged.words[position + 1], position + 1
    lists = lexicon().groups
    if not is_plural(noun) or noun in lists["unit"] or noun in lists["not-things"]:
        return None
    return Count(int(match[1]), noun, False, tagged.span(position, last))


def grid(tagged: Tagged, position: int) -> Count | None:
    """`2x2 icons`: rows times columns of things."""
    match = re.fullmatch(r"(\d{1,2})[x\u00d7](\d{1,2})", tagged.words[position])
    tags = tagged.tags
    if match is None or position + 1 >= len(tags):
        return None
    rest = tags[position + 1 :].lstrip("lgcmszta")
    first = len(tags) - len(rest)
    if not rest.startswith("n") or not any(is_plural(word) for word in tagged.words[first : first + 3]):
        return None
    return Count(int(match[1]) * int(match[2]), tagged.words[first], False, tagged.span(position, first))
