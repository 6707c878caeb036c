"""SigLIP's texts are padded to the length of training; a tokenizer that does not know the length is told it."""

from __future__ import annotations

from itertools import permutations

import pytest
from mended import findings, mend

FIRST = "google/siglip-base-patch16-224"
SECOND = "google/siglip2-base-patch16-224"


def program(name: str, call: str) -> str:
    return (
        "from transformers import AutoModel, AutoTokenizer\n"
        f"model = AutoModel.from_pretrained({name!r})\ntokenizer = AutoTokenizer.from_pretrained({name!r})\n"
        f"tokens = {call}\nprint(model.get_text_features(**tokens).pooler_output)\n"
    )


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (
            FIRST,
            "tokenizer(texts, truncation=True)",
            "tokenizer(texts, padding='max_length', truncation=True)",
        ),
        (FIRST, "tokenizer(texts, padding=True)", "tokenizer(texts, padding='max_length')"),
        (SECOND, "tokenizer(texts, padding=True)", "tokenizer(texts, padding='max_length', max_length=64)"),
        (
            SECOND,
            "tokenizer(texts, padding='max_length')",
            "tokenizer(texts, padding='max_length', max_length=64)",
        ),
        (
            SECOND,
            "tokenizer(texts, max_length=64, truncation=True)",
            "tokenizer(texts, padding='max_length', max_length=64, truncation=True)",
        ),
    ],
)
def test_texts_are_padded_to_the_length_of_training(name: str, before: str, after: str) -> None:
    _, mended = mend(program(name, before), "CLP302")
    assert mended == program(name, after)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        (FIRST, "padding='max_length'"),
        (FIRST, "padding='max_length', truncation=True"),
        (SECOND, "padding='max_length', max_length=64"),
        (SECOND, "padding='max_length', max_length=LENGTH"),
        (SECOND, "padding='max_length', **more"),
        (SECOND, "padding='max_length', **{'max_length': 64}"),
        ("google/siglip2-base-patch16-naflex", "padding='max_length'"),
    ],
)
def test_a_length_that_is_known_or_named_is_enough(name: str, given: str) -> None:
    assert not findings(program(name, f"tokenizer(texts, {given})"), "CLP302")


@pytest.mark.parametrize(
    ("name", "length"),
    [(FIRST, 64), (SECOND, 64), ("google/siglip-so400m-patch14-224", 16), ("me/siglip-tulip", 64)],
)
def test_the_length_is_that_of_the_checkpoint(name: str, length: int) -> None:
    (finding,) = findings(program(name, "tokenizer(texts)"), "CLP302")
    assert f"padded to {length} tokens" in finding.message
    assert finding.help is not None
    assert f"max_length={length}," in finding.help


def test_what_pads_by_itself_is_left_alone() -> None:
    naflex = program("google/siglip2-base-patch16-naflex", "tokenizer(texts)").replace(
        "AutoTokenizer", "AutoProcessor"
    )
    _, mended = mend(naflex, "CLP302")
    assert mended == naflex


CLIP = "openai/clip-vit-base-patch32"
MIXED = """\
import torch
from PIL import Image
from transformers import AutoModel, AutoProcessor

model = AutoModel.from_pretrained("{model}")
processor = AutoProcessor.from_pretrained("{processor}")


@torch.no_grad()
def ranked(path, query):
    pixels = processor(images=Image.open(path), return_tensors="pt")
    tokens = processor(text=[query], return_tensors="pt"{given})
    image = (model.get_image_features(**pixels)).pooler_output
    text = (model.get_text_features(**tokens))
    return (image @ text.T).argmax()
"""


def by_code(text: str, codes: tuple[str, ...]) -> str:
    """A program with one code's fixes after the other's, until nothing changes."""
    before = None
    while text != before:
        before = text
        for code in codes:
            text = mend(text, code)[1]
    return text


@pytest.mark.parametrize("given", ["", ", padding=True", ", truncation=True", ', padding="max_length"'])
@pytest.mark.parametrize(("model", "processor"), [(CLIP, FIRST), (FIRST, CLIP)])
def test_a_mismatched_processor_gives_one_text_in_every_order(model: str, processor: str, given: str) -> None:
    program = MIXED.format(model=model, processor=processor, given=given)
    repair, whole = mend(program)
    codes = {each.code for each in repair.fixed}
    assert "CLP301" in codes
    assert ("CLP302" in codes) == (model == FIRST and "max_length" not in given)
    assert {by_code(program, order) for order in permutations(sorted(codes))} == {whole}


def test_padding_is_no_matter_where_the_tokens_go_to_a_model_trained_without() -> None:
    program = MIXED.format(model=CLIP, processor=FIRST, given="")
    assert {each.code for each in findings(program)} >= {"CLP301"}
    assert not findings(program, "CLP302")
    both = program + f"\nother = AutoModel.from_pretrained({FIRST!r})\n"
    both += 'print(other.get_text_features(**processor(text=["a"], return_tensors="pt")))\n'
    assert len(findings(both, "CLP302")) == 1


def test_comments_stay_beside_the_arguments_they_are_about() -> None:
    call = "tokenizer(\n    texts,\n    truncation=True,  # long captions\n)"
    left = call.replace("captions\n", "captions\n    padding='max_length',\n")
    assert mend(program(FIRST, call), "CLP302")[1] == program(FIRST, left)
