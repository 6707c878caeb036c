"""Writing that the picture should show or that should be read.

    writing = quoted span                                        a sign with 'stop' on it
            | naming noun content                                the word hello, the letters A B C, the text peace;
                                                                   a word game, text lines and message bubbles are things
            | ("says" | "reads" | "spells" ...) content          a clock that reads 12:43
            | "number" | "digit" figure                          the number 7
            | bearer ("reading" | "labelled" ...) content        a sign reading closed
            | content "written" preposition                      good luck written on a cake
            | what it is about, text                                 racist text, a threatening message
            | clock "showing" time                               a clock showing 3:15
            | figures on what bears them                          price tag of 9.99 (figures_shown.py)
            | asking phrase of lexicon/writing.txt               what does the sign say

"Text on a wall" names an object without wanting to know what it says, and is not reported.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.language.figures_shown import shown
from clip_lint.language.invisible import PEOPLE
from clip_lint.language.lexicon import lexicon, listed
from clip_lint.language.meaning import Writing
from clip_lint.language.singular import singular

if TYPE_CHECKING:
    from clip_lint.language.tagging import Tagged

_SAYS = listed("writing says")
_BEARS = listed("writing bears")
_LABELLED = listed("writing labelled")
_CLOCKS = listed("writing clocks")
_READ = listed("writing read")
_FORMS = listed("writing forms")
"""What is made of text, and is not written in a picture: a text query."""
_CONTENT = listed("writing content")
"""What a text is about, which is known to who reads it: racist text, a threatening message."""
_TEXTS = frozenset(
    {"text", "texts", "message", "messages", "slogan", "slogans", "caption", "captions", "writing", "words"}
)
_SPELT = frozenset({"letter", "letters", "initials"})
_ANNOUNCING = frozenset({"text", "caption", "word", "words", "letter", "letters"})
_SPOKEN = listed("writing spoken")
"""What people say to each other, with a wave or a nod."""
_SPEAKERS = listed("writing speakers") | PEOPLE
"""Who says something and bears no writing: my gut says, I would say, they say."""
_DOUBTED = listed("writing doubted")
_PLAIN_WORD = re.compile(r"\W[a-z]+(?:[ -][a-z]+)?\W")
_CODE = re.compile(r"""\s*[\[({]\s*(?:'[^']*'|"[^"]*")\s*[:,\])}](?:.*[\])}])?\s*""", re.DOTALL)
"""A list or mapping in the notation of a program."""
_INITIAL = re.compile(
    r"\b(?:start|begin|end)(?:s|ing)? (?:with|in) (?:(?:a|the) (?:letter|digit|number) )?(?:[A-Z]{1,4}|\d{1,4})(?![\w.'])"
)
"""How a name is spelt: a shop that starts with A."""
_MEME = ["a", "meme"]
_QUOTED_LIST = re.compile('"(?:,"){2,}')
_BEARING = _BEARS | listed("writing bears-figures") | {"plate", "plates"}
CHARACTERS = frozenset({"numbers", "digits", "letters", "characters", "numerals"})
"""What is read where it stands on what bears it, however many there are: a plate with two equal digits."""
_FIGURES = frozenset({"number", "digit", "numeral", "numbers", "digits"})


def writings(tagged: Tagged) -> tuple[Writing, ...]:
    """Every request for writing in a prompt, in order."""
    if _CODE.fullmatch(tagged.source):
        return ()
    found = []
    for position in range(len(tagged.tags)):
        ends = _ends(tagged, position)
        if ends is not None:
            span = tagged.span(*ends)
            words = tagged.source[slice(*span)]
            found.append(Writing(words, span, _is_notion(tagged, position, words)))
    if (initial := _INITIAL.search(tagged.source)) is not None:
        found.append(Writing(initial.group(), initial.span()))
    if tagged.words[:2] == _MEME and tagged.tags.strip(".") == "dn":
        found.append(Writing("a meme", tagged.span(0, 1), is_hint=True))
    joined = " ".join(tagged.words)
    found.extend(
        Writing(phrase, _find(tagged, phrase))
        for phrase in lexicon().groups["asks"]
        if phrase in joined and re.search(rf"(?<!\S){re.escape(phrase)}(?!\S)", joined)
    )
    return tuple(found)


def _ends(tagged: Tagged, position: int) -> tuple[int, int] | None:
    """First and last word of a request for writing that the word at ``position`` makes, if it makes one."""
    words, tags = tagged.words, tagged.tags
    names = lexicon().groups["names-content"]
    word, letter = words[position], tags[position]
    following = tags[position + 1 : position + 2]
    if letter == '"':
        return None if _is_measure(tagged, position) or _is_listed(tags, position) else (position, position)
    if letter == "'":
        opens = (
            position > 0
            and following != ""
            and (words[position - 1] in names or words[position - 1] in _SAYS)
        )
        return (position - 1, position) if opens else None
    last = min(position + 1, len(tags) - 1)
    if word == "written" and tags[position - 1 : position] in tuple('nav"') and following == "W":
        return (position - 1, position) if last + 1 < len(tags) else None
    if word in _LABELLED and following in tuple('navcmszd"2u') and not _BEARS.isdisjoint(words[:position]):
        is_deed = word == "reading" and (following == "d" or words[position - 1] in _READ)
        return None if is_deed else (position, last)
    if word in ("showing", "shows", "at") and following == "u" and not _CLOCKS.isdisjoint(words[:position]):
        return (position, last) if ":" in words[last] else None
    if word in _TEXTS and position and words[position - 1] in _CONTENT:
        return position - 1, position
    if word in names and words[last] not in _FORMS:
        if following in ("n", '"', "v", "a", "c") or (
            word in _SPELT and len(words[last]) == 1 and words[last].isalpha()
        ):
            if _is_named(tagged, position) and not _is_modifier(tagged, position):
                return position, last
        elif following == ";" and position + 2 < len(tags) and word in _ANNOUNCING:
            return position, last
    if word in _SAYS and not (word == "say" and position == 0) and _says(tagged, position):
        return position, last
    if (end := shown(tagged, position)) is not None:
        return position, end
    if word in CHARACTERS and position and carries_characters(tagged):
        return position, position
    if word in _FIGURES and following == "n" and tags[position + 2 : position + 3] in ("2", "u", "0", "1"):
        return position, position + 2
    if word in _FIGURES and following in ("2", "1", "0", "u", ";", '"') and _is_named(tagged, position):
        return position, last
    return None


def carries_characters(tagged: Tagged) -> bool:
    """Whether a number of characters is said of what they stand on: a licence plate with two identical digits."""
    first = next((at for at, word in enumerate(tagged.words) if word in CHARACTERS), 0)
    before = tagged.tags[:first].rstrip("lgcmszta")
    return before.endswith("2") and not _BEARING.isdisjoint(tagged.words[: len(before)])


def may_want_writing(words: list[str], tags: str) -> bool:
    """A cheap test that rules most prompts out."""
    return '"' in tags or "'" in tags or not TRIGGERS.isdisjoint(words)


TRIGGERS = listed("writing triggers")


def _find(tagged: Tagged, phrase: str) -> tuple[int, int]:
    first = phrase.split(maxsplit=1)[0]
    for position, word in enumerate(tagged.words):
        if word in (first, phrase):
            return tagged.span(position, min(position + len(phrase.split()) - 1, len(tagged.words) - 1))
    return (0, len(tagged.text))


def _is_named(tagged: Tagged, position: int) -> bool:
    """Whether a determiner stands before the naming noun, as in "the word stop" and "with text stop"."""
    before = tagged.tags[position - 1] if position else "."
    return (
        before in 'dw"ov'
        or (
            position > 0
            and tagged.words[position - 1]
            in ("with", "written", "big", "bold", "handwritten", "printed", "painted", "spelt")
        )
        or before in "cza"
    )


def _is_modifier(tagged: Tagged, position: int) -> bool:
    """Whether the naming noun only says what kind of thing the next noun is, as a plural or *a* makes it: text lines, a word game."""
    named = tagged.words[position + 1]
    if tagged.tags[position + 1] == '"' or len(named) == 1:
        return False
    if named in _ANNOUNCING or named in lexicon().groups["names-content"]:
        return True  # caption text
    start = tagged.tags.rfind("d", 0, position)
    determiner = (
        tagged.words[start] if start >= 0 and not tagged.tags[start + 1 : position].strip("gcaztmsl") else ""
    )
    return determiner in ("a", "an") or (determiner != "the" and singular(named) != named)


def _is_measure(tagged: Tagged, position: int) -> bool:
    return position > 0 and tagged.tags[position - 1] in "2u"


def _is_listed(tags: str, position: int) -> bool:
    """Whether a quoted span is one of three or more in a row: words given for one another, `joyful: 'merry', 'jovial', 'glad'`."""
    return any(match.start() <= position < match.end() for match in _QUOTED_LIST.finditer(tags))


def _is_notion(tagged: Tagged, position: int, quoted: str) -> bool:
    """Whether the quotation marks may as well stand round a word that is only called so: the "why" of it, a "smart" car."""
    if tagged.tags[position] != '"' or not position or _PLAIN_WORD.fullmatch(quoted) is None:
        return False
    is_article = tagged.tags[position - 1] == "d" or tagged.words[position - 1] in _DOUBTED
    return is_article and not any(_writes(word) for word in tagged.words)


def _writes(word: str) -> bool:
    return (
        word in _BEARS
        or word in _SAYS
        or word in _LABELLED
        or word in lexicon().groups["names-content"]
        or word == "written"
    )


def _says(tagged: Tagged, position: int) -> bool:
    tags = tagged.tags
    following = tags[position + 1 : position + 2]
    if following == "":
        return False
    if following == '"':
        return True
    if tagged.words[position + 1] in _SPOKEN and (_BEARS | _ANNOUNCING).isdisjoint(tagged.words[:position]):
        return False
    word = tagged.words[position]
    if position and tagged.words[position - 1] in _SPEAKERS and _BEARS.isdisjoint(tagged.words[:position]):
        return False
    if word == "saying":
        return following in "en;,xau2" or (
            following in "RWd" and not _BEARS.isdisjoint(tagged.words[:position])
        )
    if word == "reads":
        return following not in "dWRp"
    return following not in "Rpo.,?"


_WHOLE = re.compile(r"\s*(?:\"[^\"]+\"|“[^”]+”)\s*")
_OF_SPEECH = re.compile(r"\b(?:I|you|we|they['\u2019]re|it['\u2019]s|your?s?|my|me|us|our)\b", re.IGNORECASE)


def said(text: str, found: tuple[Writing, ...]) -> int:
    """Where what somebody says begins, and nothing but that follows: what it denies is not denied of the picture.

    That is a text in quotation marks that speaks to somebody, or what stands behind "says" or "reads" up to the end: a comma begins something else.
    """
    if _WHOLE.fullmatch(text) and _OF_SPEECH.search(text):
        return 0
    starts = [
        writing.span[0]
        for writing in found
        if writing.phrase.split()[0].lower() in _SAYS and "," not in text[writing.span[0] :]
    ]
    return min(starts, default=len(text))
