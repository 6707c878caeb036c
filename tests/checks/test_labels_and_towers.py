"""Labels in one string, pictures into a text tower, capital letters for SigLIP 2."""

from __future__ import annotations

import pytest
from told import told

PIPELINE = """\
import argparse

from transformers import pipeline

classify = pipeline("zero-shot-image-classification", model="openai/clip-vit-base-patch32")
parser = argparse.ArgumentParser()
parser.add_argument("--labels", default="hen,goose")
arguments = parser.parse_args()
LABELS = "hen, goose"
classify("a.jpg", candidate_labels={labels})
"""


@pytest.mark.parametrize("labels", ['"hen, goose"', "LABELS", "LABELS.lower()", '"hen"'])
def test_a_text_becomes_its_letters(labels: str) -> None:
    assert len(told(PIPELINE.format(labels=labels), "CLP118")) == 1


@pytest.mark.parametrize(
    "labels",
    [
        '["hen", "goose"]',
        '("hen",)',
        'LABELS.split(", ")',
        '[each.strip() for each in arguments.labels.split(",")]',
        'arguments.labels.split(",") if "," in arguments.labels else [arguments.labels]',
        "given",
        "[LABELS]",
    ],
)
def test_a_list_is_fine(labels: str) -> None:
    assert told(PIPELINE.format(labels=labels), "CLP118") == []


ENCODER = """\
from PIL import Image
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("{name}")
model.encode({given})
"""
MULTILINGUAL = "clip-ViT-B-32-multilingual-v1"


@pytest.mark.parametrize(
    ("name", "given", "count"),
    [
        (MULTILINGUAL, 'Image.open("a.jpg")', 1),
        (f"sentence-transformers/{MULTILINGUAL}", "[Image.open(path) for path in paths]", 1),
        (MULTILINGUAL, '["une plage"]', 0),
        (MULTILINGUAL, "given", 0),
        ("clip-ViT-B-32", 'Image.open("a.jpg")', 0),
    ],
)
def test_a_text_tower_takes_no_pictures(name: str, given: str, count: int) -> None:
    assert len(told(ENCODER.format(name=name, given=given), "CLP311")) == count


SIGLIP = """\
from transformers import AutoModel, AutoTokenizer

model = AutoModel.from_pretrained("google/{name}")
tokenizer = AutoTokenizer.from_pretrained("google/{name}")
model.get_text_features(**tokenizer({texts}, padding="max_length", max_length=64, return_tensors="pt"))
"""


@pytest.mark.parametrize(
    ("name", "texts", "count"),
    [
        ("siglip2-base-patch16-224", '["a Hen", "a Goose"]', 1),
        ("siglip2-base-patch16-224", '[f"a photo of a {each}" for each in ("Hen", "goose")]', 1),
        ("siglip2-base-patch16-224", '[f"a photo of a {each}".lower() for each in ("Hen", "goose")]', 0),
        ("siglip2-base-patch16-224", '["a hen", "a goose"]', 0),
        ("siglip2-base-patch16-224", "texts", 0),
        ("siglip2-base-patch16-naflex", '["a Hen", "a Goose"]', 0),
        ("siglip-base-patch16-224", '["a Hen", "a Goose"]', 0),
    ],
)
def test_capital_letters_for_siglip_2(name: str, texts: str, count: int) -> None:
    assert len(told(SIGLIP.replace("{name}", name).replace("{texts}", texts), "CLP314")) == count


def test_the_template_of_the_pipeline_is_not_the_programs() -> None:
    program = (
        "from transformers import pipeline\n"
        'classify = pipeline("zero-shot-image-classification", model="google/siglip2-base-patch16-224")\n'
        'classify("a.jpg", candidate_labels=["hen", "goose"])\n'
    )
    assert told(program, "CLP314") == []
    assert len(told(program.replace("hen", "Hen"), "CLP314")) == 1
