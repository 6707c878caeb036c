"""Lengths that are asked for being nothing before something is divided by them: a tower's vectors never are so short."""

from __future__ import annotations

import textwrap

import pytest

from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

PROGRAM = """\
import clip
import numpy as np
import torch

model, preprocess = clip.load("ViT-B/32")


def unit(x):
{guard}


@torch.no_grad()
def shares(picture, names):
    seen = unit(model.encode_image(preprocess(picture).unsqueeze(0)).numpy())
    told = unit(model.encode_text(clip.tokenize(names, truncate=True)).numpy())
    return torch.softmax({scale}torch.tensor(seen @ told.T), dim=-1)
"""
LENGTHS = (
    "length = np.linalg.norm(x, axis=-1, keepdims=True)",
    "length = np.sqrt((x ** 2).sum(axis=-1, keepdims=True))",
)
GUARDS = (
    "{}\nif length > 0:\n    return x / length\nreturn x",
    "{}\nif length == 0:\n    return x\nreturn x / length",
    "{}\nif length < 1e-8:\n    return np.zeros_like(x)\nreturn x / length",
    "{}\nif not length:\n    return x\nreturn x / length",
    "{}\nif 0 != length:\n    x = x / length\nreturn x",
    "{}\nreturn x / length if length > 1e-12 else x",
    "{}\nreturn x if length <= 0.0 else x / length",
    "{}\nlength[length == 0] = 1\nreturn x / length",
)


def codes(guard: str, scale: str) -> set[str]:
    program = PROGRAM.format(guard=textwrap.indent(guard, "    "), scale=scale)
    settings = Configuration(Overrides({}), "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), "program.py", settings, "/nowhere", isolated=True)
    return {finding.code for finding in outcome.findings} & {"CLP201", "CLP202"}


@pytest.mark.parametrize("guard", [way.format(length) for way in GUARDS for length in LENGTHS])
def test_what_is_divided_by_a_guarded_length_has_length_one(guard: str) -> None:
    assert codes(guard, "") == {"CLP202"}
    assert codes(guard, "100 * ") == set()


@pytest.mark.parametrize(
    "guard",
    [
        "length = np.linalg.norm(x, axis=-1, keepdims=True)\nif length > 12:\n    return x / length\nreturn x",
        "length = np.linalg.norm(x, axis=-1, keepdims=True)\nif length == 1:\n    return x\nreturn x",
    ],
)
def test_other_questions_about_a_length_stay_open(guard: str) -> None:
    assert "CLP202" not in codes(guard, "100 * ")
