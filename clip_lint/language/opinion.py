"""A second opinion on a request, for where the grammar is unsure: words and pairs of words, each with a weight for each answer.

The weights are learnt from the labelled lists under ``tests/bench`` (``tests/bench/learn_opinion.py`` writes them), and lie in
``lexicon/opinion.tsv``: a line is a word, a stem or a pair of stems, and its weight for each answer in tenths (`e12n-3`). An answer is what the
alternatives are called by (``reader``, ``boxes`` ...), ``clip``, ``unknown``, or ``caption`` for what asks for nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from math import exp, log, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CLIP, UNKNOWN, CAPTION, NOTHING = "clip", "unknown", "caption", "nothing"
_WORDS = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|\?")
_PAIR = re.compile(r"([a-z])(-?\d+)")
FIRST = ord("a")
"""Answers are letters in the order of the first line."""
_MOST_WORDS = 60
_SHORT = 6
SHORT = "#short"
BIAS = "#any"
_ENDINGS = ("ingly", "edly", "ing", "ied", "ies", "ed", "es", "s", "ly", "er", "or")
_SHORTEST = 3
SCALE = 10
"""Weights are whole numbers of tenths."""
_FROM_GRAMMAR = {"": 0.0, "weak": 0.25, "fair": 0.7, "sure": 2.0}
"""How much the verdict of the grammar counts, in logarithms of odds: nothing where it read no request."""
_MAY_BE_CAPTION = 0.05
_CLEAR = 0.35
_SPREAD = 0.25
_LONGEST = 18
"""A text that the grammar takes for a caption stays one if it is so likely one, if no answer is so likely, or if it has more words;
where all answers are less likely than `_SPREAD`, the words say nothing against the grammar."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely each answer is, and the words that weigh most for the likeliest one."""

    shares: Mapping[str, float]
    words: tuple[str, ...]
    length: int = 0
    """How many words the text has."""

    @property
    def tool(self) -> str:
        """The likeliest alternative."""
        return max(
            (key for key in self.shares if key not in (CLIP, UNKNOWN, CAPTION, NOTHING)),
            key=self.shares.__getitem__,
        )

    @property
    def asks(self) -> bool:
        """Whether a text asks for something, in which the grammar reads no request: short, clearly one answer, and hardly a caption."""
        clearest = max(share for name, share in self.shares.items() if name != CAPTION)
        return self.length <= _LONGEST and self.shares[CAPTION] <= _MAY_BE_CAPTION and clearest >= _CLEAR

    def verdict(self, of_grammar: str, certainty: str) -> str:
        """``clip``, ``unknown`` or ``alternative``, from both; ``certainty`` is that of the grammar: empty, ``weak``, ``fair`` or ``sure``."""
        if certainty and max(self.shares.values()) < _SPREAD:
            return of_grammar
        known = {name: self.shares[name] for name in (CLIP, UNKNOWN)}
        known["alternative"] = 1 - sum(known.values()) - self.shares[CAPTION]
        bonus = _FROM_GRAMMAR[certainty]
        return max(known, key=lambda name: log(max(known[name], 1e-9)) + bonus * (name == of_grammar))


def stem_of(word: str) -> str:
    """A word without its ending, as crudely as the weights were learnt."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def features(text: str) -> set[str]:
    """The words of a text, their stems, and pairs of stems that stand together or with one word between them."""
    words = [word.lower() for word in _WORDS.findall(text[:600])][:_MOST_WORDS]
    stems = ["<", *map(stem_of, words), ">"]
    found = {*words, *(f"{stem}~" for stem in stems[1:-1])}
    found.update(f"{one} {other}" for one, other in pairwise(stems))
    found.update(f"{one} * {other}" for one, other in zip(stems, stems[2:], strict=False))
    return found | {SHORT} if len(words) < _SHORT else found


@cache
def _weights() -> tuple[tuple[str, ...], dict[str, tuple[tuple[int, float], ...]]]:
    """The answers, and by feature the number and weight of each answer that it weighs for or against."""
    lines = files("clip_lint.language").joinpath("lexicon", "opinion.tsv").read_text("utf-8").splitlines()
    answers = tuple(lines[0].split())
    table = {}
    for line in lines[1:]:
        feature, _, said = line.partition("\t")
        table[feature] = tuple(
            (ord(letter) - FIRST, int(weight) / SCALE) for letter, weight in _PAIR.findall(said)
        )
    return answers, table


@lru_cache(maxsize=1024)
def opinion(text: str) -> Opinion:
    """What the words of a text speak for."""
    answers, table = _weights()
    known = sorted(feature for feature in features(text) if feature in table)
    share = sqrt(max(1, len(known)))
    sums = [0.0] * len(answers)
    for feature in known:
        for number, weight in table[feature]:
            sums[number] += weight / share
    for number, weight in table[BIAS]:
        sums[number] += weight
    highest = max(sums)
    odds = [exp(each - highest) for each in sums]
    shares = {name: each / sum(odds) for name, each in zip(answers, odds, strict=True)}
    best = sums.index(highest)
    plain = [feature for feature in known if feature.isalpha()]
    weighed = sorted(((dict(table[feature]).get(best, 0.0), feature) for feature in plain), reverse=True)
    said = tuple(word for weight, word in weighed[:3] if weight > 0)
    return Opinion(shares, said, len(text.split()))
