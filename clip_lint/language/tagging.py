"""A prompt as a string of word classes, one letter for a word or set phrase.

The letters (listed with their words in ``lexicon/words.txt`` and ``numbers.txt``): ``d`` determiner, ``b`` be, ``h`` have,
``f`` other auxiliary, ``o`` of, ``w`` with, ``p`` preposition, ``&`` and/or, ``e`` pronoun or relative, ``q`` vague quantity,
``x`` negator, ``0`` ``1`` ``2`` numbers (two and more), ``k`` collective, ``l`` adverb, ``g`` shade, ``c`` colour,
``m`` material, ``t`` texture, ``s`` shape, ``z`` size, ``a`` other adjective, ``v`` verb, ``n`` noun or unknown word,
``u`` a figure that counts nothing (35mm, 1980s), ``R`` ``F`` ``W`` relation phrases (strong, frame, only with a copula),
``y`` a year,
``"`` a quoted span, ``'`` a stray quotation mark, ``. ; , ? ( # -`` punctuation. Grammar rules are regular expressions over this string; its indices
are the indices of ``Tagged.words``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import lexicon, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clip_lint.language.lexicon import Continuations

READ_CHARACTERS = 4000
"""How much of a prompt is read: ten times what a text tower with 77 tokens takes in."""

QUOTED = re.compile(
    r'"[^"\n]{1,300}"|\u201c[^\u201d\n]{1,300}\u201d|\u2018[^\u2018\n]{1,300}?\u2019(?!\w)'
    r"|(?<!\w)'(?=[^\s'])(?:[^'\n]|(?<=\w)'(?=\w)){1,200}'(?!\w)|\u00ab[^\u00bb\n]{1,300}\u00bb|`[^`\n]{1,300}`"
)
"""What stands in quotation marks."""
_TOKEN = re.compile(
    r"\"[^\"]*\"|[wW]/[oO]\b|\d+(?:[.,:/\u00d7]\d+)*(?:-?[^\W\d_]+)*(?:\d+)?|[^\W\d_]+(?:['\u2019\-\u2010\u2011][^\W_]+)*\d*|[^\w\s]|_"
)
_CAMEL = re.compile(r"[A-Za-z]?[a-z]+(?:[A-Z][a-z]+)+")
_CAMEL_TOKEN = re.compile(r"[A-Z]?[a-z]+")
"""The words of a name that is written as one: NoHelmet, withMask."""
_PUNCTUATION = {
    ".": ".", "!": ".", "\u2026": ".", "?": "?", ";": ";", ":": ";", ",": ",", "(": "(", ")": "(", "[": "(", "]": "(",
    "#": "#", "$": "#", "\u20ac": "#", "\u00a3": "#", "@": "#", "-": "-", "\u2013": "-", "\u2014": "-", "%": "u", "\u00b0": "u",
    "\u201c": "'", "\u2018": "'", "'": "'", "&": "&", "+": "&", "/": "&", "=": "#",
}  # fmt: skip
_NOT_NEGATIONS = listed("tagging not-negations")
_FREE_OF = listed("tagging free-of")
"""What things are sold free of, and flaws: `sugar-free` says nothing of a picture, `a car-free street` does."""
_LESS = listed("tagging less")
_NOT_ADVERBS = listed("tagging not-adverbs")
_NOT_PARTICIPLES = listed("tagging not-participles")


_CAN = re.compile(r"(?<=[dcmszt21])f(?=[.;,?WRF&w]|$)")
_VERB_AS_NOUN = re.compile(r"(?<=[dcmszt21gqa])v(?=[o.;,?eWRFbhwp&]|$)")
_COLOUR_AS_NOUN = re.compile(r"(?<=[dcmszta2])c(?=[o.;,?eWRFbhwp&v]|$)")
_MATERIAL_AS_NOUN = re.compile(r"(?<=[dcmszta21g])m(?=[o.;?eWRFbhwp]|v(?!n)|[&,]+d|$)")
_FRUITS = listed("tagging fruits")


class Tagged:
    """A tagged prompt: lower-case ``words`` (set phrases are one word), their ``tags``, and the way back to the text.

    ``source`` is the prompt as written, ``text`` the same with quoted spans filled in; places agree.
    """

    __slots__ = ("_firsts", "_pattern", "_spans", "quotes", "source", "tags", "text", "words")

    def __init__(
        self,
        source: str,
        text: str,
        words: list[str],
        tags: str,
        firsts: list[int],
        quotes: tuple[tuple[int, int], ...],
        pattern: re.Pattern[str],
    ) -> None:
        self.source = source
        self.text = text
        self.words = words
        self.tags = tags
        self.quotes = quotes
        self._pattern = pattern
        self._firsts = firsts
        self._spans: list[tuple[int, int]] | None = None

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the words from ``first`` to ``last`` (inclusive) stand in the text."""
        if self._spans is None:
            self._spans = [match.span() for match in self._pattern.finditer(self.text)]
        firsts = self._firsts
        raw_last = firsts[last + 1] - 1 if last + 1 < len(firsts) else len(self._spans) - 1
        return self._spans[firsts[first]][0], self._spans[raw_last][1]


def tag(prompt: str) -> Tagged:
    """Split a prompt into words and set phrases and give each its class; quoted spans become one token."""
    text = prompt[:READ_CHARACTERS]
    if "_" in text:
        text = text.replace("_", " ")
    pattern = _CAMEL_TOKEN if " " not in text and _CAMEL.fullmatch(text) else _TOKEN
    quotes: tuple[tuple[int, int], ...] = ()
    if '"' in text or "'" in text or "\u201c" in text or "\u2018" in text or "`" in text or "\u00ab" in text:
        text, quotes = _mask_quotes(text)
    raw = pattern.findall(text)
    entries = [_entry(token) for token in raw]
    words: list[str] = []
    tags: list[str] = []
    firsts: list[int] = []
    position, end = 0, len(raw)
    while position < end:
        word, letter, by_second = entries[position]
        after = position + 1
        if by_second is not None:
            found = _phrase(entries, position, by_second) if after < end else None
            if found is not None:
                letter, after = found
                word = " ".join([entry[0] for entry in entries[position:after]])
            elif (single := by_second.get("")) is not None:
                letter = single[""][0][1]
        words.append(word)
        tags.append(letter)
        firsts.append(position)
        position = after
    joined = "".join(tags)
    if "v" in joined:
        joined = _VERB_AS_NOUN.sub(
            lambda match: "v" if words[match.start()].endswith(("ing", "ed")) else "n", joined
        )
    if "m" in joined:
        joined = _MATERIAL_AS_NOUN.sub("n", joined)
    if "f" in joined:
        joined = _CAN.sub(lambda match: "n" if words[match.start()] in ("can", "will") else "f", joined)
    if "c" in joined:
        joined = _COLOUR_AS_NOUN.sub(lambda match: "n" if words[match.start()] in _FRUITS else "c", joined)
    return Tagged(prompt, text, words, joined, firsts, quotes, pattern)


def _phrase(
    entries: list[tuple[str, str, Mapping[str, Continuations] | None]],
    position: int,
    by_second: Mapping[str, Continuations],
) -> tuple[str, int] | None:
    """The class of the longest set phrase that begins at ``position``, and where the words after it begin."""
    by_third = by_second.get(entries[position + 1][0])
    if by_third is None:
        return None
    after = position + 3
    if after <= len(entries):
        for tail, letter in by_third.get(entries[position + 2][0], ()):
            stop = after + len(tail)
            if not tail or tuple([entry[0] for entry in entries[after:stop]]) == tail:
                return letter, stop
    plain = by_third.get("")
    return None if plain is None else (plain[0][1], position + 2)


def _mask_quotes(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Fill quoted spans with one same-length token, so that what is quoted is never read as grammar."""
    spans: list[tuple[int, int]] = []

    def fill(match: re.Match[str]) -> str:
        start, end = match.span()
        if not any(map(str.isalnum, text[:start] + text[end:])):
            return " " + match.group()[1:-1] + " "
        spans.append((start, end))
        return '"' + "x" * (end - start - 2) + '"'

    return QUOTED.sub(fill, text), tuple(spans)


@lru_cache(maxsize=16384)
def _entry(token: str) -> tuple[str, str, Mapping[str, Continuations] | None]:
    """A token's word and class, and the set phrases that begin with it."""
    word, letter = word_class(token)
    return word, letter, lexicon().phrases.get(word)


def word_class(token: str) -> tuple[str, str]:
    """The lower-case form of one token and its class."""
    if len(token) > 60:
        return (token.lower(), '"' if token[0] == '"' else "n")
    word = token.lower().replace("\u2019", "'").replace("\u2010", "-").replace("\u2011", "-")
    known = lexicon().words.get(word)
    if known is not None:
        return word, known
    first = word[0]
    if first == '"':
        return word, '"' if len(word) > 1 else "'"
    if first.isdigit():
        return word, _figure(word)
    if not first.isalpha():
        return word, _PUNCTUATION.get(first, ",")
    return word, _by_shape(word)


def _figure(word: str) -> str:
    if word.isdecimal() and len(word) <= 6:
        number = int(word)
        if word[0] == "0" and len(word) > 1:
            return "u"
        if 1900 <= number <= 2099:
            return "y"
        return "0" if number == 0 else "1" if number == 1 else "2"
    if "-" in word:
        return "a"
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", word):
        return "2"
    return "u"


def _by_shape(word: str) -> str:
    words = lexicon().words
    if word.endswith(("n't", "nt'")):
        return "x"
    if word.endswith("'s"):
        return "e" if words.get(word[:-2]) == "e" else "n"
    if word.startswith("non") and word not in _NOT_NEGATIONS and (word[3:4] == "-" or len(word) > 6):
        return "x"
    if word in _LESS:
        return "x"
    if "-" in word:
        head, _, tail = word.rpartition("-")
        if tail == "free" and head not in _FREE_OF:
            return "x"
        if tail == "shaped":
            return "s"
        if tail in ("colored", "coloured", "tinted"):
            return "c"
        if tail == "sized":
            return "z"
        if words.get(head) == "2" and words.get(tail) in ("1", "2"):
            return "2"
        if words.get(head.partition("-")[0]) in ("2", "1") or tail in (
            "eyed",
            "haired",
            "legged",
            "armed",
            "faced",
            "like",
        ):
            return "a"
        if words.get(tail) in ("c", "m", "t", "s"):
            return words[tail]
        return "n"
    if len(word) > 4:
        if word.endswith("ing") and word not in _NOT_PARTICIPLES:
            return "v"
        if word.endswith("ed") and word not in _NOT_PARTICIPLES:
            return "v"
        if word.endswith("ly") and word not in _NOT_ADVERBS:
            return "l"
    return "n"
