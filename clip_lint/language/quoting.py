"""What a request quotes: prompts that it is about, or words that are to be read in a picture."""

from __future__ import annotations

import re

from clip_lint.language.lexicon import listed
from clip_lint.language.tagging import QUOTED

_TELLING = frozenset({"tell", "distinguish", "differentiate", "discriminate"})
_WORD = re.compile(r"[a-z]+")
_SPOKEN_OF = re.compile(
    r"(?:^|[^\w'])(?<!with the )(?<!with a )(?:prompts?|query|queries|labels?|class(?:es)?|search(?:ing|es)?(?: for)?|thresholds? (?:for|of|on)|scores? (?:of|for)|type"
    r"|goal text|text prompt|text query)(?:,? (?:like|e\.g\.|such as))?[,:]? ?['\"\u201c\u2018`](?=\S)",
    re.IGNORECASE,
)
_ABOUT_PROMPTS = listed("quoting prompts")
_WRITTEN = listed("quoting written")


def reads_quotes(core: str) -> bool:
    """Whether what is quoted is to be read in the picture: a sign with the word "stop"."""
    return not _WRITTEN.isdisjoint(core.split())


def prompts_spoken_of(text: str) -> tuple[str, ...]:
    """What is quoted where a text without a verb speaks of prompts: the query "a street without cars" gives full streets."""
    opened = _SPOKEN_OF.search(text)
    if opened is None:
        return ()
    return tuple(match.group()[1:-1] for match in QUOTED.finditer(text) if match.group()[1:-1].strip())


def quoted_prompts(text: str) -> tuple[str, ...]:
    """The prompts that a question about CLIP quotes, as in `will it find "a beach without people"`."""
    words = set(_WORD.findall(QUOTED.sub(" ", text).lower()))
    found = [match.group()[1:-1] for match in QUOTED.finditer(text) if match.group()[1:-1].strip()]
    if len(found) > 1 and not _TELLING.isdisjoint(words):
        return tuple(found)
    if _ABOUT_PROMPTS.isdisjoint(words) or not (_WRITTEN - _ABOUT_PROMPTS).isdisjoint(words):
        return ()
    return tuple(found)
