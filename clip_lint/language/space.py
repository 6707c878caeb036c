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

from clip_lint.language.lexicon import lexicon, listed
from clip_lint.language.meaning import Relation

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

_THING = 'nekmc"2qd1ghzsta0x'
_SKY = listed("space sky")
_PRONOUNS = listed("space pronouns")
_POSSESSIVES = frozenset({"its", "his", "her", "their"})
_AROUND = frozenset({"on", "over", "around"})
_SCENE = listed("space scene")
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
_SCENERY = listed("space places")
_PLACES = _SCENERY | listed("space carriers")
"""Where people and things simply are: in a street, on a horse, at a computer."""
_SETTINGS = _PLACES | listed("space supports")
"""What a thing is simply seen on or in: no relation where a whole caption is "a pear on a table"."""
_BACKDROPS = listed("space backdrops")
_OUTDOORS = (_SCENERY | _BACKDROPS | listed("space structures")) - {
    "circle",
    "group",
    "line",
    "row",
    "crowd",
    "surface",
}
_SIDED = frozenset({"left", "right", "between", "north", "south", "east", "west"})
_VISTAS = listed("space vistas")
_ARTISTS = listed("space artists")
_HEADING = listed("space heading")
_LEFT_RIGHT = listed("space left-right")
_EXTREMES = listed("space extremes")
_SIDEWAYS = frozenset(
    f"{way} the {side}" for way in ("to", "from", "towards", "toward") for side in ("left", "right")
)
_LIMB_OWNERS = listed("space limb-owners")
_OPPOSITES = (("left", "right"), ("top", "bottom"), ("upper", "lower"), ("front", "back"), ("front", "rear"))
_MARKS = (
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
_STANCES = listed("space stances")
_PLACED = listed("space placed")
_PUT = _PLACED | listed("space postures")
_PEOPLE = listed("space people")
_BARE = re.compile(r"(?:^|[.;])k?[csztav]?[nm]{1,2}v?(W)[cszta]?[nm]{1,2}(?=[.;]|$)")
_BETWEEN_THINGS = listed("space between-things")
_MEETING = frozenset({"facing", "touching", "overlapping", "adjoining", "bordering"})
_LENS = frozenset({"camera", "viewer", "forward", "other", "face", "mirror"})
_ALONE = frozenset({"side by side", "back to back", "face to face"})


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
        _contacts(tagged, found)
    if not _MARKS.isdisjoint(tagged.words):
        _directions(tagged, found)
    return tuple(found[position] for position in sorted(found))


def _relation(tagged: Tagged, position: int) -> Relation:
    phrase = tagged.words[position]
    value = lexicon().relations[phrase]
    return Relation(value, phrase, tagged.span(position, position), _is_setting(tagged, position, value))


def _is_setting(tagged: Tagged, position: int, value: str) -> bool:
    """Whether a place is where something idly is: near the lake, parked in front of a garage; never left or right of it."""
    goal = _goal(tagged, position)
    return value not in _SIDED and not goal.isdisjoint(_OUTDOORS)


def _follows_thing(tags: str, position: int) -> bool:
    rest = tags[position + 1 : position + 2]
    return rest != "" and (rest in _THING or tags[position + 1 : position + 3] == "vn")


def _joins(tagged: Tagged, start: int, position: int) -> bool:
    """A strong relation between something before it and a thing after it, or one that opens a clause; no posture (below chest)."""
    tags = tagged.tags
    if not _follows_thing(tags, position):
        return False
    following = tagged.words[position + 1]
    if (
        tagged.words[position] in ("under", "beneath", "below")
        and tags[position + 1 : position + 2] in tuple("dagc")
        and not _SKY.isdisjoint(tagged.words[position + 2 : position + 5])
    ):
        return False
    if following in lexicon().groups["body-part"] or (
        following == "the" and tagged.words[position + 2 : position + 3] == ["body"]
    ):
        return False
    before = tags[start:position]
    if any(letter in "nek1mcstq2" for letter in before):
        return True
    after = tags[position + 1 :].partition(".")[0]
    return re.search(r"n.*(?:b|e[bv]|,[dq2]|,e)", after) is not None


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
    return things >= 2 or before.endswith("n") or tagged.words[position - 1] in _STANCES


def _hangs(tagged: Tagged, position: int) -> bool:
    """`a lamp over a table`: right after a thing, a form of be or a posture; no part of a body, no backdrop."""
    tags, words = tagged.tags, tagged.words
    before = tags[position - 1] if position else "."
    stands = position > 0 and words[position - 1] in _STANCES
    return (
        (before in "nb" or stands)
        and not (position and words[position - 1] in _VISTAS)
        and _follows_thing(tags, position)
        and _goal(tagged, position).isdisjoint(lexicon().groups["body-part"] | _BACKDROPS)
    )


def _goal(tagged: Tagged, position: int) -> frozenset[str]:
    """The words of the noun phrase after ``position``, up to and with its nouns."""
    tags = tagged.tags
    after = position + 1
    while after < len(tags) and tags[after] in "dlgcmsztav12q":
        after += 1
    end = after
    while end < len(tags) and tags[end] in "nk":
        end += 1
    return frozenset(word for phrase in tagged.words[after:end] for word in phrase.split())


def _holds(tagged: Tagged, position: int) -> bool:
    """`in` a container, `placed on`, `with a hat on its head`, `people around him`: the place of one thing is another."""
    tags, words = tagged.tags, tagged.words
    word, follower = words[position], words[position + 1] if position + 1 < len(words) else ""
    if tags[:position].rstrip("l").endswith("n") and word in _AROUND:
        part = words[position + 2] if position + 2 < len(words) else ""
        if follower in _POSSESSIVES and part in lexicon().groups["body-part"]:
            return True
        if word != "on" and follower in _PRONOUNS:
            return len(re.findall("n+", tags[:position])) > 1
    if (
        position
        and words[position - 1] in _PUT
        and word in ("on", "in", "by", "at", "onto", "into", "around", "against", "along")
        and "n" in tags[:position]
    ):
        return (
            _follows_thing(tags, position)
            and not _is_scenery(tagged, position)
            and _PLACES.isdisjoint(_goal(tagged, position))
            and (
                words[position - 1] in _PLACED
                or (tags[position + 1] in "de12" and not _is_person(tagged, position - 1))
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


def _is_person(tagged: Tagged, position: int) -> bool:
    """Whether what sits, stands or lies at ``position`` is a person: a posture, not a place."""
    for before in range(position - 1, -1, -1):
        if tagged.tags[before] in "nek":
            return tagged.words[before] in _PEOPLE
    return False


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
        and _FRAMING.isdisjoint(words[held.end(1) : held.end()])
        and lexicon().groups["body-part"].isdisjoint(words[held.end() - 1].split())
        and (words[held.end(1) - 1] in _ROUND or _SETTINGS.isdisjoint(words[held.end() - 1].split()))
        and not (words[held.end(1) - 1] == "by" and not _ARTISTS.isdisjoint(words[: held.end(1)]))
    ):
        found.append(held.end(1) - 1)
    found.extend(
        match.start(1) for match in _CARRIES.finditer(tags) if words[match.start(1) + 1] in _PRONOUNS
    )
    for match in _BARE.finditer(tags):
        if words[match.end() - 1] in lexicon().groups["medium"]:
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
        len(words) > 5 and words[0] == "in" and words[1] in ("this", "the") and words[2] in _SCENE
    )


def _is_scenery(tagged: Tagged, position: int) -> bool:
    """`in the picture`, `on elbows`: no place of one thing relative to another."""
    body = lexicon().groups["body-part"]
    return any(word in _SCENE or word in body for word in tagged.words[position + 1 : position + 4])


def _contacts(tagged: Tagged, found: dict[int, Relation]) -> None:
    """`a chair facing a window`, `the cat is touching the ball`, `the frame surrounds the picture`."""
    words, tags = tagged.words, tagged.tags
    for position in range(1, len(tags) - 1):
        word = words[position]
        if tags[position] != "v" or word not in _BETWEEN_THINGS or tags[position + 1] not in "dnop12q":
            continue
        before = tags[position - 1]
        meets = word in _MEETING and before == "n" and _goal(tagged, position).isdisjoint(_SCENE | _LENS)
        if meets or (
            (before == "b" or (before == "n" and words[0] == "the")) and words[position + 1] not in _LENS
        ):
            value = "facing" if word == "facing" else "contact"
            found[position] = Relation(value, word, tagged.span(position, position))


def _directions(tagged: Tagged, found: dict[int, Relation]) -> None:
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
                and _PLACES.isdisjoint(_goal(tagged, position))
            )
            or (word in _ALONE and position and "n" in tags[:position])
            or (
                (word in _LEFT_RIGHT or word in _SIDEWAYS)
                and position > 1
                and words[position - 1] in _HEADING
                and following not in ("n", "F")
                and not limbs
                and _LIMB_OWNERS.isdisjoint(words[:position])
            )
        ):
            found.setdefault(position, _named(tagged, position))
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
