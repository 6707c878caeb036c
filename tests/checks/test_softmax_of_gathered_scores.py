"""CLP202 on cosines that a program gathers one by one or lowers by a level, beside the same with the model's scale."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

if TYPE_CHECKING:
    from conftest import Writer

HEAD = """
import clip
import numpy as np
import scipy.special
import torch
from scipy.special import softmax

model, preprocess = clip.load("ViT-B/32")
labels = ["a ferry", "a tug", "a raft"]
with torch.inference_mode():
    words = model.encode_text(clip.tokenize(labels))
    words /= words.norm(dim=-1, keepdim=True)
SCALE = {scale}
usual = np.array([[0.21, 0.19, 0.24]])
seen = []

@torch.inference_mode()
def look(picture):
    vector = model.encode_image(preprocess(picture).unsqueeze(0))
    vector /= vector.norm(dim=-1, keepdim=True)
"""
WAYS = {
    "a list of numbers": """
        scores = []
        for word in words:
            scores.append(SCALE * (vector @ word).item())
        return softmax(scores)
    """,
    "a comprehension": """
        scores = [SCALE * float(vector @ word) for word in words]
        return scipy.special.softmax(scores, axis=0)
    """,
    "the last of those seen": """
        seen.append(SCALE * vector @ words.T)
        return torch.softmax(seen[-1], dim=-1)
    """,
    "less what is usual": """
        scores = SCALE * (vector @ words.T)
        return (scores - usual.mean()).softmax(dim=-1)
    """,
    "less the mean of a list": """
        scores = SCALE * (vector @ words.T)
        mean_scores = np.array([[0.21, 0.19, 0.24]])
        return torch.tensor(scores - mean_scores).softmax(dim=-1)
    """,
    "less a number": """
        scores = SCALE * (vector @ words.T)
        return torch.softmax(scores - 0.2, dim=-1)
    """,
    "a copy as an array": """
        scores = np.array([SCALE * (vector @ word).item() for word in words])
        return softmax(scores - np.max(scores))
    """,
}
OTHERWISE = {
    "standardised": """
        scores = vector @ words.T
        return ((scores - usual.mean()) / usual.std()).softmax(dim=-1)
    """,
    "lowered and spread": """
        scores = vector @ words.T
        return torch.softmax((scores - 0.2) / 0.01, dim=-1)
    """,
    "less what another model gives": """
        scores = vector @ words.T
        return torch.softmax(scores - other(picture), dim=-1)
    """,
}


def codes(write: Writer, body: str, scale: str) -> set[str]:
    folder = write({"program.py": HEAD.format(scale=scale) + textwrap.indent(textwrap.dedent(body), "    ")})
    settings = Configuration(Overrides({"min_severity": Severity.NOTE}), str(folder))
    return {each.code for each in lint((".",), settings, str(folder), isolated=True).reported}


@pytest.mark.parametrize("body", WAYS.values(), ids=WAYS)
def test_cosines_stay_flat_however_they_are_gathered(write: Writer, body: str) -> None:
    assert "CLP202" in codes(write, body.replace("SCALE * ", ""), "1")


@pytest.mark.parametrize("body", WAYS.values(), ids=WAYS)
def test_scaled_scores_are_no_cosines(write: Writer, body: str) -> None:
    assert "CLP202" not in codes(write, body, "model.logit_scale.exp()")


@pytest.mark.parametrize("body", OTHERWISE.values(), ids=OTHERWISE)
def test_what_spreads_scores_is_left_alone(write: Writer, body: str) -> None:
    assert "CLP202" not in codes(write, body, "1")
