"""A processor's tensors on their way to another device: in every spelling the model is given what the processor made."""

from __future__ import annotations

import itertools
import textwrap

import pytest

from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

PROGRAM = """\
import torch
from PIL import Image
from transformers import AutoProcessor, CLIPModel

device = "cuda" if torch.cuda.is_available() else "cpu"
model = CLIPModel.from_pretrained("openai/clip-vit-base-patch16").to(device)
processor = AutoProcessor.from_pretrained("openai/clip-vit-base-patch16")


@torch.no_grad()
def share(path):
    given = processor(text={texts}, images=Image.open(path), return_tensors="pt", padding=True)
{moved}
    return model(**given).logits_per_image.softmax(dim=1)
"""
MOVES = (
    "{}.to(device)",
    "{}.cuda(non_blocking=True)",
    "{}.pin_memory().to(device)",
    "torch.as_tensor({}).to(model.device)",
)
PAIRS = (
    "given = {{name: {} for name, each in given.items()}}",
    "given = {{name: {} for name, each in given.data.items() if name != 'attention_mask'}}",
    "given = dict((name, {}) for name, each in given.items())",
    "given.update({{name: {} for name, each in dict(given).items()}})",
    "for name, each in given.items():\n    given[name] = {}",
)
KEYS = (
    "given = {{name: {} for name in given}}",
    "given = {{name: {} for name in given.keys()}}",
    "for name in given:\n    given[name] = {}",
)
COPIES = (
    "given = {**given}",
    "given = dict(given)",
    "given = {**given, 'return_loss': False}",
    "given = given.data",
)
MOVED = [
    *(way.format(move.format("each")) for way, move in itertools.product(PAIRS, MOVES)),
    *(way.format(move.format("given[name]")) for way, move in itertools.product(KEYS, MOVES)),
]


def codes(moved: str, texts: list[str]) -> list[str]:
    program = PROGRAM.format(moved=textwrap.indent(moved, "    "), texts=texts)
    settings = Configuration(Overrides({}), "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), "program.py", settings, "/nowhere", isolated=True)
    return [finding.code for finding in outcome.findings]


@pytest.mark.parametrize("moved", MOVED)
def test_one_text_stays_one_text(moved: str) -> None:
    assert codes(moved, ["a photo of a weir"]) == ["CLP204"]
    assert codes(moved, ["a photo of a weir", "a photo of a lock"]) == []


@pytest.mark.parametrize("copied", COPIES)
def test_what_is_only_copied_stays_where_it_is(copied: str) -> None:
    assert codes(copied, ["a photo of a weir"]) == ["CLP309", "CLP204"]
