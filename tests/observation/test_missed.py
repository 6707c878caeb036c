"""Faults that a run shows where reading the code finds nothing: what comes from files, tables and other people's calls."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("transformers")
watched = pytest.importorskip("watched")

HEAD = """\
import operator
import os
import clip
import torch
from PIL import Image

model, preprocess = clip.load("ViT-B/32", device="cpu")
pixels = preprocess(Image.open("boat.jpg")).unsqueeze(0)
labels = os.environ["LABELS"].split(";")
tokens = clip.tokenize(labels)
"""
PAIR = "a boat on a lake;a train in a station"
PROGRAMS = {
    "one label, from the environment": (
        """\
with torch.no_grad():
    logits, _ = model(pixels, tokens)
share = logits.softmax(dim=-1)
""",
        "a photo of a weapon",
        [("CLP204", 13)],
    ),
    "labels from outside that differ by a number": (
        """\
with torch.no_grad():
    logits, _ = model(pixels, tokens)
""",
        "a photo of two dogs;a photo of three dogs",
        [("CLP101", 10)],
    ),
    "a softmax of a softmax, by way of a caller": (
        """\
share = operator.methodcaller("softmax", dim=-1)
with torch.no_grad():
    logits, _ = model(pixels, tokens)
    both = share(share(logits))
""",
        PAIR,
        [("CLP208", 14)],
    ),
    "gradients that nobody asks for, by way of a caller": (
        """\
features = operator.methodcaller(os.environ.get("WHAT", "encode_image"), pixels)(model)
""",
        PAIR,
        [("CLP402", 11)],
    ),
    "the same texts in each round, by way of a caller": (
        """\
read = operator.methodcaller(os.environ.get("WHAT", "encode_text"), tokens)
with torch.no_grad():
    for _ in range(3):
        read(model)
""",
        PAIR,
        [("CLP404", 14)],
    ),
}


@pytest.mark.parametrize("story", PROGRAMS)
def test_what_the_run_shows_and_no_finding_tells_of(
    story: str, libraries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, labels, expected = PROGRAMS[story]
    monkeypatch.setenv("LABELS", labels)
    result, ended = watched.watch(HEAD + program, libraries)
    assert (ended, result.failures) == (None, ())
    assert [(each.code, each.places[0].start.line) for each in result.missed] == expected
    assert result.fails


def test_parts_that_are_no_models_are_not_said_to_be_loaded(libraries: Path) -> None:
    """Heads made in a loop are layers: only what has a tower is a model."""
    program = """\
import torch

heads = [torch.nn.Linear(16, 2) for _ in range(3)]
for head in heads:
    torch.nn.Sequential(head, torch.nn.Dropout(0.1)).train()(torch.ones(1, 16)).sum().backward()
"""
    result, ended = watched.watch(program, libraries)
    assert (ended, result.failures, result.missed) == (None, (), ())
