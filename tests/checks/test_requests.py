"""What findings hand to verification: the texts, the checkpoint and the numbers of the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clip_lint.core.evidence import AsWritten, EvidenceRequest
from clip_lint.engine.lint import lint
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Writer

HEAD = """\
import torch
from transformers import CLIPModel, CLIPProcessor
model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32").eval()
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
"""
LABELS = """
@torch.inference_mode()
def pick(image):
    inputs = processor(text={labels}, images=image, return_tensors="pt", padding=True)
    return model(**inputs).logits_per_image.softmax(dim=-1)
"""
COSINE = """
@torch.inference_mode()
def embed(image, text):
    inputs = processor(text=[text], images=image, return_tensors="pt", padding=True, truncation=True)
    out = model(**inputs)
    a = out.image_embeds / out.image_embeds.norm(dim=-1, keepdim=True)
    b = out.text_embeds / out.text_embeds.norm(dim=-1, keepdim=True)
    similarity = (a @ b.T).item()
    return similarity > 0.6
"""


def requests(folder: Path) -> dict[str, EvidenceRequest | None]:
    outcome = lint(["."], Configuration(Overrides({"cache": True}), str(folder)), str(folder))
    return {finding.code: finding.request for finding in outcome.findings}


@pytest.mark.parametrize(
    ("code", "body", "prompts", "written"),
    [
        ("CLP101", LABELS.format(labels=["two dogs", "three dogs"]), ("two dogs", "three dogs"), AsWritten()),
        ("CLP204", LABELS.format(labels=["a photo of a lamp"]), ("a photo of a lamp",), AsWritten()),
        ("CLP206", COSINE, (), AsWritten(threshold=0.6)),
    ],
)
def test_findings_say_what_must_be_measured(
    code: str, body: str, prompts: tuple[str, ...], written: AsWritten, write: Writer
) -> None:
    folder = write({"a.py": HEAD + body})
    for _ in ("read", "remembered"):
        found = requests(folder)[code]
        assert found is not None
        assert (found.code, found.prompts, found.written) == (code, prompts, written)
        assert found.checkpoint is not None
        assert (found.checkpoint.library, found.checkpoint.name) == (
            "transformers",
            "openai/clip-vit-base-patch32",
        )


def test_what_has_no_probe_asks_for_nothing(write: Writer) -> None:
    folder = write({"a.py": HEAD + LABELS.format(labels=["using_laptop", "riding_bicycle"])})
    assert requests(folder)["CLP112"] is None
