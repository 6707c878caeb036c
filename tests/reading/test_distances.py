"""A distance is a distance however it is written: only vectors of length one go into it without their lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_flow import lint

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
import math
import clip
import numpy as np
import scipy.spatial.distance
import torch
from PIL import Image

model, preprocess = clip.load("ViT-B/32", device="cpu")
with torch.no_grad():
    one = model.encode_image(preprocess(Image.open("a.jpg")).unsqueeze(0))
    other = model.encode_image(preprocess(Image.open("b.jpg")).unsqueeze(0))
"""
DISTANCES = [
    "((one - other) ** 2).sum().sqrt()",
    "((one - other) ** 2).sum(dim=-1)",
    "torch.sqrt(torch.pow(one - other, 2).sum())",
    "torch.sqrt(torch.sum((one - other).pow(2)))",
    "torch.square(one - other).sum() ** 0.5",
    "((one - other) * (one - other)).sum()",
    "torch.sum((one - other) ** 2, dim=1)",
    "np.sqrt(np.sum((one.numpy() - other.numpy()) ** 2))",
    "np.sum(np.square(one.numpy() - other.numpy()))",
    "np.sqrt(((one.numpy() - other.numpy()) ** 2).sum(axis=1))",
    "math.sqrt(sum((a - b) ** 2 for a, b in zip(one[0].tolist(), other[0].tolist())))",
    "math.dist(one[0].tolist(), other[0].tolist())",
    "(one - other).norm(dim=-1)",
    "torch.norm(one - other, p=2)",
    "np.linalg.norm(one.numpy() - other.numpy())",
    "torch.dist(one, other)",
    "torch.nn.PairwiseDistance()(one, other)",
    "torch.nn.functional.pairwise_distance(one, other)",
    "scipy.spatial.distance.euclidean(one[0].numpy(), other[0].numpy())",
    "scipy.spatial.distance.sqeuclidean(one[0].numpy(), other[0].numpy())",
    "scipy.spatial.distance.cdist(one.numpy(), other.numpy(), 'sqeuclidean')",
]


def _codes(folder: Path, written: str, between: str = "") -> set[str]:
    program = f"{HEAD}{between}print({written})\n"
    (folder / "program.py").write_text(program, encoding="utf-8")
    return set().union(*lint(folder).values())


@pytest.mark.parametrize("written", DISTANCES)
def test_raw_vectors_by_their_distance(tmp_path: Path, written: str) -> None:
    assert "CLP209" in _codes(tmp_path, written)


@pytest.mark.parametrize("written", DISTANCES)
def test_vectors_of_length_one_by_their_distance(tmp_path: Path, written: str) -> None:
    between = (
        "one = one / one.norm(dim=-1, keepdim=True)\nother = torch.nn.functional.normalize(other, dim=-1)\n"
    )
    assert not {"CLP201", "CLP209"} & _codes(tmp_path, written, between)


def test_a_difference_by_its_length_is_a_direction(tmp_path: Path) -> None:
    written = "(one - other) / ((one - other) ** 2).sum().sqrt()"
    assert "CLP209" not in _codes(tmp_path, written)
