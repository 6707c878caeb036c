"""Scores of a model that a function is given: the fields of the output say what they are."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

if TYPE_CHECKING:
    from conftest import Writer

WRONG = {
    "the best text of each picture, softmax over pictures": """
        def accuracy(model, processor, texts, images, truth):
            outputs = model(**processor(text=texts, images=images, return_tensors="pt", padding=True))
            best = outputs.logits_per_text.softmax(dim=1).argmax(dim=0)
            return (best == truth).sum()
    """,
    "softmax over pictures, by keywords": """
        class Step:
            def __call__(self, batch, truth):
                out = self.model(input_ids=batch["input_ids"], pixel_values=batch["pixel_values"])
                return (torch.softmax(out.logits_per_image, dim=0).argmax(dim=1) == truth).mean()
    """,
}
RIGHT = {
    "the best picture of each text": """
        def accuracy(model, processor, texts, images, truth):
            outputs = model(**processor(text=texts, images=images, return_tensors="pt", padding=True))
            return (outputs.logits_per_text.softmax(dim=1).argmax(dim=1) == truth).sum()
    """,
    "the best text of each picture": """
        def accuracy(model, processor, texts, images, truth):
            outputs = model(**processor(text=texts, images=images, return_tensors="pt", padding=True))
            return (outputs.logits_per_image.softmax(dim=1).argmax(dim=1) == truth).sum()
    """,
    "a sigmoid of each score": """
        def tags(model, processor, texts, image):
            outputs = model(**processor(text=texts, images=image, return_tensors="pt", padding="max_length"))
            return torch.sigmoid(outputs.logits_per_image) > 0.5
    """,
    "scores that are large": """
        def fits(model, processor, text, image):
            outputs = model(**processor(text=text, images=image, return_tensors="pt", padding=True, truncation=True))
            return outputs.logits_per_image.item() > 25
    """,
    "the loss of a training run": """
        def loss(model, batch):
            outputs = model(**batch)
            truth = torch.arange(len(outputs.logits_per_image))
            return cross_entropy(outputs.logits_per_image, truth) + cross_entropy(outputs.logits_per_text, truth)
    """,
}


def codes(write: Writer, body: str) -> list[str]:
    folder = write({"program.py": "import torch\nimport transformers\n" + textwrap.dedent(body)})
    settings = Configuration(Overrides({"min_severity": Severity.NOTE}), str(folder))
    found = lint((".",), settings, str(folder), isolated=True).reported
    return [each.code for each in found if each.code.startswith("CLP2")]


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_the_field_tells_what_the_axes_are(write: Writer, body: str) -> None:
    assert codes(write, body) == ["CLP203"]


@pytest.mark.parametrize("body", RIGHT.values(), ids=RIGHT)
def test_of_a_model_that_is_not_known_nothing_else_is_said(write: Writer, body: str) -> None:
    assert codes(write, body) == []
