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
from typing import TYPE_CHECKING, NamedTuple

from clip_lint.language.lexicon import sections
from clip_lint.language.reading import FRAMES

if TYPE_CHECKING:
    from clip_lint.language.meaning import Meaning

_LONG = 8
"""Captions with more content say other things too."""
_THINGS = 3
_BEFORE_HEAD = re.compile(r"[lgcmsztav&,\-]*(?:[nk]+|[cm](?=$|[&.,;W]))")
_AGE = re.compile(
    r"\d+\+? ?(?:-|\u2013|to|and|or) ?\d+[ -]years?\b|\d+\+?[ -](?:years?|months?|yrs?|yo)[ -](?:olds?|of age)|\byears old\b|\baged? \d|\bages? of \d"
    r"|\bin (?:his|her|their|the) (?:early |mid |late |mid-)?(?:\d0s|teens|twenties|thirties|forties|fifties|sixties|seventies|eighties)"
    r"|\b(?:over|under|above|below) \d+ years|\bages? \d|\b\d+ (?:or|and) (?:older|younger|over|under|above)"
    r"|\b(?:teenagers?|persons?|people|m[ae]n|wom[ae]n|child(?:ren)?|adults?) (?:between|over|under|above|below|aged) \d\d?\b|\b(?:middle-aged|underage|under-age|young adult|age group)\b"
)
_PLACE = re.compile(
    r"\b(?:taken|shot|photographed|captured|filmed|located|took) (?:in|at|near|somewhere in) (?:the )?[A-Z]\w+"
)
_FLAW = re.compile(
    r"\b(?:with|has|having|showing|containing) (?:an? |some |visible |minor |small |major |surface |obvious )*"
    r"(?:flaws?|defects?|damages?|damage|blemish(?:es)?|anomal(?:y|ies)|imperfections?|faults?|scratch(?:es)?|cracks?|dents?|stains?|chips|burn marks?|tears|malfunctions?|deformit(?:y|ies)|contamination)\b"
)
_MOOD = re.compile(
    r"\b(?:evok\w+|convey\w+|express\w+|feels?|feeling|showing|shows|display\w*|full of|face of|expression of|sense of|mood of|with|in) (?:an? |the |great |deep )?"
    r"(?:feelings? of |sense of |emotion of |expression of )?(?:(\w+))\b"
)
_SENSORS = re.compile(
    r"\b(?:spectrograms?|point clouds?|depth maps?|electron micro\w+|multispectral|hyperspectral|event camera)\b"
)
_MADE = re.compile(
    r"\b(?:generated|made|created|produced|synthesi[sz]ed|rendered|drawn|painted|written) (?:by|with|using|from) (?:an? |the )?"
    r"(?:[\w-]+ ){0,2}(?:ai|intelligence|diffusion|gan|gans|midjourney|dall-e|dalle|computer|machine|network|model|algorithm|software|generator)\b"
)
_LOOKING_GOOD = re.compile(
    r"\b(?:well|badly|poorly|nicely|beautifully|professionally)[ -](?:composed|lit|exposed|framed|taken|shot|photographed)\b|\baesthetic\w*"
    r"|\bvisually \w+ing\b|\b(?:good|great|poor|bad|strong|balanced|pleasing) (?:composition|lighting|exposure|framing|image quality)\b"
    r"|\bprofessional photographer\b|\b(?:in|out of) focus\b"
)
_SWITCHED = re.compile(
    r"\b(?:lights?|lamp|tv|television|screen|monitor|oven|stove|heater|engine|machine|display|led|fan|computer) "
    r"(?:that )?(?:is |are )?(?:turned |switched )?(?:on|off)$|\b(?:turned|switched)[ -](?:on|off) \w+"
)
_MANNER = re.compile(r"\b(?:suspiciously|aggressively|dangerously|recklessly|erratically)\b")
_CRACK = re.compile(
    r"^(?:an? |the )?(?:photo of |image of |picture of |close-?up of )*(?:an? |the |some )?(?:[a-z]+ )?(?:crack|dent|scratch|stain|leak|corrosion|flaw|defect|fracture|blemish|chip|tear)(?:e?s)? (?:in|on|of|at|across|along|through|from) (?!paint)"
)
"""A flaw that is itself what is shown: a large crack in a wall."""
_UNDONE = re.compile(
    r"\bun(?!ited|ified|identified|paved|treated|dressed|colou?red|used|clothed|tamed|iformed|armed|known|shaven)[a-z]{3,}ed\b"
)
"""What was undone, or never done: unplugged, unbuckled, unlocked."""
_CHANGING = re.compile(
    r"\b(?:slowing down|speeding up|slowing|accelerating|decelerating|braking|about to \w+|starting to \w+|beginning to \w+|(?:is|has|was) just \w+ed"
    r"|(?:entering|leaving|exiting|approaching|departing|arriving)(?= (?!the (?:frame|view|picture|shot|scene))(?:the|an?|his|her|from|at) |$)|getting (?:in|out|on|off|up|closer|ready)|(?:opening|closing) (?:the|a|an|his|her)\b)"
)
"""What one frame does not tell from its opposite."""
_FORBIDDEN = re.compile(r"\b(?:illegal|unlawful|unauthori[sz]ed|unlicen[sc]ed|unpermitted)(?:ly)?\b")
_PHRASES = (
    ("condition", _CRACK),
    ("state", _UNDONE),
    ("motion", _CHANGING),
    ("legality", _FORBIDDEN),
    ("age", _AGE),
    ("authenticity", _MADE),
    ("condition", _FLAW),
    ("place", _PLACE),
    ("domain", _SENSORS),
    ("quality", _LOOKING_GOOD),
    ("state", _SWITCHED),
    ("safety", _MANNER),
)
_HAVING = frozenset({"with", "of", "has", "having", "showing"})
_SHOWING = frozenset({"showing", "having", "wearing", "looking", "frowning"})
_LOOKS = frozenset({"looks", "look", "looking", "seems", "appears", "feels"})


class _Theme(NamedTuple):
    name: str
    of: frozenset[str]
    other: frozenset[str]
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
            alone.update(dict.fromkeys(members, name))
        if role:
            continue
        theme = _Theme(
            name,
            lists.get(f"{name} of", frozenset()),
            lists.get(f"{name} not", frozenset()),
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
    for named, pattern in _PHRASES:
        if found := pattern.search(text if named != "place" else meaning.text):
            return named, found.group()
    words, alone = _tables()
    for match in _MOOD.finditer(text):
        if alone.get(match[1]) == "emotion":
            return "emotion", match.group()
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
    if noun in theme.other or (theme.of and noun not in theme.of):
        return False
    if any(tags[place] == "v" and _acts(words[place]) for place in range(len(tags)) if place != position):
        return False
    before = [
        place for place in range(min(head, position)) if tags[place] == "n" and words[place] not in FRAMES
    ]
    if before and head > position and words[before[-1] + 1] not in _HAVING:
        return False  # somebody else's state: a dog with an angry man
    leads_up = tags[head + 1 : head + 2] == "o"
    if leads_up and (theme.name == "quality" or words[position] in theme.leading):
        return False
    return tags[position + 1 : position + 2] != "o"  # full of fruit: what it holds


def _acts(word: str) -> bool:
    return word.endswith("ing") and word not in _SHOWING and word not in _tables()[0]
