"""A notebook that keeps its outputs is a record: what only a next run would cost or break is a note."""

from __future__ import annotations

import json

import pytest
from told import told

CLIP = """\
import clip
import torch
from PIL import Image

model, preprocess = clip.load("ViT-B/32", device="cpu")
"""
ONE = """\
def embed(path):
    return model.encode_image(preprocess(Image.open(path)).unsqueeze(0))
"""
COLLECTED = """\
def embed(paths):
    rows = []
    for path in paths:
        rows.append(model.encode_image(preprocess(Image.open(path)).unsqueeze(0)))
    return rows
"""
DETACHED = COLLECTED.replace(".unsqueeze(0))", ".unsqueeze(0)).detach()")
LISTED = """\
def embed(paths):
    return [model.encode_image(preprocess(Image.open(path)).unsqueeze(0)) for path in paths]
"""
METHOD = """\
class Eye:
    def look(self, path):
        return model.encode_image(preprocess(Image.open(path)).unsqueeze(0))
"""
SERVED = f"""\
import gradio as gr
{ONE}
def answer(path):
    return str(embed(path).shape)
gr.Interface(fn=answer, inputs="image", outputs="text").launch()
"""


def severities(cells: list[str], code: str, *, has_run: bool = True) -> list[str]:
    """How grave a rule's findings in a notebook are, in order of place."""
    held: list[dict[str, object]] = [
        {"cell_type": "code", "source": cell, "outputs": [], "execution_count": number if has_run else None}
        for number, cell in enumerate(cells, start=1)
    ]
    return [str(each.severity) for each in told(json.dumps({"cells": held, "metadata": {}}), code, "n.ipynb")]


@pytest.mark.parametrize("cell", [ONE, ONE + "\nprint(embed('a.jpg').shape)", DETACHED, SERVED])
def test_a_call_without_no_grad_is_a_note(cell: str) -> None:
    assert severities([CLIP, cell], "CLP402") == ["note"]


@pytest.mark.parametrize("cell", [COLLECTED, LISTED, METHOD])
def test_what_grows_or_is_used_elsewhere_is_a_warning(cell: str) -> None:
    assert severities([CLIP, cell], "CLP402") == ["warning"]


@pytest.mark.parametrize("cell", [ONE, COLLECTED])
def test_a_function_in_a_notebook_that_has_not_run_is_a_warning(cell: str) -> None:
    assert severities([CLIP, cell], "CLP402", has_run=False) == ["warning"]


LOADED = """\
from transformers import CLIPModel
def look():
    return CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
look()
"""
PAGE = '%%writefile page.py\nimport streamlit as st\nst.title("pictures")\nword = st.text_input("what")\n'


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ([LOADED, PAGE], []),  # the notebook's own cell runs once
        ([PAGE + LOADED], ["warning"]),
        ([LOADED, PAGE + LOADED], ["warning"]),
        ([PAGE.partition("\n")[2] + LOADED], ["warning"]),  # a page that was opened as a notebook
    ],
)
def test_a_page_is_the_cell_that_is_written_to_its_file(cells: list[str], found: list[str]) -> None:
    assert severities(cells, "CLP405") == found
