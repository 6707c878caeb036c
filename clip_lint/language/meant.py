"""Whether words of a request speak of the picture, or of how something is searched, shown or said.

`below` is no relation in `the pictures below the search box`, and `not` no absence in `why does it not find cats`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import listed

if TYPE_CHECKING:
    from clip_lint.language.patterns import Found

MEDIA = listed("asked media")
"""What is searched, or comes back: ten images, three classes."""
ONLOOKERS = listed("asked onlookers")
"""What looks on, or is part of how something is asked: a camera above the door."""
WAYS = listed("asked ways")
"""How something is searched, which may be done without."""
_SYSTEMS = listed("asked systems")
"""Whose failure to do something is no absence in a picture."""
_DOINGS = listed("asked doings")
"""What systems and people do with pictures, or fail to do."""
SITES = listed("asked sites")
"""Where things are, in front of and inside of which is a setting."""
FIGURES = listed("asked figures")
"""What numbers are above or below."""
_WEAK = frozenset(
    {
        "above",
        "below",
        "beneath",
        "underneath",
        "behind",
        "beside",
        "under",
        "inside",
        "outside",
        "next to",
        "in front",
        "on top",
    }
)
_PLAIN = frozenset(
    {
        "not",
        "never",
        "no",
        "nobody",
        "no-one",
        "without",
        "isn't",
        "aren't",
        "doesn't",
        "don't",
        "haven't",
        "hasn't",
        "won't",
        "missing",
    }
)
_OF_MODELS = listed("asked models")
"""What is measured or counted of models, not of things."""
_MODELS = frozenset({"model", "models", "version", "variant", "type", "kind"})
_CHOOSING = frozenset(
    {
        "should",
        "works",
        "would",
        "best",
        "can",
        "use",
        "suits",
        "fits",
        "recommended",
        "better",
        "you",
        "i",
        "we",
    }
)
_BEINGS = frozenset({"is", "are", "was", "were", "be"})
"""Before `a fox and not a dog`, which says what the thing is, and denies nothing."""
_THAT = frozenset({"that", "which", "does", "do"})
_RETURNED = re.compile(r" and (?:then )?(?:return|find|show|give|pick|get|retrieve|rank|suggest) ")
_LIGHT = re.compile(
    r"^(?:\S+ ){0,3}?(?:during|by|at) (?:the )?(?:day|night|daytime|daylight|night-time)(?!\S)"
)
_ABOUT_MODELS = frozenset(
    {"prompts", "clip", "openclip", "siglip", "epochs", "classes", "labels", "templates", "examples"}
)
_SOUGHT = frozenset(
    {
        "query",
        "prompt",
        "relevance",
        "similarity",
        "closeness",
        "reference",
        "target",
        "score",
        "scores",
        "caption",
        "embedding",
        "text",
        "sentence",
    }
)
"""What is near to something in meaning only."""
_FITTED = frozenset(
    {"caption", "captions", "labels", "description", "descriptions", "prompts", "match", "fit"}
)
_MATCHED = frozenset({"match", "fit"})
_SOLID = frozenset({"3d", "three-dimensional", "3-d"})
_RENDERED = ("render", "art", "anim", "icon", "print", "cartoon", "graphic")
_WORN = frozenset({"wear", "wears", "wearing", "worn", "face", "surgical", "their"})
"""Words before a mask that somebody wears."""
_TAKING = ("remove ", "delete ", "hide ", "drop ", "erase ", "replace ")
"""Pictures may be removed as well as what they show."""
_STEPS = frozenset({"the", "a", "an", "it", "they", "we", "i", "any", "other", "that", "this"})
"""Behind `before` these begin what is done later."""
_PLACES = frozenset(
    {
        "feeder",
        "feeders",
        "house",
        "houses",
        "bath",
        "table",
        "tank",
        "pot",
        "shop",
        "market",
        "cage",
        "bed",
        "trap",
        "nest",
    }
)
"""Behind a kind these name a thing: squirrels at the bird feeder."""
_NAMERS = frozenset({"i", "we", "you", "they", "users"})
_COARSELY = re.compile(
    r"\b(?:modalit(?:y|ies)|body (?:part|region)s?|anatomical (?:region|site)s?|(?:kind|type) of scan)\b|(?:classify|sort|group|label|recogni[sz]e|tell|separate|distinguish) "
    r"(?:[a-z]+ )?(?!species|breeds?)[a-z]+s from (?!each|one|fake)(?:[a-z]+ (?:from|or|and) )*[a-z]+(?: (?:or|and) [a-z]+)*(?: (?:in|on) .*)?$"
)
"""Kinds that differ at a glance: scans by modality, flowers from leaves."""
_DISCARDS = re.compile(
    r"\b(?:drop|delete|remove|skip|discard|throw (?:away|out)|ignore|hide|exclude|leave out|filter out|sort out|weed out|get rid of|(?:do not|don't|never) (?:save|keep|store|upload|index|record|show|send))"
    r" (?:\w+ ){0,4}?(?:pictures?|photos?|images?|shots?|frames?|clips?|videos?|recordings?|files?|ones|footage)"
    r" (?:(?:that|which|where|in which|on which|if) (?:(?:show|contain|have|hold|there (?:is|are)|do|does)s? )?|with |without )?(?:not |no |nothing|nobody|none|any |a single )"
)
"""Pictures that show no such thing are thrown away: those that show one are kept, which is a search for them."""
_BOXED = re.compile(
    r"\b(?:bounding box(?:es)?|bbox\w*|(?:box(?:es)?|rectangles?|frames?|circles?) a?round (?:it|them|each|every|all|the|a|an)|(?:pixel|exact|their|its|xy) (?:coordinates|positions?))\b"
)
"""What makes a detection of whatever is said before."""
_HELPERS = frozenset(
    {"has", "have", "had", "ever", "yet", "is", "are", "was", "were", "will", "would", "can", "could"}
)
_UNNEEDED = frozenset({"needed", "required", "necessary", "wanted", "matter", "matters", "requirement"})
_NEARBY = 4
"""So many words around a word say what it is about."""


def is_meant(found: Found, core: str) -> bool:
    """Whether a pattern's match speaks of what pictures show."""
    if found.section.startswith(("classify", "find")) and _BOXED.search(core):
        return False  # find the mug and draw a box round it
    before = core[: found.start].split()[-_NEARBY:]
    rest = core[found.start :]
    words = rest.split()
    if before[-1:] == ["no"] and not _UNNEEDED.isdisjoint(words[1:4]):
        return False  # no location needed
    if words[0] in ("name", "define", "call") and before[-1:] and before[-1] in _NAMERS:
        return False  # topics that I name myself
    if found.section == "segment" and words[0] in ("mask", "masks") and before[-1:] and before[-1] in _WORN:
        return False
    if found.section == "segment":
        return not (rest.startswith(_TAKING) and MEDIA & set(words[1:3]) and "background" not in words)
    if found.section == "relate":
        behind = words[found_words(core, found) - 1 :][:3]
        if not (MEDIA | ONLOOKERS).isdisjoint(before[-1:]) or not _SOUGHT.isdisjoint(behind):
            return False
        if words[found_words(core, found) - 1 :][:2] == ["each", "other"] or words[
            found_words(core, found) :
        ][:2] == ["each", "other"]:
            return MEDIA.isdisjoint(core[: found.start].split()[-6:])
        if words[0].startswith(("clos", "near")) and len(words) == found_words(core, found):
            return False  # which style is it closest to
        spelt = next((weak for weak in _WEAK if rest.startswith(weak)), None)
        if spelt is None:
            return True
        after = words[spelt.count(" ") + 1 :][:3]
        return (MEDIA | ONLOOKERS | FIGURES | SITES).isdisjoint(after)
    if found.section == "detect":
        return not (rest.startswith("where ") and MEDIA & set(before[-1:]))
    if found.section == "measure" and words[0] in _SOLID and words[1:2] and words[1].startswith(_RENDERED):
        return False
    if found.section in ("state", "compare") and not (
        _FITTED.isdisjoint(words[1:]) and _FITTED.isdisjoint(before)
    ):
        return not words[0].startswith("compar") and _MATCHED.isdisjoint(words)
    if found.section in ("state", "compare") and words[0].startswith("compar") and _RETURNED.search(rest):
        return False
    if found.section == "date" and _LIGHT.search(rest):
        return False
    if found.section == "count" and words[0] == "count" and words[1:2] == ["as"]:
        return False
    if (
        found.section in ("read", "identify-kind")
        and words[0] in ("which", "what")
        and not _ABOUT_MODELS.isdisjoint(words[2:5])
    ):
        return False
    if found.section == "read" and words[:2] == ["read", "in"]:
        return False
    if found.section in ("measure", "count"):
        about = set(words[found_words(core, found) :][:2]) | set(words[1:3]) | set(before[-1:])
        return _OF_MODELS.isdisjoint(about)
    if found.section == "identify-kind" and (
        " into " in core[found.start : found.end]
        or _COARSELY.search(core)
        or not _PLACES.isdisjoint(words[found_words(core, found) :][:1])
    ):
        return False  # pictures sorted into birds and cats
    if found.section == "duplicates" and words[found_words(core, found) - 1] == "before":
        return _STEPS.isdisjoint(words[found_words(core, found) :][:1])  # before the next step
    if found.section == "identify-kind" and words[0] in ("which", "what"):
        return not (words[1:2] and words[1] in _MODELS and _CHOOSING & set(words[2:5]))
    if found.section == "absent":
        return words[0] not in _PLAIN or is_absence(before, words[1 : 1 + _NEARBY])
    return True


def found_words(core: str, found: Found) -> int:
    """How many words a match holds."""
    return len(core[found.start : found.end].split())


def is_absence(before: list[str], after: list[str]) -> bool:
    """Whether a negating word between these words denies something of a picture."""
    if any(word.startswith("yes") for word in before[-2:]) or not _UNNEEDED.isdisjoint(after[:4]):
        return False  # yes or no will do, no boxes needed
    if before[-1:] == ["or"]:
        return False  # whether it is so, or not
    while after and after[0] in _HELPERS:
        after = after[1:]  # nobody has tagged
    return (
        _SYSTEMS.isdisjoint([word for word in before if word not in _THAT][-2:])
        and not (before[-1:] == ["and"] and not _BEINGS.isdisjoint(before))
        and (_DOINGS | MEDIA).isdisjoint(after[:1])
        and WAYS.isdisjoint(after[:2])
    )


def keeps_what_shows(said: str) -> bool:
    """Whether pictures without a thing are thrown away: to delete the shots with nobody on them is to find those with people."""
    return _DISCARDS.search(said.lower()) is not None
