"""Numbers of things.

    count  = NUMBER {adjective | "," adjective | "&" adjective} noun      two small dogs, 3 train, a set of 6 mugs
           | "how many" noun | ["the"] "number of" noun                  how many cars
           | ("dozens" | "hundreds" ...) "of" noun | NUMBER "of" (noun | pronoun)
           | ("pair" | "pairs") "of" noun                                  but not of what comes in pairs by name: glasses
           | "one" {adjective} noun                                        but not as a pronoun (one of which, this one)

What counts no visible things is left out: years, units, versions, ratios, body parts that everybody has ("four legs", unless the
number is asked for), kinds and sides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import lexicon
from clip_lint.language.meaning import Count

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

NUMBERS = dict(zip(
    ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
     "nineteen twenty").split(), range(21), strict=True,
)) | {"single": 1, "triple": 3, "pair": 2, "couple": 2, "duo": 2, "trio": 3, "quartet": 4, "dozen": 12, "thirty": 30, "forty": 40,
      "fifty": 50, "hundred": 100, "hundreds": 100, "thousands": 1000, "dozens": 12, "millions": 1_000_000}  # fmt: skip
"""What number words stand for."""

_PLURALS = frozenset("men women people children feet teeth geese mice fish sheep deer cattle police goldfish bison moose swine "
                     "dice lice oxen aircraft spacecraft offspring salmon trout shrimp squid octopi cacti fungi".split())  # fmt: skip
_SKIPPED = frozenset("lgcmsztavq#-")
_EXACT = frozenset("exactly precisely only just single total".split())
_SCENE = frozenset("photo picture image photograph painting drawing rendering sketch video shot".split())


def is_plural(word: str) -> bool:
    """Whether a noun looks plural."""
    return (word.endswith("s") and not word.endswith(("ss", "us", "is"))) or word in _PLURALS


def value_of(word: str) -> int | None:
    """The number that a word or figure stands for, or None."""
    if word.isdecimal():
        return int(word) if len(word) < 7 else None
    return NUMBERS.get(word)


def counts(tagged: Tagged) -> tuple[Count, ...]:
    """Every number of things in a prompt, in order."""
    found: list[Count] = []
    for position, letter in enumerate(tagged.tags):
        if letter in "012":
            count = _number(tagged, position)
        elif letter == "k":
            count = _collective(tagged, position)
        elif letter == "u":
            count = _grid(tagged, position)
        else:
            continue
        if count is not None:
            found.append(count)
    return tuple(found) + _asked(tagged)


def _asked(tagged: Tagged) -> tuple[Count, ...]:
    words = tagged.words
    found = []
    for position, word in enumerate(words[:-1]):
        following = words[position + 1]
        if word == "how" and following == "many":
            first, noun = position, position + 2
        elif word == "number" and following == "of" and (position == 0 or words[position - 1] in ("the", "total", "exact", "what")):
            first, noun = position, position + 2
        elif word == "number" and following == "of" and words[position - 1] in ("a", "large", "great", "small", "any"):
            first, noun = position - 1, position + 2
            while noun < len(words) - 1 and tagged.tags[noun] in "dlgcmsztav":
                noun += 1
            if tagged.tags[min(noun, len(words) - 1)] in "nk":
                found.append(Count(None, words[noun], False, tagged.span(first, noun)))
            continue
        elif word == "count" and (position == 0 or words[position - 1] in ("to", "and", ",", ".", "please")) and (
            following in ("the", "all", "every", "how") or is_plural(following)
        ):
            first, noun = position, position + 1
        else:
            continue
        while noun < len(words) - 1 and tagged.tags[noun] in "dlgcmsztaqo":
            noun += 1
        last = min(noun, len(words) - 1)
        found.append(Count(None, words[last], True, tagged.span(first, last)))
    return tuple(found)


def _number(tagged: Tagged, position: int) -> Count | None:
    words, tags = tagged.words, tagged.tags
    word = words[position]
    before = tags[position - 1] if position else "."
    previous = words[position - 1] if position else ""
    is_figure = word[0].isdigit()
    lists = lexicon().groups
    if before in "#u" or previous in lists["numbered"] and (is_figure or previous not in ("w", "h", "no", "set", "line", "area", "room")):
        return None
    if before == "-" and position > 1 and tags[position - 2] == "-":
        return None
    if is_figure and (before in "012" and previous[0].isdigit() or tags[position + 1 : position + 2] in ("0", "1", "2")
                      and words[position + 1][0].isdigit()):  # fmt: skip
        return None
    value = value_of(word)
    if value == 1 and not is_figure:
        return _one(tagged, position, value)
    after = position + 1
    seen_adjective = False
    while after < len(tags) and after - position < 8:
        letter = tags[after]
        if letter in _SKIPPED or letter in "2k":
            seen_adjective = seen_adjective or letter in "cmszta"
            if letter in "#-" and (is_figure or not seen_adjective and letter == "#"):
                return None
            if letter == "k":
                break
        elif letter == "d" and is_figure and value is not None and value > 1:
            return None
        elif not (letter in ",&" and seen_adjective and tags[after + 1 : after + 2] in tuple("lgcmszta")):
            break
        after += 1
    letter = tags[after] if after < len(tags) else "."
    asked = previous in _EXACT or (position > 1 and words[position - 2] in ("total",))
    if letter == "o":
        return None if is_figure and previous in _SCENE else Count(value, words[after + 1] if after + 1 < len(words) else "", asked,
                                                                   tagged.span(position, position))  # fmt: skip
    if letter not in "nk":
        if position > 1 and before in "oW" and tags[position - 2] in "kn" and words[position - 2] in _GROUPS and tags[position + 1 : position + 2] in ("", ".", ",", "v", ";", "(", "W"):
            return Count(value, words[position - 2], asked, tagged.span(position, position))
        return None
    run = after
    while run + 1 < len(tags) and tags[run + 1] == "n":
        run += 1
    nouns = words[after : run + 1]
    if nouns[0] in lists["unit"] or (nouns[-1] in lists["not-things"] and len(nouns) < 3):
        return None
    strong = asked or "exactly" in words[max(0, position - 2) : position]
    if not strong and not tags.endswith("?") and (nouns[0] in lists["body-part"] or nouns[-1] in lists["body-part"]) and not _is_existential(tagged, position):
        return None
    plural = any(is_plural(noun) for noun in nouns) or letter == "k"
    if not plural and not is_figure and value != 1 and (
        any(word.endswith("ed") for word in words[position + 1 : after]) or tags[run + 1 : run + 2] in tuple("lgcmszta")
        or len(nouns) > 1
    ):
        return None
    if is_figure:
        if not plural and (len(nouns) > 2 or before not in ".;,o&vbpdRWFwhxqel" or (value or 0) > 20):
            return None
        if before == "n" and not plural:
            return None
        if value is not None and value > 999 and not plural:
            return None
        if value == 1 and plural and not strong:
            return None
    elif nouns[-1] == "one":
        return None
    return Count(value, nouns[-1], strong, tagged.span(position, run))


_GROUPS = frozenset("set group pack family row team pair band crew party table box series collection".split())


def _is_existential(tagged: Tagged, position: int) -> bool:
    return position >= 2 and tagged.words[position - 2] == "there" and tagged.tags[position - 1] == "b"


def _one(tagged: Tagged, position: int, value: int) -> Count | None:
    """"One" and "single" before a noun; not as a pronoun, and not in the frame "a photo of one"."""
    words, tags = tagged.words, tagged.tags
    word = words[position]
    previous = words[position - 1] if position else ""
    if previous in ("no", "this", "that", "the", "which", "any", "every", "each", "some", "another") and word == "one":
        return None
    if word == "one" and position >= 2 and previous == "of" and (words[position - 2] in _SCENE or tags[position - 2] == "n"):
        return None
    after = position + 1
    while after < len(tags) and tags[after] in ("lgcmsztav&," if word == "single" else "lgcmszta&,"):
        after += 1
    if after >= len(tags) or tags[after] not in "nk":
        return None
    run = after
    while run + 1 < len(tags) and tags[run + 1] == "n":
        run += 1
    noun, last = words[after], words[run]
    lists = lexicon().groups
    exact = previous in _EXACT
    if not exact and (noun in lists["singular-after-one-not"] or noun in lists["unit"] or noun in lists["not-things"] or is_plural(last)):
        return None
    if not exact and (noun in lists["body-part"] or words[run] in lists["body-part"]):
        return None
    return Count(value, words[run], exact, tagged.span(position, run))


def _collective(tagged: Tagged, position: int) -> Count | None:
    """"A pair of shoes", "dozens of birds", "a dozen eggs"; sets and groups say no number by themselves."""
    words, tags = tagged.words, tagged.tags
    word = words[position]
    if word not in ("pair", "pairs", "trio", "quartet", "duo", "dozen", "dozens", "hundreds", "thousands", "millions", "scores", "tens"):
        return None
    if position and tags[position - 1] in "2":
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
    run = after
    while run + 1 < len(tags) and tags[run + 1] == "n":
        run += 1
    lists = lexicon().groups
    if word in ("pair", "pairs") and any(noun in lists["paired"] or noun in lists["body-part"] for noun in words[after : run + 1]):
        return None
    return Count(NUMBERS.get(word), words[run], False, tagged.span(position, run))


def _grid(tagged: Tagged, position: int) -> Count | None:
    """"2x2 icons": rows times columns of things."""
    match = re.fullmatch(r"(\d{1,2})[x\u00d7](\d{1,2})", tagged.words[position])
    tags = tagged.tags
    if match is None or position + 1 >= len(tags):
        return None
    rest = tags[position + 1 :].lstrip("lgcmszta")
    first = len(tags) - len(rest)
    if not rest.startswith("n") or not any(is_plural(word) for word in tagged.words[first : first + 3]):
        return None
    return Count(int(match[1]) * int(match[2]), tagged.words[first], False, tagged.span(position, first))
