"""What a text field gives to a function is one text; an annotation proves none, for people write `str` where they pass lists."""

from __future__ import annotations

import pytest

from clip_lint.api import lint_source
from clip_lint.core.finding import Severity

pytestmark = pytest.mark.usefixtures("nothing_around")

PROGRAM = """\
import gradio as gr
import torch
from transformers import CLIPModel, CLIPProcessor

model = CLIPModel.from_pretrained("openai/clip-vit-large-patch14")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-large-patch14")


@torch.no_grad()
def share(image, {parameter}):
    inputs = processor(text={text}, images=image, return_tensors="pt", padding=True, truncation=True)
    return model(**inputs).logits_per_image.softmax(dim=1)


{after}
"""


def is_single(parameter: str, text: str, after: str = "") -> bool:
    """Whether a softmax over one label is told."""
    program = PROGRAM.format(parameter=parameter, text=text, after=after)
    return bool(lint_source(program, isolated=True, select=["CLP204"]).findings)


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        ("label", "label"),
        ("label: str", "label"),
        ("label: str | list[str]", "label"),
        ("label: list[str]", "label"),
        ("label: str", "label.split(',')"),
        ("label: str", "label.splitlines()"),
        ("label: str", "[each.strip() for each in label.split(',')]"),
        ("label: str", "open(label).read().split()"),
        ("label: str", "names[label]"),
    ],
)
def test_an_annotation_may_be_wrong_and_parts_of_a_text_are_several(parameter: str, text: str) -> None:
    assert not is_single(parameter, text)


@pytest.mark.parametrize(
    ("fields", "is_one"),
    [
        ("[gr.Image(), gr.Textbox(label='What?')]", True),
        ("['image', 'text']", True),
        ("[gr.Image(), gr.Textbox('a harbour')]", True),
        ("[gr.Image(), gr.CheckboxGroup(['a harbour', 'a quay'])]", False),
        ("[gr.Image(), gr.State()]", False),
    ],
)
def test_a_text_field_gives_one_text(fields: str, is_one: bool) -> None:
    assert is_single("label", "label", f"gr.Interface(share, {fields}, 'label').launch()") is is_one


def test_the_text_of_a_field_may_be_taken_apart() -> None:
    assert not is_single(
        "label", "label.split(',')", "gr.Interface(share, ['image', 'text'], 'label').launch()"
    )


@pytest.mark.parametrize(
    ("name", "use", "severity"),
    [
        ("prompt", "[prompt]", "warning"),
        ("prompt", "prompt", "warning"),
        ("labels", "[each.strip() for each in labels.split(',')]", "note"),
    ],
)
def test_what_is_written_into_a_field_may_be_long_whatever_its_examples_are(
    name: str, use: str, severity: str
) -> None:
    program = f"""\
import clip
import gradio as gr

model, preprocess = clip.load("ViT-B/32")


def rows({name}):
    return model.encode_text(clip.tokenize({use}))


gr.Interface(rows, gr.Textbox("a quay"), "text", examples=[["a boat on a canal"], ["a net on a quay"]]).launch()
"""
    found = lint_source(program, isolated=True, select=["CLP305"], min_severity=Severity.NOTE).findings
    assert [str(each.severity) for each in found] == [severity]
