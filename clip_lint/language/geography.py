"""Pictures that are wanted by where on earth they were taken: photos from Norway, shots of Lake Tahoe."""

from __future__ import annotations

import re
from functools import cache

from clip_lint.language.lexicon import listed, sections

_NAMED = r"(?:Lake|Mount|Mt\.?|Saint|St\.?|San|Santa|Los|Las|Port|Fort|Cape) [A-Z]\w+|[A-Z]\w+ (?:County|City|Island|Islands|Valley|River|Falls|Bay|Park|Canyon|Street|Avenue|Square|Province)"
_TAKEN = r"\b(?:photos?|pictures?|images?|shots?|videos?|snaps|photographs?|footage|selfies?)\b(?: (?:that|which))?(?: (?:I|we|you|were|was|are|is|have|been|took|taken|shot|made|captured|photographed|recorded))*"


@cache
def _pattern() -> re.Pattern[str]:
    countries = "; ".join(sections("kinds")["country name"]).split("; ")
    names = sorted(
        {name.strip().title() for name in countries} | {name.title() for name in listed("geography cities")}
    )
    return re.compile(
        rf"{_TAKEN} (?:in|from|of|at|near|around) (?:the )?(?P<place>{_NAMED}|(?:{'|'.join(names)})\b)"
    )


def place_wanted(said: str) -> str | None:
    """The place on earth that pictures are searched by; None if there is none."""
    found = _pattern().search(said)
    return found["place"] if found else None
