"""What each format writes for the same findings, byte for byte; `python tests/report/test_golden.py` writes it anew."""

from __future__ import annotations

import io
import json
from pathlib import Path
from unittest.mock import patch

import pytest

from clip_lint.core.cards import parse_card
from clip_lint.core.evidence import Evidence, Verdict
from clip_lint.core.finding import Applicability, Edit, Finding, Fix, Related, Severity
from clip_lint.core.place import Place, Position
from clip_lint.core.problem import Problem
from clip_lint.engine.unread import unread
from clip_lint.report import LINES, report
from clip_lint.settings.formats import FORMATS
from clip_lint.source.excerpts import Excerpts

GOLDEN = Path(__file__).parent / "golden"
PROGRAM = """\
Ähnlichkeit = bild @ text.T
labels = [
    "two dogs",
    "three dogs",
]
"""
NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Look"]},
            {
                "cell_type": "code",
                "metadata": {},
                "outputs": [],
                "source": ["model = load()\n", "run(model)"],
            },
        ],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    },
    indent=1,
)
CONTENTS = {"app/scores.py": PROGRAM.encode(), "app/look.ipynb": NOTEBOOK.encode()}


CARD = """\
+++
code = "CLP201"
name = "unnormalized-similarity"
summary = "Raw features [of both](1) are compared."
severity = "error"
default = "on"
fix = "unsafe"
probe = "scores"
+++

## What it does
Reports a dot product.

## Why it is bad
Longer vectors win, see [prompting](../references/prompting.md) and [a paper](https://example.org/paper).

## Examples

## Fix safety

## Alternatives

## Verification
"""
RULES = {"CLP201": parse_card("CLP201-unnormalized-similarity.md", CARD)}


def place(path: str, first: tuple[int, int], last: tuple[int, int], cell: int = 0) -> Place:
    return Place(path, cell, Position(*first), Position(*last))


FINDINGS = (
    Finding(
        "CLP402",
        "missing-no-grad",
        Severity.NOTE,
        "inference builds a graph",
        place("app/look.ipynb", (2, 1), (2, 11), 2),
        help="put it under `torch.inference_mode()`",
        related=(Related(place("app/look.ipynb", (1, 1), (1, 6), 2), "loaded here"),),
        fingerprint="f1",
        suppressed=True,
        known=True,
    ),
    Finding(
        "CLP201",
        "unnormalized-similarity",
        Severity.ERROR,
        "`bild` and `text` are raw features, 100% of them",
        place("app/scores.py", (1, 15), (1, 28)),
        help="divide both by their norm",
        related=(Related(place("app/scores.py", (1, 1), (1, 12)), "the result"),),
        model="openai/clip-vit-base-patch32",
        fingerprint="f2",
        fix=Fix(
            Applicability.UNSAFE,
            "normalise both",
            (Edit(Position(1, 15), Position(1, 19), "unit(bild)"),),
        ),
    ),
    Finding(
        "CLP101",
        "counting",
        Severity.WARNING,
        "`two dogs` and `three dogs` differ only in the number",
        place("app/scores.py", (3, 5), (4, 17)),
        fingerprint="f3",
        evidence=Evidence(
            "CLP101",
            "contrast",
            Verdict.HARMFUL,
            checkpoint="openai/clip-vit-base-patch32",
            device="cpu",
            fixtures="260 scenes",
            n=240,
            metric="accuracy",
            value=0.51,
            low=0.45,
            high=0.57,
            chance=0.5,
            alternative=0.97,
            alternative_name="counting boxes of a detector",
        ),
    ),
    Finding(
        "CLP405",
        "reloaded-model",
        Severity.WARNING,
        "the model is loaded for every request",
        place("app/look.ipynb", (1, 9), (1, 15), 2),
        fingerprint="f4",
        suppressed=True,
        evidence=Evidence("CLP405", "running", Verdict.NOT_RUN, note="torch is not installed"),
    ),
    *unread(
        (
            Problem("app/scores.py", "cannot be parsed as Python 3.11: invalid syntax", 2, 10),
            Problem("app/look.ipynb", "cannot be parsed as Python 3.11: invalid syntax", 1, 9, 2),
            Problem("app/gone.py", "cannot be read: Permission denied"),
        ),
        "/nowhere",
    ),
)


def written(name: str, findings: tuple[Finding, ...] = FINDINGS) -> str:
    stream = io.StringIO()
    with (
        patch("clip_lint.report.sarif.load_rules", return_value=RULES),
        patch("clip_lint.report.html.load_rules", return_value=RULES),
    ):
        report(name).write(findings, Excerpts("/nowhere", CONTENTS), stream, color=False)
    return stream.getvalue()


def golden(name: str) -> Path:
    return GOLDEN / f"{name}.txt"


@pytest.mark.parametrize("name", FORMATS)
def test_golden(name: str) -> None:
    assert written(name) == golden(name).read_text(encoding="utf-8")


def test_every_golden_has_its_format() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_found_is_nothing_or_a_document(name: str) -> None:
    text = written(name, ())
    assert (text.strip() == "") == (name in LINES)


@pytest.mark.parametrize("name", FORMATS)
def test_the_cell_is_named(name: str) -> None:
    text = written(name, FINDINGS[:1])
    assert "cell 2" in text or '"cell": 2' in text


if __name__ == "__main__":
    for each in FORMATS:
        golden(each).write_text(written(each), encoding="utf-8")
