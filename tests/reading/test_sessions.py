"""Towers that were exported: what a session gives for pixels or tokens is followed like any features."""

from __future__ import annotations

import pytest

from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

PROGRAM = """\
import numpy as np
import onnxruntime as ort
from transformers import CLIPProcessor

processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
pictures = ort.InferenceSession("pictures.onnx", providers=["CPUExecutionProvider"])
words = ort.InferenceSession("words.onnx")


def unit(x):
    return x / np.linalg.norm(x)


def seen(picture):
    given = processor(images=picture, return_tensors="np")
    {seen}
    return unit(outputs[0].flatten())


def told(text):
    given = processor(text=[text], return_tensors="np", padding=True, truncation=True)
    outputs = words.run(output_names=None, input_feed={{k: v for k, v in given.items()}})
    return unit(outputs[0].flatten())


def shares(picture, names):
    scores = {scale}np.dot(np.array([told(name) for name in names]), seen(picture))
    powers = np.exp(scores - np.max(scores))
    return powers / powers.sum()
"""


@pytest.mark.parametrize(
    "seen",
    [
        'outputs = pictures.run(None, {"pixel_values": given["pixel_values"]})',
        'outputs = pictures.run(["image_embeds"], {"pixel_values": given.pixel_values.astype(np.float32)})',
        "outputs = pictures.run(None, dict(given))",
    ],
)
@pytest.mark.parametrize(("scale", "expected"), [("", {"CLP202"}), ("100 * ", set())])
def test_a_session_gives_features(seen: str, scale: str, expected: set[str]) -> None:
    program = PROGRAM.format(seen=seen, scale=scale)
    settings = Configuration(Overrides({}), "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), "program.py", settings, "/nowhere", isolated=True)
    assert {finding.code for finding in outcome.findings} & {"CLP201", "CLP202"} == expected
