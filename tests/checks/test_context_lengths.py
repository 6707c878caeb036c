"""Texts of another length than a checkpoint takes."""

from __future__ import annotations

import pytest
from told import told

HEAD = """\
import clip
import open_clip
import torch
from transformers import AutoModel, AutoTokenizer, CLIPModel, CLIPProcessor

old, preprocess = clip.load("ViT-B/32", device="cpu")
new, _, _ = open_clip.create_model_and_transforms("ViT-B-32", pretrained="laion2b_s34b_b79k")
new.eval()
read = open_clip.get_tokenizer("ViT-B-32")
hub = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
words = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
SIZE = 128
TEXT = ["a photo of a tram"]
"""
WRONG = [
    "old.encode_text(clip.tokenize(TEXT, context_length=32))",
    "old.encode_text(clip.tokenize(TEXT, 64))",
    "old.encode_text(clip.tokenize(TEXT, SIZE))",
    "old(pixels, clip.tokenize(TEXT, context_length=128))",
    "old.encode_text(clip.tokenize(TEXT, context_length=64, truncate=True).to('cuda'))",
    "new.encode_text(read(TEXT, context_length=256))",
    "new.encode_text(open_clip.tokenize(TEXT, 78))",
    "hub.get_text_features(**words(text=TEXT, padding='max_length', max_length=128, truncation=True, return_tensors='pt'))",
    "hub.get_text_features(**words.tokenizer(TEXT, padding='max_length', max_length=SIZE, return_tensors='pt'))",
]
RIGHT = [
    "old.encode_text(clip.tokenize(TEXT))",
    "old.encode_text(clip.tokenize(TEXT, context_length=77))",
    "old.encode_text(clip.tokenize(TEXT, context_length=length_of(old)))",
    "old.encode_text(clip.tokenize(TEXT, context_length=old.context_length))",
    "old.encode_text(clip.tokenize(TEXT, context_length=99)[:, :77])",
    "new.encode_text(read(TEXT, context_length=64))",
    "new.encode_text(read(TEXT, context_length=77))",
    "hub.get_text_features(**words(text=TEXT, padding='max_length', max_length=77, return_tensors='pt'))",
    "hub.get_text_features(**words(text=TEXT, padding=True, max_length=128, truncation=True, return_tensors='pt'))",
    "hub.get_text_features(**words(text=TEXT, padding='max_length', max_length=20, truncation=True, return_tensors='pt'))",
    "print(clip.tokenize(TEXT, context_length=12).shape)",
    "open_clip.create_model_and_transforms('xlm-roberta-base-ViT-B-32', pretrained='laion5b_s13b_b90k')[0].eval().encode_text(read(TEXT, context_length=128))",
    "open_clip.create_model_and_transforms('nllb-clip-base', pretrained='v1')[0].eval().encode_text(read(TEXT, context_length=128))",
]


@pytest.mark.parametrize("written", WRONG)
def test_what_raises(written: str) -> None:
    assert len(told(f"{HEAD}print({written})\n", "CLP313")) == 1


@pytest.mark.parametrize("written", RIGHT)
def test_what_fits_or_is_not_known(written: str) -> None:
    assert not told(f"{HEAD}print({written})\n", "CLP313")


@pytest.mark.parametrize(
    "change",
    [
        "old.positional_embedding = torch.nn.Parameter(longer(old.positional_embedding))",
        "old.load_state_dict(torch.load('mine.pt'))",
    ],
)
def test_a_model_that_was_changed_takes_what_it_takes(change: str) -> None:
    assert not told(f"{HEAD}{change}\nold.encode_text(clip.tokenize(TEXT, context_length=248))\n", "CLP313")


def test_other_checkpoints_take_other_lengths() -> None:
    biomed = "hf-hub:microsoft/BiomedCLIP-PubMedBERT_256-vit_base_patch16_224"
    program = f"model = open_clip.create_model('{biomed}')\nmodel.eval()\nmodel.encode_text(open_clip.get_tokenizer('{biomed}')(TEXT, context_length=256))\n"
    assert not told(HEAD + program, "CLP313")
    mine = "model, _, _ = open_clip.create_model_and_transforms('ViT-B-32', pretrained='mine.pt')\nmodel.eval()\nmodel.encode_text(read(TEXT, context_length=256))\n"
    assert not told(HEAD + mine, "CLP313")
