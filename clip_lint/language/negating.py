"""What is said to be absent.

    negation = ("no" | "without" | "nobody" ...) {adjective} thing
             | be "not" (participle | adjective | "a" thing)          is not wearing a helmet, not touching
             | "not" determiner thing                                  not a hot dog
             | "does not have" | absence phrase                        missing its wheels, no evidence of
             | thing "missing" thing                                 a rider missing gloves
             | thing "with" "a" "missing" thing                      a board with a missing screw

What denies an ability or tells a story is no absence in the picture: cannot walk, wasn't anchored, no longer, with or without,
and what stands in quotation marks is not read at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.invisible import PEOPLE
from clip_lint.language.lexicon import lexicon, listed
from clip_lint.language.meaning import Negation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clip_lint.language.meaning import Meaning
    from clip_lint.language.tagging import Tagged

_SHOWING = listed("negating showing")
_ALONE = listed("negating alone") | {"no one", "nothing else"}
_CLINICAL = listed("negating clinical")
_DENIED = listed("negating denied")
_METHODS = listed("negating methods")
_DESERTED = listed("negating deserted")
_BARED = listed("negating bared")
_EMPTY = _DESERTED | _BARED
_CROWD = listed("negating crowd")
_BARE = listed("negating bare")
_WORD = re.compile(r"[a-z-]+")
_SHORT = 9
MANY = 3
"""So many absences are what a caption is about, however long it is."""
_REMOVED = re.compile(r"[wW]d?[lgcmsztan]*n(?:b|hb)?v$")
"""`with the people removed`, `with its lid removed`."""
_NOUN = re.compile(r"[lgcmszta]*n+")
_SAYING = frozenset({"say", "says", "said", "saying", "reads", "reading", "spelling", "titled"})
"""Behind these stands what is written."""
_HAVING = frozenset({"with", "has", "have", "having"})
_SOUND = listed("negating sound")
_FLAWS = listed("negating flaws")
_EXAMPLES = frozenset({"samples", "examples", "annotations", "labels", "training", "supervision"})
_MEANS = _METHODS | {
    "text",
    "description",
    "descriptions",
    "prompt",
    "prompts",
    "query",
    "caption",
    "captions",
    "filename",
    "filenames",
}
"""What pictures are searched by."""
_RUNNING = listed("negating running")
_BEINGS = frozenset({"is", "are"})
_STYLED = (
    "ational",
    "istic",
    "ative",
    "linear",
    "verbal",
    "traditional",
    "commercial",
    "fictional",
    "fiction",
)
"""What words for a manner end in, behind non-."""
_NAMED = tuple(listed("negating named"))
_WRITTEN = listed("negating written")
_VAGUE = listed("negating vague")
"""What a picture is made like, and nothing in it: no clear subject, without any pattern."""


def negations(tagged: Tagged) -> tuple[Negation, ...]:
    """Every absence said in a prompt, in order."""
    tags, words = tagged.tags, tagged.words
    if "x" not in tags and "missing" not in words and "removed" not in words:
        return ()
    found = []
    for position, letter in enumerate(tags):
        if (
            (letter == "x" and _denies(tags, words, position))
            or (
                words[position] == "missing"
                and (
                    tags[position - 1 : position + 2] == "nvn"
                    or _opens_label(tags, position)
                    or _is_had(tags, words, position)
                )
            )
            or (words[position] == "removed" and _REMOVED.search(tags[: position + 1]))
        ):
            last = min(position + 1, len(tags) - 1)
            while last < len(tags) - 1 and tags[last] in "dlgcmszta":
                last += 1
            if last > position and tags[last] in ".,;":
                last -= 1
            if words[last] in _VAGUE and words[position] in ("no", "without"):
                continue
            found.append(Negation(words[position], tagged.span(position, last)))
    return tuple(found)


def _opens_label(tags: str, position: int) -> bool:
    """`missing screw`, `a missing cap`: the whole label is what is not there."""
    return (
        tags[:position] in ("", "d") and re.fullmatch(r"[lgcmszta]*n{1,2}", tags[position + 1 :]) is not None
    )


def _is_had(tags: str, words: list[str], position: int) -> bool:
    """`a board with a missing screw`: what one thing lacks that it should have, and nobody who is looked for."""
    before = tags[:position].rstrip("dlgcmsztan2q")
    after = _NOUN.match(tags, position + 1)
    return (
        after is not None
        and (before.endswith(("W", "w", "h")) and words[len(before) - 1] in _HAVING)
        and PEOPLE.isdisjoint(words[position + 1 : after.end()])
    )


def says_twice(meaning: Meaning) -> bool:
    """Whether every absence only repeats what an adjective says is there: a deserted road with nobody on it, a bald man with no hair."""
    if denies_flaws(meaning):
        return True
    said = _EMPTY.intersection(meaning.words)
    if not said:
        return False
    absent = " ".join(
        meaning.text[start:] for start, _ in (negation.span for negation in meaning.negations)
    ).lower()
    named = set(_WORD.findall(absent))
    return bool(named & (_CROWD if said & _DESERTED else _BARE))


def denies_flaws(meaning: Meaning) -> bool:
    """Whether every absence is one of flaws, of a thing that is said to be sound: a flawless bottle with no defects."""
    if not meaning.negations or _SOUND.isdisjoint(meaning.words):
        return False
    first = min(start for start, _ in (negation.span for negation in meaning.negations))
    return all(
        not _FLAWS.isdisjoint(_WORD.findall(meaning.text[slice(*negation.span)].lower()))
        for negation in meaning.negations
    ) and not _SOUND.isdisjoint(_WORD.findall(meaning.text[:first].lower()))


def denies_writing(meaning: Meaning) -> bool:
    """Whether every absence is one of text, which a reader looks for: a photo without words."""
    return bool(meaning.negations) and all(
        not _WRITTEN.isdisjoint(_WORD.findall(meaning.text[slice(*negation.span)].lower()))
        for negation in meaning.negations
    )


def _denies(tags: str, words: list[str], position: int) -> bool:
    word = words[position]
    after = tags[position + 1] if position + 1 < len(tags) else ""
    following = words[position + 1] if after else ""
    before = words[position - 1] if position else ""
    lists = lexicon().groups
    if word == "no":
        if before in _SAYING or (before in ("riding", "have") and after == "d") or following.isdigit():
            return False  # a name, or a number: perfume no 5
        return after != "" and after not in ",.;?(d"  # alone it is an answer
    if word.endswith(("-free", "less")):
        return len(words) <= _SHORT  # in a longer text one look of many
    if word == "minus":
        return after in tuple("ndcmszta")
    if word.startswith("non") and word != "none":
        if not _RUNNING.isdisjoint((word.removeprefix("non").removeprefix("-"), following)):
            return False  # out of order: a state
        if word != "non" and after == "n" and word.endswith(_STYLED):
            return False  # non-representational art: what it is like, and nothing that is not there
        if word != "non" and after in ("", ".", ",", ";"):  # a non-vehicle
            return position == 0 or tags[position - 1] in "do,"
        return (after == "" and len(words) == 1) or (
            after != "" and after in "nacmsztv" and not _names_a_disease(word, following, words)
        )
    if word == "neither" and "nor" in words:
        return True
    if word == "instead of" and (after in "pWv" or not _MEANS.isdisjoint(words[position + 1 : position + 4])):
        return False  # how it is done: by a description instead of by tags
    if word in ("without", "sans", "w/o"):
        if following in _METHODS or not _EXAMPLES.isdisjoint(words[position + 2 : position + 5]):
            return False  # how it is done: without training, without any samples of defects
        return after != "" and after not in ".;?"
    if word == "lack of":  # "a lack of symmetry" describes, "lack of barriers" is a label for what is missing
        return position == 0 or tags[position - 1] in "o.;,"
    if word == "no one" and after in tuple("nacmszt"):
        return False  # no one answer
    if word in _ALONE:
        return after != "o" and not (word == "nothing" and after == "n")  # a brand: a nothing phone
    if word == "none":
        return True
    if word in ("never", "neither", "nowhere"):
        return after != "" and (position > 0 or after == "v")
    if word == "not" or word.endswith(("n't", "nt'")):
        return _denies_verb(tags, words, position, after, following, before, lists)
    return True


def _names_a_disease(word: str, following: str, words: list[str]) -> bool:
    """`non-small cell carcinoma`, `non-proliferative retinopathy`: a disease's own name, not its absence (`non-cancer tissue`)."""
    denied = following if word == "non" else word.removeprefix("non").removeprefix("-")
    return denied.endswith(_NAMED) and denied not in _DENIED and not _CLINICAL.isdisjoint(words)


def _denies_verb(tags: str, words: list[str], position: int, after: str, following: str, before: str,
                 lists: Mapping[str, frozenset[str]]) -> bool:  # fmt: skip
    word = words[position]
    if following in _RUNNING and (word != "not" or before in _BEINGS) and PEOPLE.isdisjoint(words[:position]):
        return False  # a lamp that is not working: a state; a man who is not does nothing
    helper = word.removesuffix("n't").replace("ca", "can") if word != "not" else before
    if helper in lists["auxiliary"]:
        if helper in ("was", "were"):
            return False
        return following in _SHOWING and helper in ("do", "does")
    if word == "not" and following in lists["plain-after-not"]:
        return False
    if after in ("", ".", ",", ";", "?", "("):
        return False
    if word == "not" and before in ("and", "but", "or") and following.startswith("well"):
        return False
    if position + 2 >= len(tags) and after in "dW":
        return False
    return after in "dvabcmsztnlgeW" or helper in ("is", "are")
