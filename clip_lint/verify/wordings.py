"""One query said otherwise: in other words, and its things one by one."""

from __future__ import annotations

import re

from clip_lint.language.reading import read_prompt
from clip_lint.verify.scenes.model import article

PHRASINGS = (
    "{}",
    "a photo of {}",
    "a picture of {}",
    "a close-up photo of {}",
    "a photo of {} in a scene",
    "this is {}",
)
_IS_PICTURE = re.compile(r"(?:an? |the )?(?:[\w-]+ )?(?:photo|picture|image|drawing)\b", re.IGNORECASE)
_FRAMES = ("a photo of ", "a picture of ", "an image of ", "a drawing of ", "photo of ", "picture of ")


def bare(query: str) -> str:
    """The query without a frame such as "a photo of"."""
    lower = query.lower()
    for frame in _FRAMES:
        if lower.startswith(frame):
            return query[len(frame) :]
    return query


def phrasings(query: str) -> tuple[str, ...]:
    """The same said in other words; what speaks of a photo by itself ("a photo without snow") is not framed once more."""
    core = bare(query)
    is_framed = _IS_PICTURE.match(core) is not None
    patterns = [pattern for pattern in PHRASINGS if not (is_framed and _IS_PICTURE.match(pattern))]
    return tuple(pattern.format(core) for pattern in patterns)


def things_of(query: str) -> tuple[str, ...]:
    """The nouns that the query is about, as they stand there."""
    frames = {"photo", "picture", "image", "drawing", "scene", "background"}
    return tuple(noun for noun in dict.fromkeys(read_prompt(query).objects) if noun not in frames)


def simpler(query: str) -> tuple[str, ...]:
    """The query's things one by one, without number, place and properties."""
    found = [f"a photo of {noun if noun.endswith('s') else article(noun)}" for noun in things_of(query)]
    return tuple(text for text in found if text.lower() != query.lower())
