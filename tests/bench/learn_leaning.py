"""Learn which words of captions lean towards what nobody measured (``clip_lint/language/leaning.py``) from the labelled lists.

    python tests/bench/learn_leaning.py                    writes clip_lint/language/lexicon/leaning.tsv
    python tests/bench/learn_leaning.py --sources [FILE..] judges each list, and each file, by weights of all other lists

A logistic model, unknown against all else, learnt by AdaGrad from single captions: the same rows in the same order give the same weights.
`--sources` tells how many verdicts are right by the grammar alone and with the leaning.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from math import exp, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.engine import query
from clip_lint.engine.requests import Request
from clip_lint.language.leaning import BIAS, SCALE, Leaning, features
from clip_lint.language.lexicon import sections

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "clip_lint" / "language" / "lexicon" / "leaning.tsv"
LISTS = ("prompts", "written", "prompts_fourth", "prompts_fifth", "prompts_sixth")
LEAST_SEEN, PASSES, RATE, SHRINK = 3, 30, 0.2, 0.3
MADE = 400
"""So many captions of either sort are made."""
FRAMES = ("", "", "a photo of ", "an image of ")
THINGS = (
    "barn",
    "lobby",
    "kettle",
    "jacket",
    "cyclist",
    "painting",
    "meadow",
    "cake",
    "bridge",
    "kitten",
    "bus",
    "nurse",
    "poster",
    "street",
)
LOOKS = (
    "red",
    "wooden",
    "striped",
    "small",
    "tall",
    "round",
    "metal",
    "grey",
    "woollen",
    "snowy",
    "glass",
    "spotted",
    "narrow",
    "dark blue",
)

Row = tuple[str, str, frozenset[str]]
"""A caption, its verdict, and its features."""
Weights = dict[str, float]


def rows(path: Path) -> list[Row]:
    """The single captions of a list."""
    lines = map(json.loads, path.read_text("utf-8").splitlines())
    return [
        (text, row["verdict"], features(text))
        for row in lines
        if "verdict" in row and isinstance(text := row.get("prompt") or row.get("text"), str)
    ]


def made(seed: int = 17) -> list[Row]:
    """Captions of a thing, half of them with a word that `senses.txt` lists, half with a look: what the table means by its kinds."""
    draw = random.Random(seed)
    listed = [
        (kind, word) for kind, words in sorted(sections("senses").items()) for word in " ".join(words).split()
    ]
    said = [
        (f"a {word}" if kind == "abstract" else f"a {word} {draw.choice(THINGS)}", "unknown")
        for kind, word in draw.sample(listed, MADE)
    ]
    plain = [(f"a {draw.choice(LOOKS)} {draw.choice(THINGS)}", "clip") for _ in range(MADE // 2)]
    plain += [(f"a {draw.choice(THINGS)}", "clip") for _ in range(MADE // 2)]
    texts = [(f"{draw.choice(FRAMES)}{text}", verdict) for text, verdict in (*said, *plain)]
    return [(text, verdict, features(text)) for text, verdict in texts]


def learn(labelled: Sequence[Row]) -> Weights:
    """The weight of each feature that is seen often enough."""
    seen = Counter(feature for *_, found in labelled for feature in found)
    weights = {feature: 0.0 for feature, number in seen.items() if number >= LEAST_SEEN}
    squares = dict.fromkeys(weights, 1e-6)
    examples = [
        (verdict == "unknown", sorted(found & weights.keys()))
        for _, verdict, found in (*labelled, *made())
        if verdict != "alternative"
    ]
    order = random.Random(0)
    for _ in range(PASSES):
        order.shuffle(examples)
        for is_unknown, found in examples:
            odds = sum(weights[feature] for feature in found)
            wrong = 1 / (1 + exp(-odds)) - is_unknown
            for feature in found:
                slope = wrong + (0.0 if feature == BIAS else SHRINK / seen[feature]) * weights[feature]
                squares[feature] += slope * slope
                weights[feature] -= RATE * slope / sqrt(squares[feature])
    return weights


def rounded(weights: Weights) -> dict[str, int]:
    """Weights as they are written: whole tenths, without those that round to none."""
    tenths = {feature: round(weight * SCALE) for feature, weight in weights.items()}
    return {feature: weight for feature, weight in tenths.items() if weight}


def written(weights: Weights) -> str:
    """The weights as ``leaning.tsv`` holds them."""
    by_weight: dict[int, list[str]] = {}
    for feature, weight in sorted(rounded(weights).items()):
        by_weight.setdefault(weight, []).append(feature)
    lines = [f"{weight} {' '.join(by_weight[weight])}" for weight in sorted(by_weight)]
    return "\n".join(["# Written by tests/bench/learn_leaning.py", *lines]) + "\n"


def judged(held: Sequence[Row], weights: Weights) -> str:
    """How many verdicts of a list are right by the grammar, and with the leaning."""
    table = rounded(weights)
    told: Counter[tuple[str, str, str]] = Counter()
    for text, verdict, found in held:
        given = query.by_grammar(Request((text,)))
        odds = sum(table.get(feature, 0) for feature in found) / SCALE
        leant = (
            query.leant(given, Leaning(odds, text, "")).verdict.value
            if given.task is None
            else given.verdict.value
        )
        told[verdict, given.verdict.value, leant] += 1
    of = max(1, sum(told.values()))
    shares = [sum(n for key, n in told.items() if key[0] == key[at]) / of for at in (1, 2)]
    wrong = [
        sum(n for key, n in told.items() if (key[0], key[at]) == pair)
        for pair in (("unknown", "clip"), ("clip", "unknown"))
        for at in (1, 2)
    ]
    return (
        f"{of} captions, verdict right {shares[0]:.3f}, with the leaning {shares[1]:.3f}; "
        f"clip said of unknown {wrong[0]}, {wrong[1]}; unknown said of clip {wrong[2]}, {wrong[3]}"
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sources", nargs="*", metavar="FILE", help="judge each list by the others' weights")
    files = parser.parse_args().sources
    known = {name: rows(HERE / "labelled" / f"{name}.jsonl") for name in LISTS}
    if files is None:
        TARGET.write_text(written(learn([row for listed in known.values() for row in listed])), "utf-8")
        return
    for path in map(Path, files):
        weights = learn([row for listed in known.values() for row in listed])
        print(f"{path}: {judged(rows(path), weights)}", flush=True)
    for name, held in known.items():
        others = [row for other, listed in known.items() if other != name for row in listed]
        print(f"{name}: {judged(held, learn(others))}", flush=True)


if __name__ == "__main__":
    main()
