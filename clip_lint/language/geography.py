"""Pictures that are wanted by where on earth they were taken: photos from Norway, shots of Lake Tahoe."""

from __future__ import annotations

import re
from functools import cache

from clip_lint.language.lexicon import listed, sections

_NAMED = r"(?:Lake|Mount|Mt\.?|Saint|St\.?|San|Santa|Los|Las|Port|Fort|Cape) [A-Z]\w+|[A-Z]\w+ (?:County|City|Island|Islands|Valley|River|Falls|Bay|Park|Canyon|Street|Avenue|Square|Province)"
_TAKEN = r"\b(?:photos?|pictures?|images?|shots?|videos?|snaps|photographs?|footage|selfies?)\b(?: (?:that|which))?(?: (?:I|we|you|were|was|are|is|have|been|took|taken|shot|made|captured|photographed|recorded))*"


@cache
def _names() -> str:
    countries = "; ".join(sections("kinds")["country name"]).split("; ")
    return "|".join(
        sorted(
            {name.strip().title() for name in countries}
            | {name.title() for name in listed("geography cities")}
        )
    )


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        rf"{_TAKEN} (?:in|from|of|at|near|around) (?:the )?(?P<place>{_NAMED}|(?:{_names()})\b)"
    )


@cache
def _scene() -> re.Pattern[str]:
    return re.compile(
        rf"^[A-Za-z]?[^A-Z]*\b(?:in|from|near|around|(?:view|photo|picture|image|streets?|landscape|countryside)s? of) (?:the )?(?P<place>{_names()})\.?$"
    )


def scene_of(text: str) -> str | None:
    """The place on earth that a caption ends in, if nothing else in it has a name: a road in Thailand."""
    found = None if text.islower() else _scene().search(text)
    return found["place"] if found else None


def place_wanted(said: str) -> str | None:
    """The place on earth that pictures are searched by; None if there is none."""
    found = _pattern().search(said)
    return found["place"] if found else None
