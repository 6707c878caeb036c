"""Repairs that meet in one statement give one text, whichever of them comes first."""

from __future__ import annotations

from itertools import permutations

import pytest
from mended import mend

HEAD = """\
import torch
from PIL import Image
from transformers import CLIPModel, CLIPProcessor

import outside

name = "openai/clip-vit-base-patch32"
model = CLIPModel.from_pretrained(name)
processor = CLIPProcessor.from_pretrained(name)
inputs = processor(images=Image.open("a.jpg"), return_tensors="pt")
words = processor(text=["a photo of a fox"], return_tensors="pt", padding=True)
"""


@pytest.mark.parametrize(
    "statement",
    [
        "pair = [model.get_image_features(**inputs).tolist(), outside.tell()]\n",
        "pair = model.get_text_features(**words).norm(), outside.tell()\n",
        "outside.show(model.get_text_features(**words).tolist(), outside.tell())\n",
        "outside.show(model.get_image_features(**inputs)[0].tolist())\n",
        "features, said = model.get_image_features(**inputs).cpu(), outside.tell()\nprint(features.tolist())\n",
    ],
)
def test_every_order_of_codes_gives_the_text_of_all_at_once(statement: str) -> None:
    text = HEAD + statement
    repair, whole = mend(text)
    codes = sorted({each.code for each in repair.fixed})
    assert "CLP402" in codes
    for order in permutations(codes):
        one, before = text, ""
        while before != one:
            before = one
            for code in order:
                one = mend(one, code)[1]
        assert one == whole, order


def test_what_takes_the_vectors_out_of_an_output_goes_along_with_the_encoding() -> None:
    text = HEAD + "outside.show(model.get_image_features(**inputs).pooler_output.tolist(), outside.tell())\n"
    assert mend(text, "CLP402")[1] == HEAD + (
        "with torch.no_grad():\n    image_features = model.get_image_features(**inputs).pooler_output\n"
        "outside.show(image_features.tolist(), outside.tell())\n"
    )


def test_a_name_says_which_field_was_taken_of_the_whole_model() -> None:
    text = HEAD + "outside.show(model(**inputs, **words).text_embeds.tolist(), outside.tell())\n"
    assert "    text_features = model(**inputs, **words).text_embeds\n" in mend(text, "CLP402")[1]
