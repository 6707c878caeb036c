"""Whether a caption hangs on what nobody measured, though no rule of the grammar says so.

The grammar knows states by rules; a thing that it has no rule for is one that CLIP finds. Here the kinds of a caption's words are weighed:
the themes of states, what ``lexicon/senses.txt`` calls them (a judgement, a way to behave, a phase, an abstract noun), the endings that
abstract and judging words have, and how much a caption says. No single word has a weight, so that a word of a kind is read like others of
its kind. ``tests/bench/learn_leaning.py`` learns how much each kind speaks for *unknown*, and ``lexicon/leaning.tsv`` holds that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from clip_lint.language.lexicon import listed, sections
from clip_lint.language.reading import read_prompt
from clip_lint.language.themes import bare_themes_of, themes_of

if TYPE_CHECKING:
    from clip_lint.language.meaning import Meaning

SCALE = 10
"""Weights are whole numbers of tenths."""
BIAS = "any"
_UNSURE = 1.7
"""From these odds on, as a logarithm, a caption that CLIP seems to do is in doubt."""
_WORDS = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_MOST_WORDS, _MOST_CONTENT, _MOST_THINGS = 40, 8, 4
_ENDINGS = (
    "ness", "ity", "tion", "sion", "ism", "ment", "ance", "ence", "ship", "hood", "ful", "less", "able", "ible", "ous", "ive", "ed",
    "ing", "al", "ic", "ly", "y",
)  # fmt: skip
_ABSTRACT = frozenset({"sense:abstract", *(f"ends:{end}" for end in _ENDINGS[:10])})
"""Kinds of nouns."""
_SHORTEST = 3
_PLAIN = listed("leaning plain") | listed("doubts weak")
"""Words that name a state elsewhere, and say nothing in a caption: on, off, light."""
_NO_KIND = "no known figure"


@dataclass(frozen=True, slots=True)
class Leaning:
    """The logarithm of the odds that a caption hangs on what nobody measured, and the word that says so, with its kind."""

    odds: float
    word: str
    kind: str

    @property
    def is_unsure(self) -> bool:
        """Whether a caption that no rule calls in doubt is."""
        return self.odds > _UNSURE


@cache
def senses() -> dict[str, tuple[str, ...]]:
    """The headings of ``senses.txt`` that a word stands under."""
    found: dict[str, tuple[str, ...]] = {}
    for heading, lines in sections("senses").items():
        for word in " ".join(lines).split():
            found[word] = (*found.get(word, ()), heading)
    return found


def _ending(word: str) -> str:
    return next((end for end in _ENDINGS if word.endswith(end) and len(word) >= len(end) + _SHORTEST), "")


@lru_cache(maxsize=8192)
def kinds_of(word: str) -> tuple[str, ...]:
    """What kinds of state, judgement or abstract thing a word may name, and what it ends in."""
    if word in _PLAIN:
        return ()
    is_manner = word.endswith("ly")  # people walking calmly: what they do is seen
    found = [f"state:{theme}" for theme in (() if is_manner else themes_of(word))]
    found += [f"alone:{theme}" for theme in bare_themes_of(word)]
    found += [f"sense:{sense}" for sense in senses().get(word, ())]
    ending = _ending(word)
    return (*found, f"ends:{ending}") if ending else tuple(found)


def features(text: str) -> frozenset[str]:
    """The kinds of a caption's words, and how much it says."""
    meaning = read_prompt(text)
    said, things = min(meaning.content, _MOST_CONTENT), min(len(meaning.objects), _MOST_THINGS)
    kinds = {kind for word in _words(text) for kind in _kinds_in(word, meaning)}
    return frozenset({BIAS, f"says:{said}", f"things:{things}"} | kinds)


def _kinds_in(word: str, meaning: Meaning) -> tuple[str, ...]:
    """What a word names in a caption: abstract nouns count where they are what it is about (a security issue, and no security guard)."""
    kinds = kinds_of(word)
    if word in meaning.objects or _ABSTRACT.isdisjoint(kinds):
        return kinds
    return tuple(kind for kind in kinds if kind not in _ABSTRACT)


def _words(text: str) -> list[str]:
    """The words before the first comma: what follows it lists looks (a kettle, high quality photo)."""
    return _WORDS.findall(text[:600].lower().partition(",")[0])[:_MOST_WORDS]


@cache
def _weights() -> dict[str, float]:
    lines = files("clip_lint.language").joinpath("lexicon", "leaning.tsv").read_text("utf-8").splitlines()
    numbered = (line.split() for line in lines if not line.startswith("#"))
    return {feature: int(weight) / SCALE for weight, *named in numbered for feature in named}


@lru_cache(maxsize=1024)
def leaning(text: str) -> Leaning:
    """Which way a caption leans."""
    table = _weights()
    odds = sum(table.get(feature, 0.0) for feature in features(text))
    meaning = read_prompt(text)
    speaking = {word: sum(table.get(kind, 0.0) for kind in _kinds_in(word, meaning)) for word in _words(text)}
    word = max(speaking, key=speaking.__getitem__, default="")
    named = [kind.partition(":")[2] for kind in kinds_of(word) if not kind.startswith("ends:")]
    return Leaning(odds, word, next(iter(named), _NO_KIND))
