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


OPEN = """\
import open_clip
import torch
from PIL import Image

import outside

model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-32", pretrained="laion2b_s34b_b79k")
model.eval()
tokenizer = open_clip.get_tokenizer("ViT-B-32")
"""
PAIR = (
    'f0, g0 = model.encode_image(preprocess(Image.open("0.jpg")).unsqueeze(0)), model.encode_text(tokenizer(["a dog", "a cat"]))\n'
    "outside.show((f0 @ g0.T).tolist())\n"
)
DEEP = (
    "try:\n\toutside.show(model.get_image_features(pixel_values=processor(images=Image.open('0.jpg'), return_tensors='pt')"
    "['pixel_values']).tolist())\nfinally:\n\toutside.tell()\n"
)


@pytest.mark.parametrize("width", [None, 79, 88, 100])
@pytest.mark.parametrize(
    "text", [OPEN + PAIR, HEAD + DEEP, HEAD.replace("inputs =", "inputs_of_this_page =") + DEEP]
)
def test_lines_that_a_repair_lays_out_do_not_change_how_the_next_one_does(
    text: str, width: int | None
) -> None:
    repair, whole = mend(text, width=width)
    codes = sorted({each.code for each in repair.fixed})
    assert len(codes) > 1
    for order in permutations(codes):
        one = text
        for code in order * 2:
            one = mend(one, code, width=width)[1]
        assert one == whole, order


def test_encodings_that_come_first_in_a_statement_leave_it_together() -> None:
    rows = ", ".join(f"model.get_image_features(**inputs).pooler_output + {each}" for each in range(30))
    repair, mended = mend(f"{HEAD}outside.show({rows}, outside.tell())\n", "CLP402")
    assert len(repair.fixed) == 30
    assert mended.count("with torch.no_grad():") == 1
    assert "outside.show(image_features + 0, image_features_2 + 1," in mended


def test_an_encoding_behind_another_call_stays_where_it_is() -> None:
    one = "model.get_image_features(**inputs).pooler_output"
    statement = f"outside.show({one}, {one}, outside.tell(), {one})\n"
    assert mend(HEAD + statement, "CLP402")[1] == HEAD + (
        f"with torch.no_grad():\n    image_features = {one}\n    image_features_2 = {one}\n"
        f"outside.show(image_features, image_features_2, outside.tell(), {one})\n"
    )
