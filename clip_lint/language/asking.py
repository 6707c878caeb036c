"""Questions and instructions, which CLIP's captions hardly contain.

question    = opening of lexicon/questions.txt [question] ... "?"     (the mark may be missing after "how many" and the like)
            | ... ("or" | be) ... "?" at the end                       a cat or a dog?
instruction = opening of [instruction] | instructing verb ("the" | "all" | "me" | "images" | "which" ...)
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import lexicon, listed
from clip_lint.language.meaning import Question

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

_AUXILIARIES = listed("asking auxiliaries")
_WH = listed("asking wh")
_PICTURE = frozenset({"image", "photo", "picture"})


@cache
def _openings() -> dict[str, str]:
    groups = lexicon().groups
    return {phrase: kind for kind in ("instruction", "question") for phrase in groups[kind]}


def question(tagged: Tagged) -> Question | None:
    """The question or instruction that a prompt is, or None."""
    words, tags = tagged.words, tagged.tags
    if not words:
        return None
    first = words[0]
    has_mark = "?" in tags
    if has_mark and tags[-1] == "?" and len(words) > 3 and ("or" in words or "b" in tags):
        return Question("question", " ".join(words[:2]), tagged.span(0, 1))
    groups = lexicon().groups
    if first in groups["instructing-verbs"] and len(words) > 1:
        second = words[1].split(" ", 1)[0]
        if (second in groups["instructed"] and not _is_name(words)) or (
            first in groups["instructing-only"] and tags[1] in "n12q"
        ):
            return Question("instruction", " ".join(words[:2]), tagged.span(0, 1))
    if first not in _first_words() and not (has_mark and (first in _WH or first in _AUXILIARIES)):
        return None
    opening = " ".join(words[:2]) if len(words) > 1 else first
    kind = _openings().get(" ".join(opening.split()[:2])) or _openings().get(first)
    if kind == "question" and not has_mark and first in _AUXILIARIES and len(words) < 3:
        return None
    if kind is None and has_mark and (first in _WH or first in _AUXILIARIES):
        kind = "question"
    if kind is None:
        return None
    return Question(kind, opening, tagged.span(0, min(1, len(words) - 1)))


def _is_name(words: list[str]) -> bool:
    """What a picture is called by, and no order to do something with it: a group photo, a clean image."""
    return words[1] in _PICTURE and words[0] in lexicon().groups["naming"]


@cache
def _first_words() -> frozenset[str]:
    return frozenset(phrase.split()[0] for phrase in _openings())
