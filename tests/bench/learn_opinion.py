"""Learn the weights of the second opinion (``clip_lint/language/opinion.py``) from the labelled lists.

    python tests/bench/learn_opinion.py          writes clip_lint/language/lexicon/opinion.tsv
    python tests/bench/learn_opinion.py --hands  tells how often `query` is right on each hand's list by weights of the other hands

A linear model with a softmax over the answers, learnt by averaged AdaGrad: the same rows in the same order give the same weights. It is learnt
twice, the second time from the features that told most in the first. What the grammar made of a request is evidence beside its words,
but for the lists that the grammar was mended by: of these it would learn to trust it too far.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clip_lint.engine import query
from clip_lint.engine.requests import Request
from clip_lint.language import opinion as second
from clip_lint.language.evidence import evidence
from clip_lint.language.opinion import (
    BIAS,
    CAPTION,
    CLIP,
    FIRST,
    NOTHING,
    SCALE,
    UNKNOWN,
    ZERO,
    Opinion,
    features,
    values,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "clip_lint" / "language" / "lexicon" / "opinion.tsv"
HANDS = (
    "questions.jsonl",
    "questions_second.jsonl",
    "questions_third.jsonl",
    "questions_fourth.jsonl",
    "questions_fifth.jsonl",
    "questions_sixth.jsonl",
)
"""Each list of requests is by another hand."""
CAPTIONS = (
    "prompts.jsonl",
    "written.jsonl",
    "prompts_fourth.jsonl",
    "prompts_fifth.jsonl",
    "prompts_sixth.jsonl",
)
MENDED_BY = frozenset({"questions.jsonl"})
LEAST_SEEN, LEAST_PIECE, PASSES, SETTLED, RATE, SHRINK = 2, 3, 10, 5, 0.5, 0.12
"""The weights are the mean of those after each pass from the one behind `SETTLED` on: a single pass ends wherever its last rows pulled."""
MADE = 250
"""So many captions, and descriptions, are made."""
MOST, SMALLEST, LONGEST_SHARED = 2800, 3, 25
"""So many features are kept; weights below `SMALLEST` fifths are left out."""
VERDICTS = (CLIP, UNKNOWN, second.ALTERNATIVE)


@dataclass(frozen=True, slots=True)
class Row:
    """A text, what is found in it, and its answer; of a request the labelled row as well."""

    text: str
    found: frozenset[str]
    answer: str
    labelled: dict[str, Any] | None = None


Weights = tuple[list[str], list[str], "NDArray[np.float64]"]
"""The answers, the features, and a weight for each of both."""


def rows(name: str) -> list[Row]:
    """The rows of a list: requests with their answers, captions as such."""
    lines = (HERE / "labelled" / name).read_text("utf-8").splitlines()
    labelled = [row for row in map(json.loads, lines) if "prompt" in row]
    if name in CAPTIONS:
        return [row_of(row["prompt"], CAPTION) for row in labelled]
    return [row_of(row["prompt"], _answer(row), row) for row in labelled]


def row_of(text: str, answer: str, labelled: dict[str, Any] | None = None) -> Row:
    """A text with its features and all evidence."""
    return Row(text, frozenset(features(text) | evidence(text) | read_by_grammar(text)), answer, labelled)


def read_by_grammar(text: str) -> frozenset[str]:
    """What the grammar alone makes of a text."""
    return query.reading_of(query.by_grammar(Request((text,))))


def without_reading(row: Row) -> Row:
    """A row of a list that the grammar was mended by."""
    return Row(row.text, row.found - read_by_grammar(row.text), row.answer, row.labelled)


def made_captions() -> list[Row]:
    """Captions and descriptions as a generator makes them, with other nouns than the tests draw."""
    sys.path.insert(0, str(HERE.parent / "language"))
    from paraphrases import captions, descriptions

    made = [each.texts[0] for each in captions(seed=17) if len(each.texts) == 1]
    chosen = random.Random(17).sample(made, MADE)
    return [row_of(text, CAPTION) for text in (*chosen, *descriptions(seed=17, number=MADE))]


def _answer(row: dict[str, Any]) -> str:
    if row["verdict"] != second.ALTERNATIVE:
        return str(row["verdict"])
    named = row.get("alternative", NOTHING)
    return str(named[0] if isinstance(named, list) else named)


def learn(labelled: Sequence[Row], most: int = MOST) -> Weights:
    """The weights of the features that tell most."""
    answers, kept, weights = _learn(labelled, None)
    if len(kept) <= most:
        return answers, kept, weights
    seen = Counter(feature for row in labelled for feature in row.found)
    telling = {
        feature: float(np.abs(mine).max()) * sqrt(seen[feature])
        for feature, mine in zip(kept[:-1], weights, strict=False)
    }
    best = sorted(kept[:-1], key=lambda feature: (-telling[feature], feature))[:most]
    return _learn(labelled, sorted(best))


def _learn(labelled: Sequence[Row], chosen: list[str] | None) -> Weights:
    answers = sorted({row.answer for row in labelled})
    seen = Counter(feature for row in labelled for feature in row.found)
    if chosen is None:
        least = {"^": LEAST_PIECE}
        chosen = sorted(
            feature for feature, number in seen.items() if number >= least.get(feature[0], LEAST_SEEN)
        )
    kept = [*chosen, BIAS]
    index = {feature: at for at, feature in enumerate(kept)}
    shrink = np.array([SHRINK / seen[feature] for feature in chosen] + [0.0])[:, None]
    known = [_numbered(row.found, index) for row in labelled]
    examples = [(*found, answers.index(row.answer)) for found, row in zip(known, labelled, strict=True)]
    weights = np.zeros((len(kept), len(answers)))
    squares = np.full_like(weights, 1e-6)
    order, sums = random.Random(0), np.zeros_like(weights)
    for number in range(PASSES):
        order.shuffle(examples)
        for found, value, right in examples:
            mine = weights[found]
            wrong = _shares(mine, value)
            wrong[right] -= 1
            slope = wrong * value + shrink[found] * mine
            squares[found] += slope * slope
            weights[found] = mine - RATE * slope / np.sqrt(squares[found])
        if number >= SETTLED:
            sums += weights
    return answers, kept, sums / (PASSES - SETTLED)


def _numbered(found: Iterable[str], index: dict[str, int]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The features of a row that have a weight, by number, and how much each counts."""
    known = values(feature for feature in found if feature in index)
    numbers = [*(index[feature] for feature in known), index[BIAS]]
    return np.array(numbers), np.array([*known.values(), 1.0])[:, None]


def _shares(mine: NDArray[np.float64], value: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = mine.T @ value[:, 0]
    odds = np.exp(sums - sums.max())
    return np.asarray(odds / odds.sum())


def rounded(weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Weights as they are written: whole fifths, the small ones left out."""
    fifths = np.round(weights * SCALE).astype(int)
    fifths[np.abs(fifths) < SMALLEST] = 0
    return fifths


def written(learnt: Weights) -> str:
    """The weights as ``opinion.tsv`` holds them."""
    answers, kept, weights = learnt
    lines, before = [" ".join(answers)], ""
    for feature, fifths in sorted(zip(kept, rounded(weights), strict=True), key=lambda each: each[0]):
        said = "".join(chr(ZERO + weight) for weight in np.clip(fifths, -second.MOST, second.MOST))
        if fifths.any() or feature == BIAS:
            shared = _shared(feature, before)
            lines.append(f"{chr(FIRST + shared)}{feature[shared:]}\t{said}")
            before = feature
    return "\n".join(lines) + "\n"


def _shared(feature: str, before: str) -> int:
    """How many letters two features have in common at their beginning."""
    shared = 0
    for one, other in zip(feature[:LONGEST_SHARED], before, strict=False):
        if one != other:
            break
        shared += 1
    return shared


def by_hand() -> Iterator[tuple[str, list[tuple[dict[str, Any], str, str]]]]:
    """Each hand's list, with the verdict and the first tool that `query` gives by the weights of the others."""
    lists = {name: rows(name) for name in (*HANDS, *CAPTIONS)}
    captions = [row for name in CAPTIONS for row in lists[name]] + made_captions()
    for held in HANDS:
        others = [row for name in HANDS if name != held for row in _as_learnt(name, lists[name])]
        learnt = learn([*others, *captions])
        found = []
        for row in lists[held]:
            answer = query.second_thoughts(
                query.by_grammar(Request((row.text,))), row.text, _opinion(learnt, row)
            )
            tools = answer.alternatives
            assert row.labelled is not None
            found.append((row.labelled, answer.verdict.value, tools[0].key if tools else NOTHING))
        yield held, found


def _as_learnt(name: str, listed: list[Row]) -> list[Row]:
    return [without_reading(row) for row in listed] if name in MENDED_BY else listed


def _opinion(learnt: Weights, row: Row) -> Opinion:
    answers, kept, weights = learnt
    index = {feature: at for at, feature in enumerate(kept)}
    found, value = _numbered(row.found, index)
    shares = _shares(rounded(weights[found]) / SCALE, value)
    return Opinion(dict(zip(answers, map(float, shares), strict=True)), ())


def shown(held: str, found: Sequence[tuple[dict[str, Any], str, str]]) -> str:
    """The figures of one hand, and which verdict was taken for which."""
    told = Counter((row["verdict"], verdict) for row, verdict, _ in found)
    of = {name: sum(told[name, other] for other in VERDICTS) or 1 for name in VERDICTS}
    right = sum(told[name, name] for name in VERDICTS) / max(1, len(found))
    kinds = [
        verdict == second.ALTERNATIVE and tool in row["alternative"]
        for row, verdict, tool in found
        if "alternative" in row
    ]
    figures = {
        "verdict right": right,
        "benign sent away": told[CLIP, second.ALTERNATIVE] / of[CLIP],
        '"CLIP fits" wrongly': told[second.ALTERNATIVE, CLIP] / of[second.ALTERNATIVE],
        "right kind": sum(kinds) / max(1, len(kinds)),
    }
    first = f"{held}: {len(found)} rows, " + ", ".join(
        f"{name} {share:.3f}" for name, share in figures.items()
    )
    told_as = [
        f"  {name:11} told " + ", ".join(f"{other} {told[name, other]}" for other in VERDICTS)
        for name in VERDICTS
    ]
    return "\n".join([first, *told_as])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hands", action="store_true", help="judge each hand's list by the others' weights")
    if parser.parse_args().hands:
        for held, found in by_hand():
            print(shown(held, found), flush=True)
        return
    listed = [row for name in (*HANDS, *CAPTIONS) for row in _as_learnt(name, rows(name))]
    TARGET.write_text(written(learn([*listed, *made_captions()])), "utf-8")


if __name__ == "__main__":
    main()
