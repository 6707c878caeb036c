"""A second opinion on a request: words, pieces of words and what the grammar sees, each with a weight for each answer.

The weights are learnt from the labelled lists under ``tests/bench`` (``tests/bench/learn_opinion.py`` writes them), and lie in
``lexicon/opinion.tsv``: a line is a feature, of which the letter before it says how many letters it shares with the line before, and its
weights, a letter for each answer: P is none, Q a fifth for it, O one against it. An answer is what the alternatives are called by (``reader``, ``boxes`` ...), ``clip``,
``unknown``, or ``caption`` for what asks for nothing. What the grammar made of the request is evidence like any other: how far it is
to be trusted was learnt as well.
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
    from collections.abc import Iterable, Iterator, Mapping

CLIP, UNKNOWN, CAPTION, NOTHING = "clip", "unknown", "caption", "nothing"
ALTERNATIVE = "alternative"
_WORDS = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|\?")
FIRST, ZERO, MOST = ord("a"), ord("P"), 46
"""A number of shared letters is a letter from `FIRST` on, and a weight one that stands as far behind or before `ZERO`, `MOST` at most."""
_MOST_WORDS = 60
BIAS = "#any"
_PIECE, _SIGN = "^", "#"
"""What pieces of words, and evidence, begin with."""
_PIECES = (4, 5)
_ENDINGS = ("ingly", "edly", "ing", "ied", "ies", "ed", "es", "s", "ly", "er", "or")
_SHORTEST = 3
SCALE = 5
"""Weights are whole numbers of fifths."""
_OF_EVIDENCE = 0.3
_FROM_GRAMMAR = {"": 0.0, "weak": 0.7, "fair": 1.0, "sure": 1.0, "named": 4.0, "search": 2.5, "place": 6.0}
"""How much the verdict of the grammar counts beside its evidence, in logarithms of odds."""
_SPREAD, _SPREAD_BESIDE_CLIP, _OF_SPREAD, _LONE, _CLEAR = 0.25, 0.5, 0.3, 0.35, 0.8
"""Where the grammar names no tool, and none is so likely, that one is needed counts less (and nothing in what it takes
for a caption, where none has `_LONE`): much likelier it must be where the grammar calls CLIP right, so that few are sent away wrongly.
The grammar's own tool is passed over for one that is so likely as `_CLEAR`."""
_MAY_BE_CAPTION, _CLEARER = 0.05, 3
"""A text in which the grammar reads no request stays a caption if it is so likely one, unless an answer is so many times likelier."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely each answer is, and the words that weigh most for the likeliest one."""

    shares: Mapping[str, float]
    words: tuple[str, ...]

    @property
    def tool(self) -> str:
        """The likeliest alternative."""
        return max(
            (key for key in self.shares if key not in (CLIP, UNKNOWN, CAPTION, NOTHING)),
            key=self.shares.__getitem__,
        )

    @property
    def asks(self) -> bool:
        """Whether a text asks for something, in which the grammar reads no request."""
        clearest = max(share for name, share in self.shares.items() if name != CAPTION)
        return clearest >= _LONE and self.shares[CAPTION] <= max(_MAY_BE_CAPTION, clearest / _CLEARER)

    def verdict(self, of_grammar: str, certainty: str) -> str:
        """``clip``, ``unknown`` or ``alternative`` from both; ``certainty`` is one of `_FROM_GRAMMAR`, empty where it read no request."""
        known = {name: self.shares[name] for name in (CLIP, UNKNOWN)}
        known[ALTERNATIVE] = 1 - sum(known.values()) - self.shares[CAPTION]
        likeliest = max(self.shares[self.tool], self.shares.get(NOTHING, 0.0))
        needed = _SPREAD_BESIDE_CLIP if of_grammar == CLIP else _SPREAD
        if of_grammar != ALTERNATIVE and likeliest < (needed if certainty else _LONE):
            known[ALTERNATIVE] *= _OF_SPREAD if certainty else 0
        bonus = _FROM_GRAMMAR[certainty]
        return max(known, key=lambda name: log(max(known[name], 1e-9)) + bonus * (name == of_grammar))

    def prefers(self, tool: str) -> bool:
        """Whether the words speak for another tool than the grammar, clearly."""
        return self.tool != tool and self.shares[self.tool] >= _CLEAR


def stem_of(word: str) -> str:
    """A word without its ending, as crudely as the weights were learnt."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def features(text: str) -> set[str]:
    """The words of a text, their stems, pairs of stems that stand together, and all pieces of four and five letters."""
    words = [word.lower() for word in _WORDS.findall(text[:600])][:_MOST_WORDS]
    stems = ["<", *map(stem_of, words), ">"]
    found = {*words, *(f"{stem}~" for stem in stems[1:-1])}
    found.update(f"{one} {other}" for one, other in pairwise(stems))
    for word in set(words):
        found.update(_pieces_of(word))
    return found


def values(found: Iterable[str]) -> dict[str, float]:
    """How much each feature counts: words by their number, pieces by theirs, and evidence by itself."""
    known = sorted(found)
    pieces = sum(feature[0] == _PIECE for feature in known)
    signs = sum(feature[0] == _SIGN for feature in known)
    share = {
        _PIECE: 1 / sqrt(max(1, pieces)),
        _SIGN: _OF_EVIDENCE,
        "": 1 / sqrt(max(1, len(known) - pieces - signs)),
    }
    return {feature: share.get(feature[0], share[""]) for feature in known}


@cache
def _weights() -> tuple[tuple[str, ...], dict[str, tuple[tuple[int, float], ...]]]:
    """The answers, and by feature the number and weight of each answer that it weighs for or against."""
    lines = files("clip_lint.language").joinpath("lexicon", "opinion.tsv").read_text("utf-8").splitlines()
    answers = tuple(lines[0].split())
    table = {}
    feature = ""
    for line in lines[1:]:
        rest, _, said = line.partition("\t")
        feature = feature[: ord(rest[0]) - FIRST] + rest[1:]
        table[feature] = tuple(
            (number, (ord(letter) - ZERO) / SCALE)
            for number, letter in enumerate(said)
            if ord(letter) != ZERO
        )
    return answers, table


@lru_cache(maxsize=1024)
def opinion(text: str, evidence: frozenset[str] = frozenset()) -> Opinion:
    """What the words of a text, and the evidence beside them, speak for."""
    answers, table = _weights()
    known = values(feature for feature in features(text) | evidence if feature in table)
    sums = [0.0] * len(answers)
    for feature, value in (known | {BIAS: 1.0}).items():
        for number, weight in table[feature]:
            sums[number] += weight * value
    highest = max(sums)
    odds = [exp(each - highest) for each in sums]
    shares = {name: each / sum(odds) for name, each in zip(answers, odds, strict=True)}
    best = sums.index(highest)
    weighed = sorted(((_speaks(word, best, known, table), word) for word in _spelt(text)), reverse=True)
    return Opinion(shares, tuple(word for weight, word in weighed[:3] if weight > 0))


def _spelt(text: str) -> list[str]:
    words = [word.lower() for word in _WORDS.findall(text[:600])][:_MOST_WORDS]
    return [word for word in dict.fromkeys(words) if word.isalpha()]


def _pieces_of(word: str) -> Iterator[str]:
    """The pieces of four and five letters that a word is made of, its ends marked."""
    marked = f"<{word}>"
    for length in _PIECES:
        for start in range(len(marked) - length + 1):
            yield _PIECE + marked[start : start + length]


def _speaks(
    word: str, answer: int, known: Mapping[str, float], table: Mapping[str, tuple[tuple[int, float], ...]]
) -> float:
    """How much a word speaks for an answer: by itself, its stem and its pieces."""
    mine = {word, f"{stem_of(word)}~", *_pieces_of(word)}
    return sum(dict(table[feature]).get(answer, 0.0) * known[feature] for feature in mine & known.keys())
