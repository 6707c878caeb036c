"""Of a softmax whose order alone is used nothing is said: the best label is the best with and without the scale."""

from __future__ import annotations

import pytest

from clip_lint.api import lint_source

pytestmark = pytest.mark.usefixtures("nothing_around")

PROGRAM = """\
import clip
import torch
import torch.nn.functional as F

model, preprocess = clip.load("ViT-B/32")


@torch.no_grad()
def tell(pixels, names):
    pictures = F.normalize(model.encode_image(pixels), dim=-1)
    texts = F.normalize(model.encode_text(clip.tokenize(names)), dim=-1)
    shares = (pictures @ texts.T).softmax(dim=1)
    {use}
"""


def is_told(use: str) -> bool:
    """Whether a missing scale is told of."""
    program = PROGRAM.format(use=use.replace("\n", "\n    "))
    return bool(lint_source(program, isolated=True, select=["CLP202"]).findings)


@pytest.mark.parametrize(
    "use",
    [
        "return shares.argmax(dim=1)",
        "return torch.argmax(shares, dim=1).item()",
        "return shares.topk(5).indices",
        "return torch.topk(shares, k=5, dim=1).indices[0].tolist()",
        "return shares.topk(5)[1]",
        "return shares.max(dim=1)[-1]",
        "_, best = shares.topk(5)\nreturn best",
        "best = shares.topk(5)\nreturn [names[index] for index in best.indices[0].tolist()]",
        "one = shares.argmax(dim=1)\nreturn one, shares.sort(descending=True).indices",
    ],
)
def test_positions_alone(use: str) -> None:
    assert not is_told(use)


@pytest.mark.parametrize(
    "use",
    [
        "return shares",
        "return shares.topk(5)",
        "return shares.topk(5).values",
        "return shares.topk(5)[0]",
        "values, best = shares.topk(5)\nreturn values, best",
        "best = shares.topk(5)\nreturn best.indices, best.values",
        "print(shares)\nreturn shares.topk(5).indices",
    ],
)
def test_the_shares_themselves(use: str) -> None:
    assert is_told(use)


def test_nothing_may_be_taken_of_them() -> None:
    program = PROGRAM.format(use="() = shares.topk(5)\n    [] = pixels\n    return shares.argmax()")
    assert not lint_source(program, isolated=True).problems
