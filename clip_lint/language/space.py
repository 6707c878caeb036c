"""Where things are: relations between objects and places in the frame.

    relation = thing STRONG thing                        a cat behind the sofa
             | thing "over" thing                         only after a thing or a form of be: a lamp over a table
             | thing be COPULA thing                      the cat is on the mat
             | clause of two bare nouns                   dog on sand. sky over truck
             | thing with "a" thing COPULA "it"           a bed with a laptop on it
             | caption "a thing in|on|by ... a thing"      a shark in a tank, but not: in the snow, in a suit
             | "there" be thing COPULA thing              in a description of several sentences
             | thing NOUN thing                           a bridge across the river, not: walking across the street
             | thing "facing"|"touching" thing            a chair facing a window
    frame    = FRAME "," clause | thing FRAME ... thing   a cup on the left and a bowl on the right
             | "left" ... "right", "upper" ... "lower"    left: a mug, right: a jug
             | EXTREME thing                              the leftmost door
             | thing pointing ["to the"] left|right       an arrow pointing left
             | "where" be thing                           where is the dog?

STRONG, FRAME, NOUN and COPULA are the strengths in ``lexicon/relations.txt``. "Flying over", "over the shoulder" and scenery ("on
a table", "in the park", by the places of ``lexicon/grammar.txt``) are no relations.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.directions import MARKS, contacts, directions
from clip_lint.language.lexicon import lexicon, listed
from clip_lint.language.meaning import Relation
from clip_lint.language.places import (
    BACKDROPS,
    EVENTS,
    PLACED,
    PLACES,
    PRONOUNS,
    PUT,
    SCENE,
    STANCES,
    goal,
    is_deed,
    is_setting,
    is_taken_part_in,
    is_told_apart,
    rests,
)

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

_THING = 'nekmc"2qd1ghzsta0x'
_SKY = listed("space sky")
_GARMENTS = listed("space garments")
_BETWEEN_PARTS = listed("space between-parts")
_LENGTHS = frozenset(
    {"calf", "calves", "navel", "floor", "bust", "chin", "collarbone", "shin", "shins", "brow", "brows"}
)
_POSSESSIVES = frozenset({"its", "his", "her", "their"})
_AROUND = frozenset({"on", "over", "around"})
_LOCATED = re.compile(r"b[l]*W[l]*(?=[dnkgcmszta2q1e])")
_LOCATED_QUESTION = re.compile(r"^b[dklgcmszta2q1]*n+W(?=[dnkgcmszta2q1e])")
_EXISTS = re.compile(r"(?:eb|ff?v|fv|ev)[dqk12olgcmsztaev&,n]*n[va]?W(?=[dngcmszta])")
_INVERTED = re.compile(r"(?:^|[.;])(W)[dlgcmsztav12oq]*n+b[dq12][lgcmszta]*n")
_CARRIES = re.compile(r"n[Wh]d[lgcmszta]*n+(?:on+)?(W)e(?=[.,;&]|$)")
_CAPTION = re.compile(r"^(?:dno)?((?:d?[gcmszta]*n+|dv)(?:od[gcmszta]*n+)?W)[d12][gcmsztav]*n+(?=[.,;]|$)")
_CAPTIONED = (
    listed("space captioned")
    | {"on the back of"}
    | frozenset(
        f"{word} of"
        for edge in ("edge", "side", "corner")
        for word in (f"in the {edge}", f"on the {edge}", f"at the {edge}")
    )
)
_ROUND = frozenset({"by", "around", "against", "off"})
_LOOSELY_CAPTIONED = _CAPTIONED - {"in"}
_FRAMING = listed("space framing")
_SETTINGS = PLACES | listed("space supports")
"""What a thing is simply seen on or in: no relation where a whole caption is "a pear on a table"."""
_VISTAS = listed("space vistas")
_ARTISTS = listed("space artists")
_BARE = re.compile(r"(?:^|[.;])k?[csztav]?[nm]{1,2}v?(W)[cszta]?[nm]{1,2}(?=[.;]|$)")


def relations(tagged: Tagged) -> tuple[Relation, ...]:
    """Every relation in a prompt, in order."""
    tags = tagged.tags
    found: dict[int, Relation] = {}
    if "R" in tags or "F" in tags or "W" in tags:
        start = 0
        for position, letter in enumerate(tags):
            if letter in ".;?":
                start = position + 1
            elif (
                (letter == "R" and _joins(tagged, start, position))
                or (letter == "F" and _frames(tagged, start, position))
                or (
                    letter == "W"
                    and (
                        (
                            tagged.words[position] in lexicon().groups["after-things"]
                            and _hangs(tagged, position)
                        )
                        or _holds(tagged, position)
                    )
                )
            ):
                found[position] = _relation(tagged, position)
        if "W" in tags:
            for position in _copulas(tagged):
                found.setdefault(position, _relation(tagged, position))
    if "v" in tags:
        contacts(tagged, found)
    if not MARKS.isdisjoint(tagged.words):
        directions(tagged, found)
    return tuple(
        found[position]
        for position in sorted(found)
        if not _bounds_a_measure(tagged, position, found[position])
    )


def _bounds_a_measure(tagged: Tagged, position: int, relation: Relation) -> bool:
    """Whether a figure with its unit follows: over 60 years old, under 20 degrees."""
    return (
        tagged.tags[position + 1 : position + 2] in ("0", "1", "2", "u")
        and relation.value in ("above", "below")
        and not lexicon().groups["unit"].isdisjoint(tagged.words[position + 2 : position + 3])
    )


def _relation(tagged: Tagged, position: int) -> Relation:
    phrase = tagged.words[position]
    value = lexicon().relations[phrase]
    return Relation(value, phrase, tagged.span(position, position), is_setting(tagged, position, value))


def _follows_thing(tags: str, position: int) -> bool:
    rest = tags[position + 1 : position + 2]
    if rest == "2" and tags[position + 2 : position + 3] in ("", ".", ",", "&"):
        return False  # over 65
    return rest != "" and (rest in _THING or tags[position + 1 : position + 3] == "vn")


def _joins(tagged: Tagged, start: int, position: int) -> bool:
    """A strong relation between something before it and a thing after it, or one that opens a clause; no posture (below chest)."""
    tags = tagged.tags
    if not _follows_thing(tags, position):
        return False
    following = tagged.words[position + 1]
    if tags[position - 1 : position] == "d" and tagged.words[position].endswith(" of"):
        return False  # the inside of a fridge
    if tagged.words[position] == "between" and (
        tags[position + 1 : position + 3] in ("2&", "0&", "1&") or tagged.words[position - 1] in EVENTS
    ):
        return False  # between 20 and 30 years, a handshake between two men
    if is_taken_part_in(tagged, start, position) or is_told_apart(tagged, start, position):
        return False
    if tagged.words[position] == "between" and _is_among_parts(tagged, position):
        return False
    if (
        tagged.words[position] in ("under", "beneath", "below")
        and tags[position + 1 : position + 2] in tuple("dagcnm")
        and not _SKY.isdisjoint(tagged.words[position + 1 : position + 5])
    ):
        return False
    if following in lexicon().groups["body-part"] or (
        following == "the" and tagged.words[position + 2 : position + 3] == ["body"]
    ):
        return False
    if not _GARMENTS.isdisjoint(tagged.words[start:position]) and not goal(tagged, position).isdisjoint(
        lexicon().groups["body-part"] | _LENGTHS
    ):
        return False  # how long it is: a skirt above the knee
    before = tags[start:position]
    if any(letter in "nek1mcstq2" for letter in before):
        return True
    after = tags[position + 1 :].partition(".")[0]
    return re.search(r"n.*(?:b|e[bv]|,[dq2]|,e)", after) is not None


def _is_among_parts(tagged: Tagged, position: int) -> bool:
    """Whether what is meant lies between parts of one thing or of a picture: held between three fingers, seams between frames."""
    clause = tagged.tags[position + 1 :].partition(".")[0].partition(",")[0]
    return "&" not in clause and not _BETWEEN_PARTS.isdisjoint(tagged.words[position + 1 : position + 5])


def _frames(tagged: Tagged, start: int, position: int) -> bool:
    """A place in the frame that is told from another part of the picture; no posture (leaning to the left), no part (the top shelf)."""
    tags = tagged.tags
    before = tags[start:position]
    if tags[position + 1 : position + 2] == "n" or (
        before.rstrip("l").endswith(("v", "ab", "ap")) and tagged.words[position].startswith("to ")
    ):
        return False
    clause = re.split(r"[.;]", tags[position + 1 :])[0]
    if "n" not in before and "e" not in before:
        return "n" in clause or tags[position + 1 : position + 2] == ";"
    if tagged.words[position].endswith(
        "ground"
    ):  # scenery, unless it opens a clause: in the background we see
        return tags[position + 1 : position + 2] == "e" or (clause == "" and _is_description(tagged))
    if "b" in before:
        return True
    things = len(re.findall(r"[nm]+", before)) + len(re.findall(r"[nm]+", clause))
    if things == 1 and "left" not in tagged.words[position] and "right" not in tagged.words[position]:
        return False
    return things >= 2 or before.endswith(("n", "F&", "F,")) or tagged.words[position - 1] in STANCES


def _hangs(tagged: Tagged, position: int) -> bool:
    """`a lamp over a table`: right after a thing, a form of be or a posture; no part of a body, no backdrop."""
    tags, words = tagged.tags, tagged.words
    before = tags[position - 1] if position else "."
    stands = position > 0 and words[position - 1] in STANCES
    return (
        (before in "nb" or stands)
        and not (position and words[position - 1] in _VISTAS)
        and not is_taken_part_in(tagged, 0, position)
        and _follows_thing(tags, position)
        and goal(tagged, position).isdisjoint(lexicon().groups["body-part"] | BACKDROPS)
    )


def _holds(tagged: Tagged, position: int) -> bool:
    """`in` a container, `placed on`, `with a hat on its head`, `people around him`: the place of one thing is another."""
    tags, words = tagged.tags, tagged.words
    word, follower = words[position], words[position + 1] if position + 1 < len(words) else ""
    if tags[:position].rstrip("l").endswith("n") and word in _AROUND:
        part = words[position + 2] if position + 2 < len(words) else ""
        if follower in _POSSESSIVES and part in lexicon().groups["body-part"]:
            return True
        if word != "on" and follower in PRONOUNS:
            return len(re.findall("n+", tags[:position])) > 1
    if (
        position
        and words[position - 1] in PUT
        and word in ("on", "in", "by", "at", "onto", "into", "around", "against", "along")
        and "n" in tags[:position]
    ):
        return (
            _follows_thing(tags, position)
            and not _is_scenery(tagged, position)
            and PLACES.isdisjoint(goal(tagged, position))
            and (
                words[position - 1] in PLACED
                or (tags[position + 1] in "de12" and not rests(tagged, position - 1))
            )
        )
    if word != "in" or "n" not in tags[:position]:
        return False
    after = position + 1
    while after < len(tags) and tags[after] in "dlgcmsztav":
        after += 1
    while after < len(tags) - 1 and tags[after + 1] == "n":
        after += 1
    return (
        after < len(tags)
        and tags[after] == "n"
        and words[after].rsplit(" ", 1)[-1] in lexicon().groups["container"]
    )


def _copulas(tagged: Tagged) -> list[int]:
    tags, words = tagged.tags, tagged.words
    found = []
    if "b" in tags:
        for match in _LOCATED.finditer(tags):
            place = next(i for i in range(match.start(), match.end()) if tags[i] == "W")
            if (
                match.start()
                and not _is_scenery(tagged, place)
                and tags[match.start() - 1 : match.start()] not in ("e", "d")
            ):
                found.append(place)
        question = _LOCATED_QUESTION.match(tags)
        if question and not _is_scenery(tagged, question.end() - 1):
            found.append(question.end() - 1)
    found.extend(match.start(1) for match in _INVERTED.finditer(tags))
    held = _CAPTION.match(tags)
    if (
        held
        and words[held.end(1) - 1] in (_CAPTIONED if tags[0] == "d" else _LOOSELY_CAPTIONED)
        and not _is_scenery(tagged, held.end(1) - 1)
        and not is_deed(tagged, held.end(1) - 1)
        and words[held.end(1)] not in _POSSESSIVES
        and _FRAMING.isdisjoint(words[held.end(1) : held.end()])
        and lexicon().groups["body-part"].isdisjoint(words[held.end() - 1].split())
        and (words[held.end(1) - 1] in _ROUND or _SETTINGS.isdisjoint(words[held.end() - 1].split()))
        and not (words[held.end(1) - 1] == "by" and not _ARTISTS.isdisjoint(words[: held.end(1)]))
    ):
        found.append(held.end(1) - 1)
    found.extend(match.start(1) for match in _CARRIES.finditer(tags) if words[match.start(1) + 1] in PRONOUNS)
    for match in _BARE.finditer(tags):
        if words[match.end() - 1] in lexicon().groups["medium"] or is_deed(tagged, match.start(1)):
            continue
        if words[match.start(1)] in ("on", "over", "by", "under") or tags.count(".") + tags.count(";") > 1:
            found.append(match.start(1))
    if _is_description(tagged):
        found.extend(
            match.end() - 1
            for match in _EXISTS.finditer(tags)
            if not _is_scenery(tagged, match.end() - 1) and "x" not in match.group()
        )
    return found


def _is_description(tagged: Tagged) -> bool:
    """Several sentences about a picture, or one that opens with "in this image"."""
    words = tagged.words
    return tagged.tags.count(".") > 1 or (
        len(words) > 5 and words[0] == "in" and words[1] in ("this", "the") and words[2] in SCENE
    )


def _is_scenery(tagged: Tagged, position: int) -> bool:
    """`in the picture`, `on elbows`: no place of one thing relative to another."""
    body = lexicon().groups["body-part"]
    return any(word in SCENE or word in body for word in tagged.words[position + 1 : position + 4])
