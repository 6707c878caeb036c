"""Softmax over the images of a batch: a fault where each image then gets its best label, retrieval where each text gets its best image."""

from __future__ import annotations

import pytest

from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

HEAD = """\
import numpy as np
import torch
from PIL import Image
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
labels = ["a photo of a tent", "a photo of a caravan", "a photo of a hut"]
photos = [Image.open("1.jpg"), Image.open("2.jpg"), Image.open("3.jpg")]
with torch.inference_mode():
    outputs = model(**processor(text=labels, images=photos, return_tensors="pt", padding=True))
"""
WRONG = [
    "outputs.logits_per_image.softmax(dim=0).argmax(dim=1)",
    "outputs.logits_per_image.softmax(dim=0).argmax(-1)",
    "torch.argmax(torch.softmax(outputs.logits_per_image, dim=0), dim=-1)",
    "outputs.logits_per_text.softmax(dim=1).argmax(dim=0)",
    "outputs.logits_per_image.softmax(dim=0).max(dim=1)",
]
RIGHT = [
    "outputs.logits_per_image.softmax(dim=0).argmax(dim=0)",
    "outputs.logits_per_image.softmax(dim=0)",
    "outputs.logits_per_image.softmax(dim=0)[:, 0]",
    "outputs.logits_per_image.softmax(dim=1).argmax(dim=1)",
    "outputs.logits_per_text.softmax(dim=0).argmax(dim=0)",
    "outputs.logits_per_text.softmax(dim=1).argmax(dim=1)",
    "outputs.logits_per_image.softmax(dim=0).argmax()",
    "outputs.logits_per_image.softmax(dim=0).max()",
]


def told(expression: str) -> list[str]:
    configuration = Configuration(Overrides({}), "/nowhere", isolated=True)
    program = f"{HEAD}print({expression})\n".encode()
    outcome = lint_text(program, "program.py", configuration, "/nowhere", isolated=True)
    return [each.message for each in outcome.reported if each.code == "CLP203"]


@pytest.mark.parametrize("expression", WRONG)
def test_the_best_label_of_each_image_is_chosen_from_it(expression: str) -> None:
    (message,) = told(expression)
    assert "depends on the other images in its batch" in message


@pytest.mark.parametrize("expression", RIGHT)
def test_the_other_axis_is_retrieval(expression: str) -> None:
    assert told(expression) == []
