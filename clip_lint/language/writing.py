"""Writing that the picture should show or that should be read.

    writing = quoted span                                        a sign with 'stop' on it
            | naming noun content                                the word hello, the letters A B C, the text peace
            | ("says" | "reads" | "spells" ...) content          a clock that reads 12:43
            | "number" | "digit" figure                          the number 7
            | asking phrase of lexicon/writing.txt               what does the sign say

"Text on a wall" names an object without wanting to know what it says, and is not reported.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import lexicon
from clip_lint.language.meaning import Writing

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

_SAYS = frozenset("says say reads spells spell saying".split())
_MODELS = frozenset("model lens camera flash type size".split())


def writings(tagged: Tagged) -> tuple[Writing, ...]:
    """Every request for writing in a prompt, in order."""
    tags, words = tagged.tags, tagged.words
    found: list[Writing] = []
    lists = lexicon().groups
    names, figures = lists["names-content"], ("number", "digit", "numeral", "numbers", "digits", "no")
    for position, (word, letter) in enumerate(zip(words, tags, strict=True)):
        following = tags[position + 1 : position + 2]
        if letter == "'":
            if position and (words[position - 1] in names or words[position - 1] in _SAYS) and following:
                found.append(Writing(words[position - 1], tagged.span(position - 1, position)))
        elif letter == '"':
            if not _is_measure(tagged, position):
                found.append(Writing(tagged.text[slice(*tagged.span(position, position))], tagged.span(position, position)))
        elif word in names:
            if (following in ("n", '"') and _is_named(tagged, position)) or (
                following == ";" and position + 2 < len(tags) and word in ("text", "caption", "word", "words", "letter", "letters")
            ):
                found.append(Writing(word, tagged.span(position, position + 1)))
        elif word in _SAYS:
            if _says(tagged, position):
                found.append(Writing(word, tagged.span(position, min(position + 1, len(tags) - 1))))
        elif word in figures and following in ("2", "1", "0", "u", ";", '"') and (
            _is_named(tagged, position) and words[position + 1 : position + 2] != ["of"]
        ):
            found.append(Writing(word, tagged.span(position, position + 1)))
    joined = " ".join(words)
    for phrase in lists["asks"]:
        if phrase in joined and re.search(rf"(?<!\S){re.escape(phrase)}(?!\S)", joined):
            found.append(Writing(phrase, _find(tagged, phrase)))
    return tuple(found)


def may_want_writing(words: list[str], tags: str) -> bool:
    """A cheap test that rules most prompts out."""
    return '"' in tags or "'" in tags or not TRIGGERS.isdisjoint(words)


TRIGGERS = frozenset("text word words letter letters caption message slogan phrase saying headline inscription digit digits numeral "
                     "numerals initials says say reads spells spell number numbers no what read meme movie review license "
                     "licence plate serial price label captcha transcription which".split())  # fmt: skip


def _find(tagged: Tagged, phrase: str) -> tuple[int, int]:
    first = phrase.split()[0]
    for position, word in enumerate(tagged.words):
        if word == first or word == phrase:
            return tagged.span(position, min(position + len(phrase.split()) - 1, len(tagged.words) - 1))
    return (0, len(tagged.text))


def _is_named(tagged: Tagged, position: int) -> bool:
    """Whether a determiner stands before the naming noun, as in "the word stop" and "with text stop"."""
    before = tagged.tags[position - 1] if position else "."
    return before in 'dw"ov' or (position > 0 and tagged.words[position - 1] in ("with", "written", "big", "bold")) or before in "cza"


def _is_measure(tagged: Tagged, position: int) -> bool:
    return position > 0 and tagged.tags[position - 1] in "2u"


def _says(tagged: Tagged, position: int) -> bool:
    tags = tagged.tags
    following = tags[position + 1 : position + 2]
    if following == "":
        return False
    if following == '"':
        return True
    word = tagged.words[position]
    if word == "saying":
        return following in "en;,xa"
    if word == "reads":
        return following not in "dWRp"
    return following not in "Rpo.,?"
