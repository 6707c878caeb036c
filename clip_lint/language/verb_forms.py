"""The forms of the verbs that requests are made with, and their classes."""

from __future__ import annotations

import re
from functools import cache

from clip_lint.language.lexicon import sections

_CLASSES = ("seek", "sort", "judge", "estimate", "make", "place", "track")
ALONE = {
    "count": "count", "tally": "count", "measure": "measure", "weigh": "measure", "transcribe": "read", "decipher": "read", "ocr": "read", "read": "read",
    "segment": "segment", "outline": "segment",
    "describe": "describe", "summarise": "describe", "summarize": "describe", "narrate": "describe", "caption": "describe",
    "explain": "converse", "answer": "converse", "geolocate": "place",
}  # fmt: skip
"""Verbs that need no object to say what they want."""


@cache
def forms() -> dict[str, str]:
    """Every form of every verb, with its class; several classes of one verb are joined by blanks."""
    found: dict[str, str] = {}
    lines = sections("verbs")
    for name in _CLASSES:
        plain = " ".join(lines[name]).split()
        for verb in (
            *plain,
            *(
                each.strip()
                for line in lines[f"{name} two words"]
                for each in line.split(";")
                if each.strip()
            ),
        ):
            first, _, second = verb.partition(" ")
            for form in _inflected(first):
                spelt = f"{form} {second}".strip()
                found[spelt] = f"{found.get(spelt, '')} {name}".strip()
    for verb in ALONE:
        for form in _inflected(verb):
            found[form] = verb
    return found


_IRREGULAR = {"find": "found", "hold": "held", "catch": "caught", "tell": "told", "keep": "kept", "write": "written", "show": "shown", "take": "taken", "give": "given", "see": "seen", "know": "known", "bring": "brought", "build": "built", "draw": "drawn", "throw": "thrown", "choose": "chosen", "make": "made", "hide": "hidden", "get": "got", "seek": "sought", "leave": "left"}  # fmt: skip


def _inflected(verb: str) -> tuple[str, ...]:
    """A verb, and it with -s, -ing and -ed."""
    stem = verb.removesuffix("e")
    is_doubled = re.fullmatch(r"(?:.*[^aeiou])?[aeiou][tgbnmp]", verb) is not None and 2 < len(verb) < 6
    doing = verb + verb[-1] if is_doubled else stem
    ends_in_y = verb.endswith("y") and verb[-2] not in "aeo"
    past = _IRREGULAR.get(verb, (stem[:-1] + "i" if ends_in_y else doing) + "ed")
    third = stem[:-1] + "ies" if ends_in_y else verb + ("es" if verb[-1] in "hsx" else "s")
    return (verb, third, doing + "ing", past)
