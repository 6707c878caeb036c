"""Sizes, weights, distances and temperatures in figures, which no picture tells: a car 10 metres away, 250 grams of rice.

measure = figure unit                  not of a race, a lens or a road sign: a 100 m sprint, 50 mm lens, 50 km/h zone
        | dimension "of" figure        a height of 3
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNIT = (
    r"(?:(?:square |cubic )?(?:milli|centi|kilo)?met(?:re|er)s?|mm|cm|m|km|sqm|m2|feet|foot|ft|inch(?:es)?|yards?|miles?|acres?|hectares?"
    r"|kg|kgs|kilos?|kilograms?|grams?|g|mg|lbs?|ounces?|oz|tons?|tonnes?|(?:milli|centi)?lit(?:re|er)s?|ml|cl|gallons?"
    r"|kmh|kph|mph|knots|celsius|fahrenheit|degrees (?:celsius|fahrenheit)|psi|bar|volts?|watts?|kwh|calories|kcal)"
)
_NAMING = (
    r"(?:race|races|run|runner|runners|sprint|sprinter|dash|relay|hurdles|swim|swimming|freestyle|backstroke|butterfly|walk|hike|marathon|rifle|pistol|gun|cannon"
    r"|ammunition|bullet|bullets|lens|lenses|film|camera|prime|telephoto|macro|focal|portrait|photo|photograph|photography|illustration|render|rendering|art|shot|view|vinyl|record|tape"
    r"|speed|zone|limit|sign|signs|socket|socks|wheels?|rims?|tyres?|tires?|barbell|plate|plates|dumbbells?|kettlebells?)"
)
"""What such a figure is the name of."""
MEASURED = re.compile(
    rf"(?<!\S)\d+(?:[.,]\d+)? ?{_UNIT}(?!\S)(?! (?:h |per )?(?:[a-z]+ )?{_NAMING}(?!\S))|(?<!\S)(?:distance|height|depth|width|length|angle) of \d"
)
"""On words in lower case with single blanks between them."""
_LONGEST = 10
"""Longer captions say other things too."""
_WORDS = re.compile(r"[^\W_]+(?:[.,'\u2019-][^\W_]+)*")
_READ = frozenset(
    {
        "f",
        "focal",
        "lens",
        "sigma",
        "canon",
        "nikon",
        "sony",
        "aperture",
        "iso",
        "bokeh",
        "exposure",
        "sign",
        "label",
        "reads",
        "says",
        "showing",
        "display",
        "screen",
        "plate",
        "limit",
    }
)
"""What bears figures that are read, and how pictures are taken."""


def measure(words: str) -> str:
    """The size in figures that a short caption says, from its words in lower case; empty if it says none."""
    if words.count(" ") >= _LONGEST or not _READ.isdisjoint(words.split()):
        return ""
    found = MEASURED.search(words)
    return found.group() if found else ""


def measures(texts: Sequence[str]) -> tuple[str, ...]:
    """The sizes in figures that most labels of a set are told apart by; none where few labels say one, or all the same."""
    if not any(any(map(str.isdigit, text)) for text in texts):
        return ()
    found = [said for text in texts if (said := measure(" ".join(_WORDS.findall(text.lower()))))]
    return tuple(found) if len(set(found)) > 1 and len(found) * 2 > len(texts) else ()
