"""Softmaxes that become sigmoids: only where that is all that they do."""

from __future__ import annotations

import pytest
from mended import findings, mend

HEAD = """\
import torch
import torch.nn.functional as F
from PIL import Image
from scipy.special import softmax
from transformers import AutoModel, AutoProcessor

model = AutoModel.from_pretrained("google/siglip-base-patch16-224")
processor = AutoProcessor.from_pretrained("google/siglip-base-patch16-224")
labels = ["a photo of a dog", "a photo of a cat"]
inputs = processor(text=labels, images=Image.open("a.jpg"), padding="max_length", return_tensors="pt")
with torch.no_grad():
    logits = model(**inputs).logits_per_image
"""


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("F.softmax(logits, dim=1)", "torch.sigmoid(logits)"),
        ("logits.softmax(-1)", "torch.sigmoid(logits)"),
        ("softmax(logits.numpy(), axis=1)", "expit(logits.numpy())"),
        ("F.softmax(logits, dim=1, dtype=torch.float64)", ""),
        ("F.softmax(\n    logits,  # as they come\n    dim=1,\n)", ""),
    ],
)
def test_a_softmax_becomes_a_sigmoid_where_it_is_told_nothing_else(written: str, left: str) -> None:
    program = f"{HEAD}print({written})\n"
    assert findings(program, "CLP205")
    mended = mend(program, "CLP205")[1]
    assert (f"print({left})\n" in mended) if left else (mended == program)
