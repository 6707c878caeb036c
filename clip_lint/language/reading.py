"""A prompt's Meaning: tag it once, then let each rule of the grammar look at the tags."""

from __future__ import annotations

import re
from functools import lru_cache

from clip_lint.language.asking import question
from clip_lint.language.binding import bindings
from clip_lint.language.counting import counts
from clip_lint.language.detect_language import language_of
from clip_lint.language.each_own import OTHERS
from clip_lint.language.kinds import kinds
from clip_lint.language.lexicon import listed
from clip_lint.language.meaning import Meaning
from clip_lint.language.negating import negations
from clip_lint.language.space import relations
from clip_lint.language.tagging import tag
from clip_lint.language.writing import may_want_writing, said, writings

_NOUNS = re.compile("n+")
_CONTENT = re.compile("[ncmsztav2k]")
_NUMBERS = frozenset("012kuq")
_PROPERTIES = frozenset("cmsztga")
FRAMES = listed("reading frames")
"""What a picture is called in a caption."""
_TAILS = listed("reading tails")


def _end_of_caption(words: list[str], tags: str) -> int:
    """Where what the picture shows ends, and how it was taken begins: a bottle, front view."""
    end = len(tags)
    while end:
        comma = tags.rfind(",", 0, end)
        if comma < 1 or not _TAILS.issuperset(words[comma + 1 : end]):
            return end
        end = comma
    return end


@lru_cache(maxsize=16384)
def read_prompt(text: str) -> Meaning:
    """Read one prompt.

    Never raises for a string; reads the first 4,000 characters. Case and blanks do not matter.
    """
    tagged = tag(text)
    words, tags = tagged.words, tagged.tags
    language = language_of(tagged.text, words, tags)
    if language != "en":
        return Meaning(text, quotes=tagged.quotes, language=language)
    letters = set(tags)
    end = _end_of_caption(words, tags) if "," in letters else len(tags)
    pairs, bound = (
        bindings(tagged) if not letters.isdisjoint(_PROPERTIES) or not OTHERS.isdisjoint(words) else ((), ())
    )
    written = writings(tagged) if may_want_writing(words, tags) else ()
    quoted_from = said(text, written)
    return Meaning(
        text,
        tuple(words),
        tags,
        tuple([words[match.end() - 1] for match in _NOUNS.finditer(tags, 0, end)]),
        counts(tagged) if not letters.isdisjoint(_NUMBERS) or "many" in words or "count" in words else (),
        relations(tagged),
        pairs,
        bound,
        tuple([each for each in negations(tagged) if each.span[0] < quoted_from]),
        written,
        tagged.quotes,
        question(tagged),
        kinds(tagged),
        "en",
        len(_CONTENT.findall(tags, 0, end)) - (not FRAMES.isdisjoint(words)),
    )
