"""Places that are named without a relation: left and right, extremes, headings, contact, where something is.

Part of the grammar of :mod:`clip_lint.language.space`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.kinds import is_sided
from clip_lint.language.lexicon import lexicon, listed
from clip_lint.language.meaning import Relation
from clip_lint.language.places import PLACES, SCENE, goal

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

_HEADING = listed("space heading")
_LEFT_RIGHT = listed("space left-right")
_MOVING = frozenset(
    {"moving", "moves", "move", "moved", "going", "goes", "travelling", "drifting", "sliding", "swinging"}
)
"""What limbs do as a whole; a body that leans or faces left has a posture."""
_EXTREMES = listed("space extremes")
_SIDEWAYS = frozenset(
    f"{way} the {side}" for way in ("to", "from", "towards", "toward") for side in ("left", "right")
)
_LIMB_OWNERS = listed("space limb-owners")
_OPPOSITES = (("left", "right"), ("top", "bottom"), ("upper", "lower"), ("front", "back"), ("front", "rear"))
MARKS = (
    _EXTREMES
    | _LEFT_RIGHT
    | {
        "upper",
        "top",
        "front",
        "where",
        "side by side",
        "back to back",
        "face to face",
    }
    | frozenset(
        f"{way} the {side}" for way in ("to", "from", "towards", "toward") for side in ("left", "right")
    )
)
BETWEEN_THINGS = listed("space between-things")
_MEETING = frozenset({"facing", "touching", "overlapping", "adjoining", "bordering"})
_LENS = frozenset({"camera", "viewer", "forward", "other", "face", "mirror"})
_ALONE = frozenset({"side by side", "back to back", "face to face"})


def contacts(tagged: Tagged, found: dict[int, Relation]) -> None:
    """`a chair facing a window`, `the cat is touching the ball`, `the frame surrounds the picture`."""
    words, tags = tagged.words, tagged.tags
    for position in range(1, len(tags) - 1):
        word = words[position]
        if tags[position] != "v" or word not in BETWEEN_THINGS or tags[position + 1] not in "dnop12q":
            continue
        before = tags[position - 1]
        meets = word in _MEETING and before == "n" and goal(tagged, position).isdisjoint(SCENE | _LENS)
        if meets or (
            (before == "b" or (before == "n" and words[0] == "the")) and words[position + 1] not in _LENS
        ):
            value = "facing" if word == "facing" else "contact"
            found[position] = Relation(value, word, tagged.span(position, position))


def directions(tagged: Tagged, found: dict[int, Relation]) -> None:
    """Left and right (or top and bottom) as names of places, extremes, headings and `where is`; no limbs, no postures."""
    words, tags = tagged.words, tagged.tags
    body = lexicon().groups["body-part"]
    limbs = not body.isdisjoint(words)
    for position, word in enumerate(words):
        following = tags[position + 1 : position + 2]
        if (
            (
                word in _EXTREMES
                and following != ""
                and following in "n12cmsztga"
                and PLACES.isdisjoint(goal(tagged, position))
            )
            or (word in _ALONE and position and "n" in tags[:position])
            or (
                (word in _LEFT_RIGHT or word in _SIDEWAYS)
                and position > 1
                and words[position - 1] in _HEADING
                and following not in ("n", "F")
                and (not limbs or words[position - 1] in _MOVING)
                and _LIMB_OWNERS.isdisjoint(words[:position])
            )
        ):
            found.setdefault(position, _named(tagged, position))
    for side in ("left", "right"):
        if side in words and is_sided(words, goal(tagged, words.index(side))):
            found.setdefault(words.index(side), _named(tagged, words.index(side)))
    if (
        words[0] == "the"
        and words[1:2]
        and words[1] in ("left", "right")
        and not limbs
        and re.fullmatch(r"d.[cmszta]?n", tags)
    ):
        found.setdefault(1, _named(tagged, 1))  # the left lion: which one
    for one, other in _OPPOSITES:
        if one in words and other in words and not limbs:
            places = [words.index(one), words.index(other)]
            if all(_stands_alone(tags, place) for place in places) or all(
                tags[place + 1 : place + 2] == "n" and tags[place - 1 : place] in ("d", "")
                for place in places
            ):
                for place in places:
                    found.setdefault(place, _named(tagged, place))
    if words[0] == "where" and tags[1:3] in ("bd", "bn") and "v" not in tags[2:]:
        found.setdefault(0, Relation("where", "where", tagged.span(0, 0)))


def _stands_alone(tags: str, position: int) -> bool:
    """Whether a word is no part of a noun phrase: `left: a dog`, `dog (left)`, `dog left, cat right`."""
    return tags[position + 1 : position + 2] in ("", ";", ",", "(", ".", "-", "&", "b")


def _named(tagged: Tagged, position: int) -> Relation:
    word = tagged.words[position]
    return Relation(lexicon().relations.get(word, word), word, tagged.span(position, position))
