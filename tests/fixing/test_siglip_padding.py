"""SigLIP's texts are padded to the length of training; a tokenizer that does not know the length is told it."""

from __future__ import annotations

import pytest
from mended import mend

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
            "tokenizer(texts, truncation=True, padding='max_length')",
        ),
        (FIRST, "tokenizer(texts, padding=True)", "tokenizer(texts, padding='max_length')"),
        (SECOND, "tokenizer(texts, padding=True)", "tokenizer(texts, padding='max_length', max_length=64)"),
        (
            SECOND,
            "tokenizer(texts, max_length=64, truncation=True)",
            "tokenizer(texts, max_length=64, truncation=True, padding='max_length')",
        ),
    ],
)
def test_texts_are_padded_to_the_length_of_training(name: str, before: str, after: str) -> None:
    _, mended = mend(program(name, before), "CLP302")
    assert mended == program(name, after)


def test_what_pads_by_itself_is_left_alone() -> None:
    naflex = program("google/siglip2-base-patch16-naflex", "tokenizer(texts)").replace(
        "AutoTokenizer", "AutoProcessor"
    )
    _, mended = mend(naflex, "CLP302")
    assert mended == naflex
