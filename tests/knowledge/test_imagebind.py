"""ImageBind is described by its table alone: a model that takes one mapping and gives one, normalised and scaled by itself."""

from __future__ import annotations

import pytest

from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage

HEAD = """\
import torch
from imagebind import data
from imagebind.models import imagebind_model
from imagebind.models.imagebind_model import ModalityType

device = "cpu"
model = imagebind_model.imagebind_huge(pretrained=True)
"""
EVAL = "model.eval()\n"
USE = """\
def scores(image_paths):
    inputs = {
        ModalityType.TEXT: data.load_and_transform_text(LABELS, device),
        ModalityType.VISION: data.load_and_transform_vision_data(image_paths, device),
    }
    embeddings = model(inputs)
    return torch.softmax(embeddings[ModalityType.VISION] @ embeddings[ModalityType.TEXT].T, dim=-1)
"""
QUIET = USE.replace("    embeddings = model", "    with torch.no_grad():\n        embeddings = model")
PLAIN = "LABELS = ['a photo of a dog', 'a photo of a car']\n"


def codes(program: str) -> list[tuple[str, int]]:
    overrides = Overrides({"min_severity": Severity.NOTE, "preview": True}, Stage(select=("ALL",)))
    outcome = lint_text(
        program.encode(),
        "example.py",
        Configuration(overrides, "/nowhere", isolated=True),
        "/nowhere",
        isolated=True,
    )
    assert not outcome.problems
    return [(each.code, each.place.start.line) for each in outcome.reported]


def test_a_right_program_is_left_alone() -> None:
    """Features come out normalised and the text side scaled: neither CLP201 nor CLP202 has anything to say."""
    assert codes(HEAD + EVAL + PLAIN + QUIET) == []


@pytest.mark.parametrize(
    ("program", "code", "word"),
    [
        (HEAD + PLAIN + QUIET, "CLP401", "imagebind_huge("),
        (HEAD + EVAL + PLAIN + USE, "CLP402", "model(inputs)"),
        (HEAD + EVAL + "LABELS = ['a photo of a dog']\n" + QUIET, "CLP204", "softmax"),
        (HEAD + EVAL + "LABELS = ['two dogs', 'three dogs']\n" + QUIET, "CLP101", "LABELS ="),
        (HEAD + EVAL + "LABELS = ['a cup left of a plate', 'a cup right of a plate']\n" + QUIET, "CLP102", "LABELS ="),
        (HEAD + EVAL + "LABELS = ['a red cube and a blue ball', 'a blue cube and a red ball']\n" + QUIET, "CLP103", "LABELS ="),
        (HEAD + EVAL + "LABELS = ['a dog', 'a street without a dog']\n" + QUIET, "CLP104", "LABELS ="),
    ],
)  # fmt: skip
def test_faults_are_found_where_they_are(program: str, code: str, word: str) -> None:
    line = next(number for number, text in enumerate(program.splitlines(), 1) if word in text)
    assert (code, line) in codes(program)


def test_one_kind_of_input_runs_one_tower() -> None:
    program = (
        HEAD
        + EVAL
        + 'def f(paths):\n    x = {"vision": data.load_and_transform_vision_data(paths, device)}\n'
    )
    assert ("CLP402", 11) in codes(program + "    return model(x)[ModalityType.VISION]\n")
