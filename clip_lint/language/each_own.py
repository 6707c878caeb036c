"""Two things of which each has a state of its own, whatever its word class.

    own = thing STATE ("while" | "and" ...) ("another" | "the other" ...) STATE    one shouts angrily while another sits happily
        | "one" ... "the other" ("in" | "with" | "wears" ...) ...                   one in a green coat, the other in a grey one
        | "one" LOOK "and" "one" LOOK                                               two dogs, one brown and one white

A state is a colour or a word for an emotion, as adjective or adverb. Part of the grammar of :mod:`clip_lint.language.binding`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.meaning import Attribute
from clip_lint.language.themes import themes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.language.meaning import Meaning
    from clip_lint.language.tagging import Tagged

OTHERS = frozenset({"another", "other", "others", "second"})
_ONE_AND_ONE = re.compile(r"1[lgbx]*([cmsz])(?!n)[,&w]*1[lgbx]*([cmsz])")
_SAID_OF = "nek1"
_OTHER = re.compile(
    r"(?<=[\w,;])\W+(?:the|an)(?: |)other(?= (?:one )?(?:in|with|wears?|wearing|is|has|having|holds?|holding|dressed|carrying)\b)"
)
"""Where what is said of the other begins: one in a green coat, the other in a grey one."""


def each_its_own(tagged: Tagged) -> list[Attribute]:
    """The states that two things have, each its own; empty where there is but one of them."""
    words = tagged.words
    match = _ONE_AND_ONE.search(tagged.tags)
    if match is not None and words[match.start(1)] != words[match.start(2)]:
        return [
            Attribute((words[at],), "one", tagged.span(at, at)) for at in (match.start(1), match.start(2))
        ]
    mark = next((at for at, word in enumerate(words) if word in OTHERS), 0)
    one, other = _state(tagged, 0, mark), _state(tagged, mark, len(words))
    if one is None or other is None or words[one] == words[other]:
        return []
    return [
        Attribute((words[at],), _owner(tagged, first, at), tagged.span(at, at))
        for first, at in ((0, one), (mark, other))
    ]


def _state(tagged: Tagged, first: int, last: int) -> int | None:
    return next(
        (
            at
            for at in range(first, last)
            if tagged.tags[at] == "c"
            or (tagged.tags[at] in "alvn" and "emotion" in themes_of(tagged.words[at]))
        ),
        None,
    )


def _owner(tagged: Tagged, first: int, at: int) -> str:
    """What the state at ``at`` is said of: the first thing named from ``first`` on."""
    return next(
        (
            tagged.words[place]
            for place in range(first, len(tagged.words))
            if tagged.tags[place] in _SAID_OF and place != at
        ),
        tagged.words[first],
    )


def each_has_its_own(meaning: Meaning, bound: Sequence[Attribute]) -> bool:
    """Whether what is said of one is told from what is said of the other: one in a green coat, the other in a grey one."""
    marks = [match.start() for match in _OTHER.finditer(meaning.text.lower())]
    return any(
        any(pair.span[0] < mark for pair in bound) and any(pair.span[0] > mark for pair in bound)
        for mark in marks
    )


def are_of_one_kind(bound: Sequence[Attribute]) -> bool:
    """Whether one kind of thing is there twice, each with its own look: red hair, grey hair."""
    nouns = [pair.noun for pair in bound]
    return len(set(nouns)) < len(nouns)


def binds_several(bound: Sequence[Attribute]) -> bool:
    """Whether looks are said of two things or more, and not of the parts of one."""
    return len([pair for pair in bound if not pair.is_part]) > 1
