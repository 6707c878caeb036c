"""Figures that stand on what bears them, and are to be read.

    figures = bearer ("showing" | "that displays" ...) figure        a road sign showing 50, a tag showing $5
            | tally ["is"] figure                                     the score is 12, a total of 40
            | bearer [with a total] "of" figure with a point          a price tag of 9.99
            | ("number" | "error" | "date" ...) figure                house number 42, expiration date 2024-05
            | clock "showing" time                                    a clock showing half past three
            | figure "on" bearer                                      a bus with line 12 on its display
            | name "printed" "on"                                     the brand name Nordwind printed on a box

A figure before a noun counts: a sign with 3 arrows. Part of the grammar of :mod:`clip_lint.language.writing`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import listed

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

_BEARERS = listed("writing bears-figures")
_CLOCKS = listed("writing clocks")
_SHOWN = frozenset({"showing", "shows", "displaying", "displays", "indicating", "indicates"})
_MONTHS = frozenset(
    {
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    }
)
_TIMES = frozenset({"noon", "midnight", "half past", "quarter past", "quarter", "midday"})
_NUMBERED = frozenset({"number", "error", "code", "id", "serial", "reference"})
_DATED = frozenset(
    {"expiration", "expiry", "best-before", "birth", "issue", "due", "production", "manufacturing"}
)
_PLATES = frozenset({"license", "licence", "number", "registration"})
_PRINTED = frozenset({"printed", "stamped", "engraved", "embossed", "painted", "stitched"})
_NAMES = frozenset({"name", "brand", "title", "surname"})
_END = r"(?=$|[.,;W&])"
_VERB = re.compile(rf".(?:v|[de]v)d?[lgcm]*n{{0,2}}#?[20uy]{_END}")
_TALLIES = frozenset(
    {
        "score",
        "scores",
        "timer",
        "countdown",
        "counter",
        "odometer",
        "mileage",
        "speedometer",
        "thermometer",
        "gauge",
        "scoreboard",
        "clock",
        "price",
    }
)
"""What has a figure on a screen or a dial."""
_TALLY = re.compile(rf".(?:b|[Ww]|bW)#?[20uy]{_END}")
_AMOUNT = re.compile(rf".(?:[Ww]d?[nk]|)o(?:u|#[2u]){_END}")
_DIRECT = re.compile(rf".[20uy]{_END}")
_PLATE = re.compile(rf".n?[20u]{_END}")
_DATE = re.compile(".[20uy]")
_ON_BEARER = re.compile(r"[20]Wd?n")


def shown(tagged: Tagged, position: int) -> int | None:
    """Where the figures end that the word at ``position`` bears or begins; None if there are none."""
    words, tags = tagged.words, tagged.tags
    word, before = words[position], words[position - 1] if position else ""
    if word in _TALLIES and (match := _TALLY.match(tags, position)):
        return match.end() - 1
    if word in _BEARERS:
        verb = position + (2 if words[position + 1 : position + 2] == ["that"] else 1)
        if words[verb : verb + 1] and words[verb] in _SHOWN:
            if match := _VERB.match(tags, position):
                return match.end() - 1
            if word == "calendar" and words[verb + 1 : verb + 2] and words[verb + 1] in _MONTHS:
                return verb + 1
            if word in _CLOCKS and words[verb + 1 : verb + 2] and words[verb + 1] in _TIMES:
                return verb + 1
        if match := _AMOUNT.match(tags, position):
            return match.end() - 1
        if word == "plate" and before in _PLATES and (match := _PLATE.match(tags, position)):
            return match.end() - 1
    if (word in _NUMBERED and position and tags[position - 1] in "nd") or (
        word == "date" and before in _DATED
    ):
        match = _DIRECT.match(tags, position) if word != "date" else _DATE.match(tags, position)
        return match.end() - 1 if match else None
    if (
        word in _PRINTED
        and tags[position + 1 : position + 2] == "W"
        and not _NAMES.isdisjoint(words[:position])
    ):
        return position + 1
    if (match := _ON_BEARER.match(tags, position)) and words[match.end() - 1] in _BEARERS:
        return match.end() - 1 if position and tags[position - 1] in "nk" else None
    return None
