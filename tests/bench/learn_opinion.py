"""Learn the weights of the second opinion (``clip_lint/language/opinion.py``) from the labelled lists.

    python tests/bench/learn_opinion.py            writes clip_lint/language/lexicon/opinion.tsv
    python tests/bench/learn_opinion.py --folds 5  tells how often it is right alone on parts that it was not learnt from

A linear model with a softmax over the answers, learnt by AdaGrad: the same rows in the same order give the same weights.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from math import exp, sqrt
from pathlib import Path
from typing import Any

import numpy as np

from clip_lint.language.opinion import BIAS, CAPTION, CLIP, FIRST, NOTHING, SCALE, UNKNOWN, features

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "clip_lint" / "language" / "lexicon" / "opinion.tsv"
QUESTIONS, CAPTIONS = ("questions.jsonl",), ("prompts.jsonl",)
LEAST_SEEN, PASSES, RATE, SHRINK = 2, 14, 0.5, 0.12
MADE = 250
"""So many captions, and descriptions, are made."""
SMALLEST, TELLING = 4, 8
"""Weights below, and features that weigh no more for any answer, in tenths, are left out."""

Row = tuple[str, str]
Weights = dict[str, list[float]]


def rows() -> list[Row]:
    """Every labelled request with its answer, and captions as such."""
    found: list[Row] = []
    for name in (*QUESTIONS, *CAPTIONS):
        for line in (HERE / "labelled" / name).read_text("utf-8").splitlines():
            row = json.loads(line)
            if "prompt" in row:
                found.append((row["prompt"], CAPTION if name in CAPTIONS else _answer(row)))
    return [*found, *_made_captions()]


def _made_captions() -> list[Row]:
    """Captions and descriptions as a generator makes them, with other nouns than the tests draw."""
    sys.path.insert(0, str(HERE.parent / "language"))
    from paraphrases import captions, descriptions

    made = [each.texts[0] for each in captions(seed=17) if len(each.texts) == 1]
    chosen = random.Random(17).sample(made, MADE)
    return [(text, CAPTION) for text in (*chosen, *descriptions(seed=17, number=MADE))]


def _answer(row: dict[str, Any]) -> str:
    if row["verdict"] != "alternative":
        return str(row["verdict"])
    named = row.get("alternative", NOTHING)
    return str(named[0] if isinstance(named, list) else named)


def learn(labelled: list[Row]) -> tuple[list[str], Weights]:
    """The answers, and the weights of every feature that stands in at least two rows."""
    answers = sorted({answer for _, answer in labelled})
    read = [(features(text), answers.index(answer)) for text, answer in labelled]
    seen = Counter(feature for found, _ in read for feature in found)
    kept = [*sorted(feature for feature, number in seen.items() if number >= LEAST_SEEN), BIAS]
    index = {feature: at for at, feature in enumerate(kept)}
    shrink = np.array([SHRINK / seen[feature] for feature in kept[:-1]] + [0.0])[:, None]
    rows_ = [
        (np.array([*sorted(index[each] for each in found if each in index), len(kept) - 1]), right)
        for found, right in read
    ]
    weights = np.zeros((len(kept), len(answers)))
    squares = np.full_like(weights, 1e-6)
    order = random.Random(0)
    for _ in range(PASSES):
        order.shuffle(rows_)
        for found, right in rows_:
            scale = np.full((len(found), 1), 1 / sqrt(max(1, len(found) - 1)))
            scale[-1] = 1.0
            odds = np.exp((mine := weights[found]).T @ scale[:, 0])
            wrong = odds / odds.sum()
            wrong[right] -= 1
            slope = wrong * scale + shrink[found] * mine
            squares[found] += slope * slope
            weights[found] -= RATE * slope / np.sqrt(squares[found])
    return answers, {feature: list(map(float, weights[at])) for feature, at in index.items()}


def scores(weights: Weights, found: list[str]) -> list[float]:
    """How likely each answer is."""
    share = 1 / sqrt(max(1, len(found)))
    sums = list(weights[BIAS])
    for feature in found:
        for number, weight in enumerate(weights[feature]):
            sums[number] += weight * share
    highest = max(sums)
    odds = [exp(each - highest) for each in sums]
    total = sum(odds)
    return [each / total for each in odds]


def written(answers: list[str], weights: Weights) -> str:
    """The weights as ``opinion.tsv`` holds them."""
    lines = [" ".join(answers)]
    for feature in sorted(weights):
        whole = [(number, round(weight * SCALE)) for number, weight in enumerate(weights[feature])]
        said = "".join(
            f"{chr(FIRST + number)}{weight}" for number, weight in whole if abs(weight) >= SMALLEST
        )
        if feature == BIAS or max(abs(weight) for _, weight in whole) >= TELLING:
            lines.append(f"{feature}\t{said}")
    return "\n".join(lines) + "\n"


def right_alone(labelled: list[Row], folds: int) -> float:
    """The share of requests whose verdict is right by the words alone, each part judged by the others' weights."""
    hits = total = 0
    for fold in range(folds):
        answers, weights = learn([row for at, row in enumerate(labelled) if at % folds != fold])
        for text, answer in labelled[fold::folds]:
            if answer == CAPTION:
                continue
            shares = dict(zip(answers, scores(weights, sorted(features(text) & weights.keys())), strict=True))
            plain = {name: shares[name] for name in (CLIP, UNKNOWN)}
            plain["alternative"] = 1 - sum(plain.values()) - shares[CAPTION]
            hits += max(plain, key=plain.__getitem__) == (answer if answer in plain else "alternative")
            total += 1
    return hits / total


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folds", type=int, default=0)
    given = parser.parse_args()
    if given.folds:
        print(f"right alone: {right_alone(rows(), given.folds):.3f}")
        return
    TARGET.write_text(written(*learn(rows())), "utf-8")


if __name__ == "__main__":
    main()
