"""The things that a prompt names, as words to hand to another model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import lexicon, listed
from clip_lint.language.singular import singular
from clip_lint.language.tagging import tag

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

_PHRASE = re.compile("[gcmszta]*n+(?:[2uy01](?!n))?")
_NO_THINGS = listed("phrases no-things")


def things(text: str, *, is_request: bool = False, kept: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The things named in a text, in order and once each: `red block`, `leash`; no frames of pictures, no words of the task.

    ``kept`` are words that are things here, though they mostly belong to a task.
    """
    tagged = tag(text)
    found: dict[str, None] = {}
    for match in _PHRASE.finditer(tagged.tags):
        words = _plain(tagged, *match.span(), _NO_THINGS - kept, is_first=is_request and match.start() == 0)
        if words:
            found[" ".join(words)] = None
    return tuple(found)


def _plain(tagged: Tagged, start: int, end: int, dropped: frozenset[str], *, is_first: bool) -> list[str]:
    words = [piece for word in tagged.words[start:end] for piece in word.split()]
    if is_first and words and (words[0] in lexicon().groups["instructing-verbs"] or words[0] in dropped):
        words = words[1:]
    words = [word.removesuffix("'s") for word in words if word not in dropped and word[0].isalnum()]
    if words and not words[0][0].isalpha():
        words = []
    return [*words[:-1], singular(words[-1])] if words else []
