"""Where things simply are: settings, told from places that things have relative to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.language.lexicon import listed

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

PRONOUNS = listed("space pronouns")
_SCENERY = listed("space places")
PLACES = _SCENERY | listed("space carriers")
"""Where people and things simply are: in a street, on a horse, at a computer."""
BACKDROPS = listed("space backdrops")
_OUTDOORS = (_SCENERY | BACKDROPS | listed("space structures")) - listed("space forms")
_ASSERTED = frozenset(
    {"placed", "positioned", "located", "situated", "mounted", "put", "set", "kept", "stored"}
)
"""Verbs that say nothing but where a thing is; all others are what it does there."""
_SIDED = frozenset({"left", "right", "between", "north", "south", "east", "west"})
STANCES = listed("space stances")
PLACED = listed("space placed")
PUT = PLACED | listed("space postures")
_IDLE = PUT | STANCES
_EACH = frozenset({"each", "one", "its", "his", "their"})
SCENE = listed("space scene")
"""Words for the picture itself."""


def is_setting(tagged: Tagged, position: int, value: str) -> bool:
    """Whether a place is where something idly is: near the lake, parked in front of a garage; never left or right of it."""
    if value in _SIDED:
        return False
    before = tagged.words[position - 1] if position else ""
    idles = (tagged.tags[position - 1 : position] == "v" or before in _IDLE) and before not in _ASSERTED
    following = tagged.words[position + 1] if position + 1 < len(tagged.words) else ""
    return (
        idles
        or following in PRONOUNS
        or following in _EACH
        or not goal(tagged, position).isdisjoint(_OUTDOORS)
    )


def goal(tagged: Tagged, position: int) -> frozenset[str]:
    """The words of the noun phrase after ``position``, up to and with its nouns."""
    tags = tagged.tags
    after = position + 1
    while after < len(tags) and tags[after] in "dlgcmsztav12q":
        after += 1
    end = after
    while end < len(tags) and tags[end] in "nk":
        end += 1
    return frozenset(word for phrase in tagged.words[after:end] for word in phrase.split())
