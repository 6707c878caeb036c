"""Norms and cosines along another axis than the vectors' own."""

from __future__ import annotations

import pytest
from told import told

HEAD = """\
from glob import glob

import clip
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from sentence_transformers import SentenceTransformer
from sklearn.preprocessing import normalize

model, preprocess = clip.load("ViT-B/32", device="cpu")
a = model.encode_image(preprocess(Image.open("street.jpg")).unsqueeze(0))
b = model.encode_text(clip.tokenize(["a photo of a tram", "a photo of a taxi"]))
encoder = SentenceTransformer("clip-ViT-B-32")
many = encoder.encode([Image.open(path) for path in glob("*.jpg")])
one = encoder.encode("a photo of a tram")
"""
WRONG = [
    "b / b.norm()",
    "b / torch.norm(b)",
    "b / torch.linalg.norm(b)",
    "b * (1 / b.norm())",
    "b / (b**2).sum().sqrt()",
    "b / np.sqrt(np.sum(b**2))",
    "b / b.norm(dim=0)",
    "a / a.norm(dim=0, keepdim=True)",
    "F.normalize(b, dim=0)",
    "F.normalize(b, p=2, dim=0)",
    "F.normalize(b.t(), dim=1)",
    "many / np.linalg.norm(many)",
    "many / np.linalg.norm(many, axis=0)",
    "normalize(many, axis=0)",
    "np.dot(many, one) / (np.linalg.norm(many) * np.linalg.norm(one))",
    "(a @ b.T) / (a.norm() * b.norm())",
    "F.cosine_similarity(a, b, dim=0)",
    "F.cosine_similarity(a.unsqueeze(1), b.unsqueeze(0))",
    "torch.nn.CosineSimilarity(dim=0)(a, b)",
    "torch.nn.CosineSimilarity(0)(a, b)",
]
RIGHT = [
    "b.mean(dim=0, keepdim=True) / b.mean(dim=0, keepdim=True).norm()",
    "many.mean(axis=0, keepdims=True) / np.linalg.norm(many.mean(axis=0, keepdims=True))",
    "a / a.norm()",
    "one / np.linalg.norm(one)",
    "b / b.norm(dim=-1, keepdim=True)",
    "b / b.norm(dim=axis)",
    "F.normalize(b)",
    "F.normalize(b[0], dim=0)",
    "F.normalize(b.t(), dim=0)",
    "F.normalize(b.mean(0), dim=0)",
    "b.mean(dim=0) / b.mean(dim=0).norm()",
    "[row / row.norm() for row in b]",
    "[row / np.linalg.norm(row) for row in many]",
    "many[0] / np.linalg.norm(many[0])",
    "many.mean(axis=0) / np.linalg.norm(many.mean(axis=0))",
    "normalize(many)",
    "b.reshape(-1) / b.reshape(-1).norm()",
    "b.norm()",
    "(b - a).norm()",
    "b / b.max()",
    "F.cosine_similarity(a, b)",
    "F.cosine_similarity(a[0], b[0], dim=0)",
    "F.cosine_similarity(a.unsqueeze(1), b.unsqueeze(0), dim=-1)",
    "F.cosine_similarity(a[:, None], b[None], dim=2)",
    "torch.nn.CosineSimilarity(dim=1)(a, b)",
    "given / given.norm()",
]


@pytest.mark.parametrize("use", WRONG)
def test_lengths_of_something_else(use: str) -> None:
    assert len(told(f"{HEAD}print({use})", "CLP216")) == 1


@pytest.mark.parametrize("use", RIGHT)
def test_lengths_of_each_vector(use: str) -> None:
    assert told(f"{HEAD}print({use})", "CLP216") == []


def test_vectors_of_length_one_are_only_made_smaller() -> None:
    assert told(f"{HEAD}u = F.normalize(b, dim=-1)\nprint(u / u.norm())", "CLP216") == []


def test_what_is_wrongly_normalised_is_not_told_twice() -> None:
    program = f"{HEAD}u = b / b.norm()\nprint(F.normalize(a, dim=-1) @ u.T)"
    assert len(told(program, "CLP216")) == 1
    assert told(program, "CLP201") == []
