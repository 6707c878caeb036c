"""Templates that no label goes into: what reaches the model as it is written, and what something fills on the way."""

from __future__ import annotations

import pytest
from told import told

HEAD = """\
import json
import re
import string

import clip

model, preprocess = clip.load("ViT-B/32", device="cpu")
labels = ["tram", "taxi"]


def encode(prompts):
    return model.encode_text(clip.tokenize(prompts))


"""
LOST = [
    'encode(["a photo of a {label}" for label in labels])',
    'for label in labels:\n    encode("a photo of a {label}")',
    'encode("a photo of a {labels[0]}")',
    'encode(["a photo of a {label.lower()}" for label in labels])',
    "encode(['a {label!r} sign' for label in labels])",
    'prompts = []\nfor label in labels:\n    prompts.append("a photo of a {label}")\nencode(prompts)',
    'TEMPLATE = "a photo of a {}"\nencode([TEMPLATE for label in labels])',
    'encode("a photo of a %s")',
    'encode(["a photo of a".format(label) for label in labels])',
    'encode(list(map("a photo of".format, labels)))',
    'encode(["a photo of a".format(name=label) for label in labels])',
]
FILLED = [
    'encode(["a photo of a {name}".replace("{name}", label) for label in labels])',
    'encode(["a photo of a {name}".format(name=label) for label in labels])',
    'TEMPLATE = "a photo of a {}"\nencode([TEMPLATE.replace("{}", label) for label in labels])',
    'TEMPLATE = "a photo of a %s"\nencode([TEMPLATE % label for label in labels])',
    'TEMPLATE = "a {}"\nencode([TEMPLATE.format(label) if "{}" in TEMPLATE else TEMPLATE + label for label in labels])',
    'TEMPLATE = "a {name}"\nencode([re.sub("{name}", label, TEMPLATE) for label in labels])',
    'TEMPLATE = "a {name}."\nencode([TEMPLATE.split("{name}")[0] + label for label in labels])',
    'encode(string.Template("a photo of $name").substitute(name="tram"))',
    'encode("a photo of a {name}".format_map(settings))',
    'encode("a photo of a {name}".format(**settings))',
    'encode(json.load(open("settings.json"))["template"].format(1))',
    'encode([f"a photo of a {{{label}}}" for label in labels])',
    'encode("a set {1, 2} and a pair {a, b}")',
    'encode("a sign with 50%saving")',
    'encode(r"the formula \\frac{a}{b}")',
    'encode("a photo of a tram".format())',
]


@pytest.mark.parametrize("use", LOST)
def test_a_label_that_goes_nowhere_is_told_of_once(use: str) -> None:
    assert len(told(HEAD + use, "CLP117")) == 1


@pytest.mark.parametrize("use", FILLED)
def test_what_is_filled_on_the_way_is_fine(use: str) -> None:
    assert told(HEAD + use, "CLP117") == []


PIPELINE = """\
from transformers import pipeline

classify = pipeline("zero-shot-image-classification", model="openai/clip-vit-base-patch32")
classify("a.jpg", candidate_labels={labels}, hypothesis_template={template})
"""


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ('"a photo"', "has no `{}`"),
        ('"a photo of a %s"', "has no `{}`"),
        ('"a {name}"', "KeyError"),
        ('"a {0} in {}"', None),
        ('"{}"', None),
        ("template", None),
    ],
)
@pytest.mark.parametrize("labels", ['["tram", "taxi"]', "labels"])
def test_the_template_of_the_pipeline(template: str, words: str | None, labels: str) -> None:
    found = [each.message for each in told(PIPELINE.format(labels=labels, template=template), "CLP117")]
    assert found == [] if words is None else len(found) == 1 and words in found[0]


def test_prompts_of_one_list_share_a_finding() -> None:
    (found,) = told(HEAD + 'encode(["a {label}",\n    "one {label}"])', "CLP117")
    assert [each.message for each in found.related] == ["and here"]


def test_a_generator_reads_what_it_likes() -> None:
    program = (
        "from diffusers import StableDiffusionPipeline\n"
        'draw = StableDiffusionPipeline.from_pretrained("stabilityai/stable-diffusion-2-1")\n'
        'draw("a photo of a {label}")\n'
    )
    assert told(program, "CLP117") == []
