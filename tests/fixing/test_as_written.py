"""Fixes that look as the author of the file would have written them: quotes, contexts, names of one thing, articles."""

from __future__ import annotations

import pytest
from mended import mend

TRANSFORMERS = """\
import torch
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained({0}openai/clip-vit-base-patch32{0})
processor = CLIPProcessor.from_pretrained({0}openai/clip-vit-base-patch32{0})


def embed(picture):
    with torch.no_grad():
        inputs = processor(images=picture, return_tensors={1}pt{1})
        vector = model.get_image_features(**inputs)
        return vector / vector.norm(dim=-1, keepdim=True)
"""


@pytest.mark.parametrize(("around", "here"), ["\"'", "'\"", '""', "''"])
def test_quotes_are_those_of_the_function(around: str, here: str) -> None:
    mended = mend(TRANSFORMERS.format(around, here), "CLP307", versions={"transformers": ">=4"})[1]
    assert f"getattr(vector, {here}pooler_output{here}, vector)" in mended


OPEN_CLIP = """\
import torch
import open_clip

model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-32", pretrained="laion2b_s34b_b79k")
model.eval()
tokenizer = open_clip.get_tokenizer("ViT-B-32")


def words(texts):
    {head}:
        {body}
    return vectors.cpu().numpy()
"""
ENCODE = "vectors = model.encode_text(tokenizer(texts))"


@pytest.mark.parametrize(
    "head",
    [
        'with torch.autocast("cuda")',
        "with torch.cuda.amp.autocast()",
        "with open(name) as file, torch.autocast('cpu')",
    ],
)
def test_a_context_that_holds_the_encoding_alone_gets_the_mode_as_well(head: str) -> None:
    mended = mend(OPEN_CLIP.format(head=head, body=f"# the words\n        {ENCODE}"), "CLP402")[1]
    assert f"    {head}, torch.no_grad():\n        # the words\n        {ENCODE}\n" in mended
    assert not mend(mended, "CLP402")[0].fixed


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('with torch.autocast("cuda")', f"size = ask(texts)\n        {ENCODE}"),
        ('with torch.autocast("' + "cuda" * 25 + '")', ENCODE),
        ("for _ in range(1)", ENCODE),
        ("with (torch.autocast('cpu') as mode)", ENCODE),
    ],
    ids=["more in it", "no room", "no context", "brackets"],
)
def test_where_it_holds_more_the_encoding_gets_a_block_of_its_own(head: str, body: str) -> None:
    text = OPEN_CLIP.format(head=head, body=body)
    mended = mend(text, "CLP402")[1]
    assert f"        with torch.no_grad():\n            {ENCODE}\n" in mended
    assert ", torch.no_grad():" not in mended


@pytest.mark.parametrize(
    ("model", "tokenizer", "is_renamed"),
    [("ViT-B-32", "ViT-B-32", True), ("ViT-B-32", "ViT-L-14", False)],
)
def test_the_tokenizer_of_an_architecture_goes_by_its_new_name(
    model: str, tokenizer: str, is_renamed: bool
) -> None:
    text = (
        f"import open_clip\n\nmodel, _, preprocess = open_clip.create_model_and_transforms('{model}', pretrained='openai')\n"
        f"tokenizer = open_clip.get_tokenizer('{tokenizer}')\nprint(model.encode_text(tokenizer(['a kiln'])))\n"
    )
    mended = mend(text, "CLP306")[1]
    assert f"create_model_and_transforms('{model}-quickgelu'" in mended
    assert (f"get_tokenizer('{tokenizer}-quickgelu')" in mended) is is_renamed


@pytest.mark.parametrize(
    ("labels", "is_mended"),
    [
        ('["green jacket", "loom", "anvil"]', True),
        ('["green shoes", "loom", "anvil"]', False),
        ('["green footwear", "loom", "anvil"]', False),
        ('["bus", "glass", "compass"]', True),
        (
            "["
            + ", ".join(
                f'"{each} lamp"'
                for each in ("red", "blue", "grey", "pink", "dim", "tall", "low", "wide", "new", "old")
            )
            + ', "jeans"]',
            True,
        ),
    ],
)
def test_no_article_goes_before_what_is_many_or_not_counted(labels: str, is_mended: bool) -> None:
    program = (
        "import clip\nfrom PIL import Image\n\nmodel, preprocess = clip.load('ViT-B/32')\n"
        "image = model.encode_image(preprocess(Image.open('shop.jpg')).unsqueeze(0))\n"
        f"labels = {labels}\nfeatures = model.encode_text(clip.tokenize(labels))\nprint((image @ features.T).argmax())\n"
    )
    assert (mend(program, "CLP110")[1] != program) is is_mended


def test_lines_alike_have_the_quotes_of_their_function_and_not_of_what_stands_next_to_them() -> None:
    text = TRANSFORMERS.format('"', '"') + (
        '\n\ndef both(words, picture):\n    inputs = processor(text=words, return_tensors="pt")\n'
        '    left = model.get_text_features(**inputs)\n    inputs = processor(images=picture, return_tensors="pt")\n'
        "    names = ['a', \"b\"]\n    right = model.get_image_features(pixel_values=inputs['pixel_values'])\n"
        "    return left.tolist(), right.tolist(), names\n"
    )
    mended = mend(text, "CLP307", versions={"transformers": ">=4"})[1]
    assert 'left = getattr(left, "pooler_output", left)' in mended
    assert 'right = getattr(right, "pooler_output", right)' in mended


@pytest.mark.parametrize("step", ["  ", "    ", "\t"])
def test_a_function_is_indented_as_most_are(step: str) -> None:
    one = f"\n\ndef {{}}(picture):\n{step}inputs = processor(images=picture, return_tensors='pt')\n{step}return model.get_image_features(**inputs).tolist()\n"
    text = (
        "from transformers import CLIPModel, CLIPProcessor\n\n"
        'model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")\n'
        'processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")\n\n\n'
        "def first(value):\n   return value\n" + one.format("second") + one.format("third")
    )
    mended = mend(text, "CLP307", versions={"transformers": ">=4"})[1]
    assert f'\n{step}return getattr(output, "pooler_output", output)\n' in mended
