"""A variable that is called a caption holds one text; a column of a table, or an entry of a batch, that is called so holds many."""

from __future__ import annotations

import pytest

from clip_lint.api import lint_source

pytestmark = pytest.mark.usefixtures("nothing_around")

PROGRAM = """\
import clip
import datasets
import pandas as pd
import polars
import torch

model, preprocess = clip.load("ViT-B/32")
table = pd.read_csv("data/train.tsv", sep="\\t")


@torch.no_grad()
def shares(batch, pixels, caption):
    texts = {texts}
    logits, _ = model(pixels, clip.tokenize(texts, truncate=True))
    return logits.softmax(dim=-1)
"""


@pytest.mark.parametrize(
    ("texts", "is_one"),
    [
        ("caption", True),
        ("[caption]", True),
        ('batch["caption"]', False),
        ('table["caption"]', False),
        ("table.caption", False),
        ('list(table["caption"])', False),
        ('sorted(set(table["caption"]))', False),
        ("table.caption.tolist()", False),
        ('tuple(frozenset(table["caption"]))', False),
        ('table["sentence"].unique()', False),
        ('polars.read_csv("data/train.csv")["caption"]', False),
        ('datasets.load_dataset("me/quays")["train"]["caption"]', False),
    ],
)
def test_only_what_is_surely_one_text_is_a_single_label(texts: str, is_one: bool) -> None:
    found = lint_source(PROGRAM.format(texts=texts), isolated=True, select=["CLP204"]).findings
    assert bool(found) is is_one


@pytest.mark.parametrize(
    "column",
    ['table["caption"]', "table.caption", 'polars.read_csv("a.csv")["caption"]', 'batch["caption"]'],
)
def test_a_column_that_a_variable_called_caption_takes_holds_many(column: str) -> None:
    program = PROGRAM.format(texts="0").replace("    texts = 0\n", f"    caption = {column}\n")
    found = lint_source(
        program.replace("tokenize(texts", "tokenize(caption"), isolated=True, select=["CLP204"]
    )
    assert not found.findings
