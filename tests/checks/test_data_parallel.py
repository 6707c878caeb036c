"""`DataParallel`: what it hides, and what it computes in parts."""

from __future__ import annotations

import pytest
from told import told

HEAD = """\
import clip
import open_clip
import torch
from torch import nn
from transformers import CLIPModel

model, preprocess = clip.load("ViT-B/32", device="cuda", jit=False)
"""
WRAPPED = "model = nn.DataParallel(model)\n"
HIDDEN = [
    WRAPPED + "model.encode_text(tokens)",
    "model = torch.nn.DataParallel(model, device_ids=[0, 1]).cuda()\nmodel.encode_image(pixels)",
    "if torch.cuda.device_count() > 1:\n    model = nn.DataParallel(model)\nmodel.encode_image(pixels)",
    WRAPPED + "print(model.dtype)",
    WRAPPED + "model.logit_scale.exp()",
    WRAPPED + "model.eval()\nmodel.visual(pixels)",
    (
        "class Encoder:\n    def __init__(self):\n        self.model = nn.DataParallel(model)\n\n"
        "    def run(self, pixels):\n        return self.model.encode_image(pixels)"
    ),
]
IN_PARTS = [
    WRAPPED + "per_image, per_text = model(pixels, tokens)",
    (
        'hub = nn.DataParallel(CLIPModel.from_pretrained("openai/clip-vit-base-patch32"))\n'
        "hub(input_ids=tokens, pixel_values=pixels).logits_per_image.softmax(dim=1)"
    ),
]
FINE = [
    WRAPPED + "model.module.encode_image(pixels)",
    WRAPPED + "model = model.module\nmodel.encode_image(pixels)",
    WRAPPED
    + "model.train()\nmodel.state_dict()\nfor each in model.parameters():\n    each.requires_grad = False",
    WRAPPED + "if isinstance(model, nn.DataParallel):\n    model = model.module\nmodel.encode_image(pixels)",
    WRAPPED + 'core = getattr(model, "module", model)\ncore.encode_image(pixels)',
    WRAPPED + "model.temperature = 3",
    "visual = nn.DataParallel(model.visual)\nvisual(pixels)",
    "other = nn.DataParallel(model)\nmodel.encode_image(pixels)",
    (
        'other, _, _ = open_clip.create_model_and_transforms("ViT-B-32", pretrained="openai")\n'
        "image, text, scale = nn.DataParallel(other)(pixels, tokens)"
    ),
    (
        "class Both(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.inner = model\n\n"
        "    def forward(self, pixels):\n        return self.inner.encode_image(pixels)\n\n\nnn.DataParallel(Both())(pixels)"
    ),
]


@pytest.mark.parametrize("use", HIDDEN)
def test_methods_of_the_model_are_hidden(use: str) -> None:
    (found,) = told(HEAD + use, "CLP505")
    assert "AttributeError" in found.message


@pytest.mark.parametrize("use", IN_PARTS)
def test_each_device_compares_its_own_part(use: str) -> None:
    (found,) = told(HEAD + use, "CLP505")
    assert "only with the texts that went to the same GPU" in found.message


@pytest.mark.parametrize("use", FINE)
def test_what_is_inside_or_needs_no_others_is_fine(use: str) -> None:
    assert told(HEAD + use, "CLP505") == []


def test_a_list_of_texts_goes_whole_to_each_device() -> None:
    """So the card speaks of the tokens of labels: torch cuts tensors alone."""
    scattering = pytest.importorskip("torch.nn.parallel.scatter_gather")
    labels = ["a ship", "a train"]
    assert scattering.scatter(labels, [0, 1]) == [labels, labels]
