"""A processor of another checkpoint: an error where it is known to do harm, a note where nothing is known to differ."""

from __future__ import annotations

import pytest

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint_text
from clip_lint.knowledge.checkpoints import image_size, vocabulary
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

PROGRAM = """\
import torch
from PIL import Image
from transformers import AutoModel, AutoProcessor

model = AutoModel.from_pretrained("{model}")
processor = AutoProcessor.from_pretrained("{processor}")
with torch.no_grad():
    {call}
"""
IMAGES = "model.get_image_features(**processor(images=Image.open('a.jpg'), return_tensors='pt'))"
TEXTS = "model.get_text_features(**processor(text=['a mill', 'a barn'], padding='max_length', max_length=64, return_tensors='pt'))"
PAIRS = [
    ("openai/clip-vit-base-patch16", "openai/clip-vit-base-patch32", IMAGES, Severity.NOTE, "the scores are right today"),
    ("laion/CLIP-ViT-B-32-laion2B-s34B-b79K", "openai/clip-vit-base-patch32", TEXTS, Severity.NOTE, "the scores are right today"),
    ("somebody/a-clip", "openai/clip-vit-base-patch32", IMAGES, Severity.NOTE, "not known here how somebody/a-clip prepared input in training"),
    ("jinaai/jina-clip-v1", "jinaai/jina-clip-v2", TEXTS, Severity.NOTE, "jinaai/jina-clip-v2 and jinaai/jina-clip-v1 prepared"),
    ("openai/clip-vit-large-patch14-336", "openai/clip-vit-large-patch14", IMAGES, Severity.ERROR, "it makes images of 224 pixels and the model takes 336"),
    ("google/siglip-base-patch16-384", "google/siglip-base-patch16-224", IMAGES, Severity.ERROR, "takes 384, which raises"),
    ("openai/clip-vit-large-patch14-336", "openai/clip-vit-large-patch14", TEXTS, Severity.NOTE, "the scores are right today"),
    ("google/siglip-base-patch16-224", "openai/clip-vit-base-patch16", TEXTS, Severity.ERROR, "the model does not have the ids that it puts at start and end of a text: this raises an error"),
    ("openai/clip-vit-base-patch16", "google/siglip-base-patch16-224", TEXTS, Severity.ERROR, "other words than you wrote, and no error tells"),
    ("openai/clip-vit-base-patch16", "google/siglip2-base-patch16-224", TEXTS, Severity.ERROR, "raises an error for ids that it does not have"),
    ("openai/clip-vit-base-patch16", "jinaai/jina-clip-v2", TEXTS, Severity.ERROR, "other words than you wrote, or raises an error"),
    ("google/siglip2-base-patch16-224", "google/siglip-base-patch16-224", TEXTS, Severity.ERROR, "vocabularies differ"),
    ("google/siglip-base-patch16-256-i18n", "google/siglip-base-patch16-256", TEXTS, Severity.ERROR, "and no error tells"),
    ("google/siglip2-base-patch16-224", "google/siglip-base-patch16-224", IMAGES, Severity.NOTE, "the scores are right today"),
    ("google/siglip-base-patch16-224", "openai/clip-vit-base-patch16", IMAGES, Severity.ERROR, "normalise pixels differently"),
    ("laion/CLIP-ViT-L-14-laion2B-s32B-b82K", "openai/clip-vit-large-patch14", IMAGES, Severity.ERROR, "normalise pixels differently"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "processor", "call", "severity", "told"), PAIRS, ids=[f"{one[0]}-{one[1]}" for one in PAIRS]
)
def test_what_differs_decides(model: str, processor: str, call: str, severity: Severity, told: str) -> None:
    overrides = Overrides({"min_severity": Severity.NOTE})
    program = PROGRAM.format(model=model, processor=processor, call=call)
    configuration = Configuration(overrides, "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), "program.py", configuration, "/nowhere", isolated=True)
    found = [each for each in outcome.reported if each.code == "CLP301"]
    assert [each.severity for each in found] == [severity]
    assert told in found[0].message
    assert model in found[0].help


def test_one_processor_for_pictures_and_texts_is_told_once() -> None:
    program = PROGRAM.format(
        model="openai/clip-vit-large-patch14-336",
        processor="openai/clip-vit-base-patch32",
        call=f"{IMAGES}\n    {TEXTS}",
    )
    configuration = Configuration(Overrides({}), "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), "program.py", configuration, "/nowhere", isolated=True)
    assert [each.severity for each in outcome.reported if each.code == "CLP301"] == [Severity.ERROR]


@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        ("openai/clip-vit-large-patch14-336", 336),
        ("openai/clip-vit-large-patch14", 224),
        ("google/siglip-so400m-patch14-384", 384),
        ("google/siglip2-base-patch16-naflex", None),
        ("hf-hub:timm/ViT-L-16-SigLIP-256", 256),
        ("apple/DFN5B-CLIP-ViT-H-14-378", 378),
        ("somebody/a-clip", None),
    ],
)
def test_the_name_tells_the_size(name: str, pixels: int | None) -> None:
    assert image_size(Checkpoint(name=name)) == pixels


def test_whose_vocabulary() -> None:
    assert vocabulary("google/siglip2-base-patch16-224") == "siglip2"
    assert vocabulary("google/siglip-base-patch16-256-multilingual") == "mt5"
    assert vocabulary("BAAI/AltCLIP") == vocabulary("xlm-roberta-base-ViT-B-32")
    assert (
        vocabulary("openai/clip-vit-base-patch32")
        == vocabulary("laion/CLIP-ViT-B-32-laion2B-s34B-b79K")
        == ""
    )
