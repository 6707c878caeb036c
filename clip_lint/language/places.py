"""Where things simply are: settings, told from places that things have relative to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.language.lexicon import listed
from clip_lint.language.singular import singular

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

PRONOUNS = listed("space pronouns")
EVENTS = listed("space events")
PEOPLE = listed("space people")
_ANIMALS = listed("space animals")
_AMONG = frozenset({"between", "among", "amongst", "amid", "amidst"})
SCENERY = listed("space places")
PLACES = SCENERY | listed("space carriers")
"""Where people and things simply are: in a street, on a horse, at a computer."""
BACKDROPS = listed("space backdrops")
_BUILT = listed("space structures") | listed("space buildings")
_OUTDOORS = (SCENERY | BACKDROPS | _BUILT) - listed("space forms")
_ARRAYS = frozenset(
    {"row", "line", "stack", "pile", "shelf", "aisle", "crop", "ruin", "cloud", "wave", "stall", "tent"}
)
"""What lies all around, and is no thing of two: weeds between rows of beans."""
_ASSERTED = frozenset(
    {"placed", "positioned", "located", "situated", "mounted", "put", "set", "kept", "stored"}
)
"""Verbs that say nothing but where a thing is; all others are what it does there."""
_SIDED = frozenset({"left", "right", "between", "north", "south", "east", "west"})
STANCES = listed("space stances")
PLACED = listed("space placed")
PUT = PLACED | listed("space postures")
_IDLE = PUT | STANCES
_STATIC = _IDLE | listed("space between-things") | listed("space heading") | listed("space held")
_TELLING = frozenset({"below", "above", "behind", "inside", "front", "beside"})
"""Places by another thing: under, on top of, behind, inside, in front of, next to it."""
_WAYS = listed("space ways")
_TELLING_APART = frozenset(
    {"distinguish", "distinguishes", "distinguishing", "differentiate", "differentiates", "differentiating", "discriminate",
     "discriminating", "tell", "choose", "choosing", "decide", "compare", "comparing", "switch", "switching"}
)  # fmt: skip
_SORTED_BY = listed("space sorted-by")
_RIDES = listed("space rides")
_FIXTURES = listed("space fixtures")
_EACH = frozenset({"each", "one", "its", "his", "their"})
SCENE = listed("space scene")
"""Words for the picture itself."""


def is_setting(tagged: Tagged, position: int, value: str) -> bool:
    """Whether a place is where something idly is: near the lake, parked in front of a garage; never left or right of it.

    What lies under a table does so by another thing, whatever the verb; beside a window is a place only where somebody stands or sits.
    """
    if value == "between":
        return _is_amid(tagged, position)
    if value in _SIDED:
        return False
    before = tagged.words[position - 1] if position else ""
    idles = (tagged.tags[position - 1 : position] == "v" or before in _IDLE) and before not in _ASSERTED
    if (
        tagged.tags[position - 1 : position] in ("v", "a")
        and before.endswith("ing")
        and before not in _STATIC
    ):
        return True  # where somebody does something: hiding under the bed, running behind a fence
    following = tagged.words[position + 1] if position + 1 < len(tagged.words) else ""
    aim = {form for word in goal(tagged, position) for form in (word, singular(word))}
    if not aim.isdisjoint(_FIXTURES):
        return idles
    if value == "inside" and idles and not aim.isdisjoint(_RIDES):
        return True  # where people are on their way: sitting inside a taxi
    return (
        (idles and value not in _TELLING)
        or following in PRONOUNS
        or following in _EACH
        or not aim.isdisjoint(_OUTDOORS)
    )


def _is_amid(tagged: Tagged, position: int) -> bool:
    """Between things of one kind that nobody numbers: scenery, or of a way; not between two trees, or a tree and a wall."""
    aim = {form for word in goal(tagged, position) for form in (word, singular(word))}
    return (
        (
            not (_OUTDOORS | _ARRAYS).isdisjoint(aim)
            or not _WAYS.isdisjoint(tagged.words[max(position - 1, 0) : position])
        )
        and tagged.tags[position + 1 : position + 2] not in tuple("d12q")
        and "&" not in tagged.tags[position:]
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


def is_taken_part_in(tagged: Tagged, start: int, position: int) -> bool:
    """Whether people do among themselves what happens: a fight breaking out between people, a lively debate among students."""
    return (
        tagged.words[position] in _AMONG
        and not EVENTS.isdisjoint(tagged.words[start:position])
        and not PEOPLE.isdisjoint(tagged.words[position + 1 : position + 7])
    )


def rests(tagged: Tagged, position: int) -> bool:
    """Whether what sits, stands or lies at ``position`` is alive: a posture, not a place; of an animal where it is not asserted (is sleeping)."""
    for before in range(position - 1, -1, -1):
        if tagged.tags[before] in "nek":
            word = tagged.words[before]
            is_asserted = before < position - 1 or not tagged.words[position].endswith("ing")
            return word in PEOPLE or (word in _ANIMALS and not is_asserted)
    return False


def is_deed(tagged: Tagged, position: int) -> bool:
    """Whether `by` names who does it, or what things are sorted by: a dress worn by a bride, pick wallpapers by colour."""
    if tagged.words[position] == "by" and not _SORTED_BY.isdisjoint(
        tagged.words[position + 1 : position + 4]
    ):
        return True
    before = tagged.words[position - 1] if position else ""
    return (
        tagged.words[position] == "by"
        and tagged.tags[position - 1 : position] == "v"
        and before not in PUT | STANCES
    )


def is_told_apart(tagged: Tagged, start: int, position: int) -> bool:
    """Whether things are told apart or chosen from, and lie nowhere: distinguish between a drawing and a photo."""
    return tagged.words[position] == "between" and not _TELLING_APART.isdisjoint(tagged.words[start:position])
