"""States that a single caption hangs on: `a rotten apple`, `the door is closed`, `a person aged 30 to 40`, `a low quality photo`.

    state  = STATE {modifier} thing                  a damaged or broken street lamp
           | thing be STATE | thing STATE            the gate is shut
           | STATE alone                             deepfake
    age    = figure "years old" | "aged" figure      between 40 and 49 years old
    mood   = picture ("evokes" | "conveys" ...) EMOTION
    flaw   = thing "with" [a] ("flaw" | "defect" ...)
    place  = "taken" "in" Name
    made   = "made" ("by" | "with") machine          a portrait made by a diffusion model

Such a caption finds the thing. Nothing is known on whether it finds the state, so it is in doubt, unless the caption says more:
where somebody does something, or several things are shown, the state is one word of many. Looks that a picture is full of
(rusty, messy, wet, blurry, old) are not in ``lexicon/states.txt``.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from clip_lint.language.geography import scene_of
from clip_lint.language.invisible import is_person
from clip_lint.language.lexicon import listed, sections
from clip_lint.language.negating import denies_flaws
from clip_lint.language.reading import FRAMES
from clip_lint.language.singular import singular
from clip_lint.language.state_phrases import CHANGING, MOOD, PHRASES
from clip_lint.language.themes import themes_of

if TYPE_CHECKING:
    from clip_lint.language.meaning import Meaning

_LONG = 8
"""Captions with more content say other things too."""
_THINGS = 3
_SCENE = 3
"""A place and one thing in it."""
_BEFORE_HEAD = re.compile(r"[lgcmsztav&,\-]*(?:[nk]+|[cm](?=$|[&.,;W]))")
_LOOKS_TAGS = frozenset("cmszt")
"""Looks: with them a caption is a search."""
_TEMPLATES = frozenset((*article, "photo", "of", "the") for article in (("a",), ()))
_FLAWS = listed("states flaws")
_BEFORE_THINGS = frozenset(
    {
        "scratch",
        "crack",
        "dent",
        "hole",
        "tear",
        "stain",
        "contamination",
        "misprint",
        "scuff",
        "fracture",
        "defect",
    }
)
_STRICT_FLAWS = _FLAWS - listed("states things-too")
_THINGS_TOO = listed("states things-too")
_ALONE = frozenset(
    {"emotion", "condition", "authenticity", "quality", "degree", "safety", "sobriety", "ripeness"}
)
"""Themes of which a word is enough for a caption."""
_FACES = frozenset({("face",), ("look",), ("smile",)})
"""Nouns that are verbs as often."""
_HAVING = frozenset({"with", "of", "has", "having", "showing"})
_SHOWING = frozenset({"showing", "having", "wearing", "looking", "frowning"})
_ANYBODY = "@people"
"""Among the things of a theme: whoever a word names."""
_LOOKS = frozenset({"looks", "look", "looking", "seems", "appears", "feels"})


class _Theme(NamedTuple):
    name: str
    of: frozenset[str]
    other: frozenset[str]
    is_of_people: bool
    """Whether any word for a person counts as well."""
    leading: frozenset[str]
    """Words that are no state where they lead up to what a picture is of: a real photo of a cat."""


@cache
def _tables() -> tuple[dict[str, tuple[_Theme, ...]], dict[str, str]]:
    """The themes of each word with its things, and those of words that need none."""
    lists = {heading: frozenset(" ".join(lines).split()) for heading, lines in sections("states").items()}
    words: dict[str, tuple[_Theme, ...]] = {}
    alone: dict[str, str] = {}
    for heading, members in lists.items():
        name, _, role = heading.partition(" ")
        if role == "alone":
            alone.update(dict.fromkeys(members - alone.keys(), name))
        if role:
            continue
        theme = _Theme(
            name,
            of := lists.get(f"{name} of", frozenset()),
            lists.get(f"{name} not", frozenset()),
            _ANYBODY in of,
            lists.get(f"{name} leading", frozenset()),
        )
        for word in members:
            words[word] = (*words.get(word, ()), theme)
    return words, alone


def state_of(meaning: Meaning) -> tuple[str, str] | None:
    """The theme of the state that a caption hangs on, and the words that say it; None if it hangs on none."""
    if not meaning.words or meaning.content > _LONG or meaning.language != "en":
        return None
    text = meaning.text.lower()
    for named, pattern, hints, most in PHRASES:
        if hints and not any(hint in text for hint in hints):
            continue
        if found := pattern.search(text if named != "place" else meaning.text):
            if meaning.content > most:
                continue
            if pattern is CHANGING and not _LOOKS_TAGS.isdisjoint(meaning.tags):
                continue  # a search: a blonde woman entering a building
            return named, found.group()
    if meaning.content <= _SCENE and (where := scene_of(meaning.text)) is not None:
        return "place", where
    if meaning.negations and denies_flaws(meaning):
        return "condition", meaning.text[slice(*meaning.negations[0].span)]
    if _are_flaws(meaning):
        return "condition", meaning.objects[0]
    if (flawed := _flaw_before_thing(meaning)) is not None:
        return "condition", flawed
    words, alone = _tables()
    for match in MOOD.finditer(text):
        if alone.get(match[1]) == "emotion":
            return "emotion", match.group()
    if meaning.content == 1 and (lone := _word_alone(meaning)) is not None:
        return lone
    if words.keys().isdisjoint(meaning.words) and alone.keys().isdisjoint(meaning.words):
        return None
    things = [word for word in meaning.objects if word not in FRAMES]
    if len(set(things)) > _THINGS:
        return None
    for position, word in enumerate(meaning.words):
        if meaning.content == 1 and word in alone:
            return alone[word], word
        for theme in words.get(word, ()):
            head = _said_of(meaning, position)
            if head is not None and _counts(meaning, theme, head, position):
                return theme.name, word
    return None


def _said_of(meaning: Meaning, position: int) -> int | None:
    """Where the thing stands that the word at ``position`` is said of."""
    tags, words = meaning.tags, meaning.words
    if words[position + 1 : position + 2] in _FACES:
        return position + 1
    ahead = _BEFORE_HEAD.match(tags, position + 1)
    if ahead is not None:
        return ahead.end() - 1
    before = position - 1
    while before >= 0 and tags[before] in "l&ac":
        before -= 1
    if before < 0:
        return None
    if tags[before] == "b" or words[before] in _LOOKS:
        nouns = [place for place in range(before) if tags[place] == "n"]
        return nouns[-1] if nouns else None
    if tags[before] == "n":
        return before
    return None


def _counts(meaning: Meaning, theme: _Theme, head: int, position: int) -> bool:
    """Whether a caption hangs on a state of the thing at ``head``: its first thing, which can have the state and does nothing."""
    words, tags = meaning.words, meaning.tags
    noun = words[head].split()[-1]
    things = {word for word in meaning.objects if word not in FRAMES}
    if (
        any(word in theme.other for word in words[position + 1 : head + 1])
        or noun in theme.other
        or (theme.of and noun not in theme.of and not (theme.is_of_people and is_person(noun)))
    ):
        return False
    if any(
        tags[place] == "v" and _acts(words[place])
        for place in range(len(tags))
        if place not in (position, head)
    ):
        return False
    if len(things) > 1 and any(tags[place] in _LOOKS_TAGS for place in range(len(tags)) if place != position):
        return False  # a worn leather sofa in a study: the rest tells the scene
    before = [
        place
        for place in range(min(head, position))
        if tags[place] == "n" and words[place] not in FRAMES and words[place + 1] not in FRAMES
    ]
    if before and head > position and words[before[-1] + 1] not in _HAVING:
        return False  # somebody else's state: a dog with an angry man
    if words[:position] in _TEMPLATES and words[position] in ("clean", "dirty"):
        return False  # of the prompts that ImageNet's classes are averaged over
    leads_up = tags[head + 1 : head + 2] == "o"
    if leads_up and (theme.name == "quality" or words[position] in theme.leading):
        return False
    return tags[position + 1 : position + 2] != "o"  # full of fruit: what it holds


def _flaw_before_thing(meaning: Meaning) -> str | None:
    """The flaw that is named before what has it, as data sets of faulty goods name them: a scratch capsule, a hole carpet."""
    for flaw, thing in pairwise(meaning.words):
        if flaw in _BEFORE_THINGS and thing in _made_things():
            return f"{flaw} {thing}"
    return None


@cache
def _made_things() -> frozenset[str]:
    """What is made by the piece, and sorted into good and bad."""
    return frozenset(" ".join(sections("states")["soundness of"]).split())


def _are_flaws(meaning: Meaning) -> bool:
    """Whether all that a caption names are flaws: white crack. hole."""
    return (
        bool(meaning.objects)
        and (len(meaning.objects) > 1 or not _STRICT_FLAWS.isdisjoint(meaning.objects))
        and all(singular(word) in _FLAWS for word in meaning.objects)
        and "v" not in meaning.tags
    )


def _word_alone(meaning: Meaning) -> tuple[str, str] | None:
    """A caption that is nothing but a state: drowsy, unsafe, mild."""
    if "o" in meaning.tags:
        return None  # a bad photo of {}
    for word, tag in zip(meaning.words, meaning.tags, strict=True):
        if tag in "nav" and word not in _THINGS_TOO and word not in FRAMES:
            listed_for = [theme.name for theme in _tables()[0].get(word, ()) if theme.name in _ALONE]
            themes = listed_for or [theme for theme in themes_of(word) if theme in _ALONE]
            return (themes[0], word) if themes else None
    return None


def _acts(word: str) -> bool:
    return word.endswith("ing") and word not in _SHOWING and word not in _tables()[0]
