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

from typing import TYPE_CHECKING

from clip_lint.language.lexicon import lexicon, listed
from clip_lint.language.meaning import Count
from clip_lint.language.numbers import end_of_nouns, is_plural, value_of
from clip_lint.language.quantities import asked as asked_quantities
from clip_lint.language.quantities import collective, grid, joined, vague
from clip_lint.language.singular import singular

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged


_SKIPPED = frozenset("lgcmsztavq#-")
_EXACT = listed("counting exact")
_SCENE = listed("counting scene")


def counts(tagged: Tagged) -> tuple[Count, ...]:
    """Every number of things in a prompt, in order."""
    found: list[Count] = []
    for position, letter in enumerate(tagged.tags):
        if letter in "012":
            count = _number(tagged, position)
        elif letter == "k":
            count = collective(tagged, position)
        elif letter == "u":
            count = grid(tagged, position) or joined(tagged, position)
        else:
            continue
        if count is not None:
            found.append(count)
    return tuple(found) + asked_quantities(tagged) + (vague(tagged) if "q" in tagged.tags else ())


def _number(tagged: Tagged, position: int) -> Count | None:
    words, tags = tagged.words, tagged.tags
    word = words[position]
    is_figure = word[0].isdigit()
    if _is_name(tagged, position, is_figure=is_figure):
        return None
    value = value_of(word)
    if value == 1 and not is_figure:
        return _one(tagged, position, value)
    is_least = tags[position + 1 : position + 2] == "&" and words[position + 2 : position + 3] in (
        ["more"],
        ["fewer"],
    )
    is_plus = words[position + 1 : position + 2] == ["+"]  # 10+ people
    after = _past_adjectives(tagged, position + 2 * is_least + is_plus, is_figure=is_figure)
    if after is None:
        return None
    previous = words[position - 1] if position else ""
    before = tags[position - 1] if position else "."
    asked = (
        is_least
        or is_plus
        or previous in _EXACT
        or (position > 1 and words[position - 2] == "total")
        or "exactly" in words[max(0, position - 2) : position]
    )
    letter = tags[after] if after < len(tags) else "."
    if letter == "o":
        if is_figure and previous in _SCENE:
            return None
        noun = words[after + 1] if after + 1 < len(words) else ""
        return Count(value, noun, asked, tagged.span(position, position))
    if letter not in "nk":
        if _closes_group(tagged, position):
            return Count(value, words[position - 2], asked, tagged.span(position, position))
        return None
    run = end_of_nouns(tags, after)
    if not _are_things(tagged, position, after, run, asked=asked):
        return None
    nouns = words[after : run + 1]
    if (is_least or is_plus) and nouns[0] in lexicon().groups["unit"]:
        return None  # 60+ years old
    plural = any(is_plural(noun) for noun in nouns) or letter == "k"
    if (value == 0 or word == "triple") and not plural:
        return None
    if is_figure:
        if not plural and (len(nouns) > 2 or before not in _BEFORE_FIGURE or (value or 0) > 20):
            return None
        if value == 1 and plural and not asked:
            return None
    elif (
        not plural
        and value != 1
        and not (before == "o" and tags[position - 2] == "k")
        and _is_modifier(tagged, position, after, run)
    ):
        return None
    return Count(value, nouns[-1], asked, tagged.span(position, run))


_MULTIPLES = frozenset({"hundred", "thousand", "million", "billion"})
_BEFORE_FIGURE = ".;,o&vbpdRWFwhxqel"
"""What may stand before a figure that counts a bare singular, as in `a photo of 3 train`."""


def _is_name(tagged: Tagged, position: int, *, is_figure: bool) -> bool:
    """Whether a number names or measures something: flight 19, #71, $10, --w 512, 2 0 1 4."""
    words, tags = tagged.words, tagged.tags
    before = tags[position - 1] if position else "."
    previous = words[position - 1] if position else ""
    if before in "#u" or (before == "-" and position > 1 and tags[position - 2] == "-"):
        return True
    if previous in lexicon().groups["numbered"] and (is_figure or previous not in _NUMBERED_BY_FIGURES):
        return True
    if not is_figure:
        return (
            _is_capital(tagged, position)
            and _is_capital(tagged, position + 1)
            and not tagged.source.istitle()
        )
    beside = words[position + 1] if position + 1 < len(words) else ""
    return (before in "012" and previous[0].isdigit()) or beside.isdecimal()


def _is_capital(tagged: Tagged, position: int) -> bool:
    """Whether a word within a sentence is written with a capital: the Three Gorges."""
    if not 0 < position < len(tagged.words) or tagged.tags[position - 1] in ".;":
        return False
    start, _ = tagged.span(position, position)
    return tagged.source[start : start + 1].isupper() and not tagged.source.isupper()


def _past_adjectives(tagged: Tagged, position: int, *, is_figure: bool) -> int | None:
    """Where the noun phrase of a number goes on after its adjectives; None if the number belongs elsewhere."""
    tags = tagged.tags
    after = position + 1
    seen_adjective = False
    while after < len(tags) and after - position < 8:
        letter = tags[after]
        if letter == "k":
            break
        if letter in _SKIPPED or letter == "2":
            seen_adjective = seen_adjective or letter in "cmszta"
            if letter in "#-" and (is_figure or (not seen_adjective and letter == "#")):
                return None
        elif letter == "n" and tags[after + 1 : after + 2] in tuple("cmszt"):
            seen_adjective = True  # an adjective that is in no list: seven recyclable brown bags
        elif letter == "d" and is_figure:
            return None
        elif not (letter in ",&" and seen_adjective and tags[after + 1 : after + 2] in tuple("lgcmszta")):
            break
        after += 1
    return after


def _closes_group(tagged: Tagged, position: int) -> bool:
    """`a family of four`: the number says how many the group before it has."""
    tags = tagged.tags
    return (
        position > 1
        and tags[position - 1] in "oW"
        and tags[position - 2] in "kn"
        and tagged.words[position - 2] in _GROUPS
        and tags[position + 1 : position + 2] in ("", ".", ",", "v", ";", "(", "W")
    )


def _are_things(tagged: Tagged, position: int, first: int, last: int, *, asked: bool) -> bool:
    """Whether the nouns from ``first`` to ``last`` are things to be counted, not units, kinds or parts of a body."""
    words = tagged.words
    lists = lexicon().groups
    head, end = words[first], words[last]
    if end == "one":
        return False
    if head in _MULTIPLES and end in lists["unit"]:
        return False
    if not asked and (head in lists["unit"] or (end in lists["not-things"] and last - first < 2)):
        return False
    is_part = head in lists["body-part"] or end in lists["body-part"]
    return (
        not is_part
        or asked
        or tagged.tags.endswith("?")
        or tagged.tags[position - 1 : position] == "o"  # a drawing of two hands
        or _is_misshapen(tagged, position, end)
        or _is_existential(tagged, position)
    )


_USUAL = {
    "finger": (2, 3, 4, 5, 10),
    "toe": (5, 10),
    "head": (1,),
    "eye": (1, 2),
    "arm": (1, 2),
    "ear": (2,),
    "tail": (1,),
    "hand": (1, 2),
    "thumb": (1, 2),
    "horn": (1, 2),
}
"""How many of a part things have, and captions say in passing."""


def _is_misshapen(tagged: Tagged, position: int, part: str) -> bool:
    """Whether a thing is said to have another number of a part than such things have: a hand with six fingers."""
    value, usual = value_of(tagged.words[position]), _USUAL.get(singular(part))
    return (
        value is not None
        and usual is not None
        and value not in usual
        and tagged.words[position - 1 : position] in (["with"], ["has"], ["having"])
    )


def _is_modifier(tagged: Tagged, position: int, first: int, last: int) -> bool:
    """Whether a number word before a singular noun belongs to an adjective: three toed woodpecker, four picture collage."""
    return (
        last > first
        or tagged.tags[last + 1 : last + 2] in tuple("lgcmszta")
        or any(word.endswith("ed") for word in tagged.words[position + 1 : first])
    )


_NUMBERED_BY_FIGURES = listed("counting numbered-by-figures")
_GROUPS = listed("counting groups")


def _is_existential(tagged: Tagged, position: int) -> bool:
    return position >= 2 and tagged.words[position - 2] == "there" and tagged.tags[position - 1] == "b"


def _one(tagged: Tagged, position: int, value: int) -> Count | None:
    """`one` and `a single` before a noun; not as a pronoun, and not in the frame `a photo of one`."""
    words, tags = tagged.words, tagged.tags
    word = words[position]
    previous = words[position - 1] if position else ""
    exact = previous in _EXACT
    if word == "one":
        framed = (
            previous == "of" and position > 1 and (words[position - 2] in _SCENE or tags[position - 2] == "n")
        )
        if framed or previous in _BEFORE_PRONOUN:
            return None
        skipped = "lgcmszta&,"
    else:
        if not exact and tags[position - 1 : position] != "d":
            return None
        skipped = "lgcmsztav&,"
    first = position + 1
    while first < len(tags) and tags[first] in skipped:
        first += 1
    if first >= len(tags) or tags[first] not in "nk":
        return None
    last = end_of_nouns(tags, first)
    head, end = words[first], words[last]
    if end in _SCENE:
        return None
    if not exact:
        lists = lexicon().groups
        if any(head in lists[name] for name in ("singular-after-one-not", "unit", "not-things")) or is_plural(
            end
        ):
            return None
        if head in lists["body-part"] or end in lists["body-part"]:
            return None
    return Count(value, end, exact, tagged.span(position, last))


_BEFORE_PRONOUN = listed("counting before-pronoun")
