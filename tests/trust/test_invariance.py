"""Findings stay when a program is written otherwise: a part of the cards' examples, drawn by seed, under every transformation.

`python tests/trust/invariance.py` prints the whole table.
"""

from __future__ import annotations

import itertools
import json
import random

import pytest
from building_changes import BUILDING
from deeper_changes import DEEPER
from invariance import Tally, examples, found, found_as_it_stands, measure, total
from rewriting import bound, flat, halves
from simple_changes import SIMPLE

DRAWN = random.Random(2).sample(examples(), 18)
"""All examples take minutes."""


def over(group: dict[str, object]) -> Tally:
    return total(
        "all",
        measure(
            {name: change for name, change in (SIMPLE | DEEPER | BUILDING).items() if name in group}, DRAWN
        ),
    )


def test_where_a_program_stands_and_how_it_looks_changes_nothing() -> None:
    tally = over(dict(SIMPLE))
    assert tally.examples > 10 * len(DRAWN)
    assert tally.share >= 0.995, tally.stories
    assert tally.news == 0, tally.stories


def test_how_a_program_is_built_changes_little() -> None:
    tally = over(dict(DEEPER))
    assert tally.examples > 5 * len(DRAWN)
    assert tally.share >= 0.95, tally.stories
    assert tally.news_in_good == 0, tally.stories


def test_how_things_are_handed_over_changes_little() -> None:
    tally = over(dict(BUILDING))
    assert tally.examples > 15 * len(DRAWN)
    assert tally.share >= 0.95, tally.stories
    assert tally.news_in_good == 0, tally.stories


@pytest.mark.parametrize("name", [*SIMPLE, *DEEPER, *BUILDING])
def test_what_transformations_write_are_programs(name: str) -> None:
    change = {**SIMPLE, **DEEPER, **BUILDING}[name]
    made = (files for _, example in examples() if (files := change(example.text)) is not None)
    for files in itertools.islice(made, 2):
        for file, text in files.items():
            if file.endswith(".py"):
                compile(text, file, "exec")
            else:
                assert "cells" in json.loads(text)


def test_a_finding_that_goes_is_counted() -> None:
    bad = next(example for _, example in examples() if example.kind == "bad")
    (tally,) = measure({"nothing": lambda _: {"program.py": "print(1)\n"}}, [("x", bad)])
    assert tally.findings > tally.kept == 0
    assert found({"program.py": bad.text}, bad.options.items()) == found_as_it_stands(
        bad.text, tuple(bad.options.items())
    )


def test_halves_hand_over_what_the_second_needs() -> None:
    cut = halves("import a\nx = a.f()\ny = x + 1\nprint(y, x)\nz = y\n")
    assert cut is not None
    assert cut.shared == ["x", "y"]
    assert bound(flat("for i in x:\n    y = [j for j in x]\n")) == {"i", "y"}
