"""What no round of repairs may change, told from the two programs alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from clip_lint.codemods.invariants import violation
from clip_lint.core.finding import Edit
from clip_lint.core.place import Position
from clip_lint.source.model import Source

PROGRAM = """\
import clip
import torch

model, preprocess = clip.load("ViT-B/32")  # the model


def embed(x):
    first = model.encode_image(x)
    second = first + 1
    return second


print(embed(1))
"""


def said(old: str, new: str, *, is_imported: bool = False, program: str = PROGRAM) -> str | None:
    """What is said of an edit that puts ``new`` where ``old`` stands."""
    start = program.index(old)
    line, column = program[:start].count("\n") + 1, start - (program.rfind("\n", 0, start) + 1) + 1
    end = start + len(old)
    end_line, end_column = program[:end].count("\n") + 1, end - (program.rfind("\n", 0, end) + 1) + 1
    edit = Edit(Position(line, column), Position(end_line, end_column), new, 0)
    after = program[:start] + new + program[end:]
    before = Source("a.py", Path("a.py"), program)
    return violation(before, Source("a.py", Path("a.py"), after), (edit,), lambda: is_imported)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("model.encode_image(x)", "model.encode_image(x).float()"),
        (
            "    first = model.encode_image(x)\n",
            "    with torch.no_grad():\n        first = model.encode_image(x)\n",
        ),
        ("import torch\n", "import torch\nimport numpy as np\n"),
        ("\n\ndef embed", "\n\ndef helper(first):\n    return first\n\n\ndef embed"),
    ],
)
def test_what_is_repaired_may_change(old: str, new: str) -> None:
    assert said(old, new) is None


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("  # the model", "", "the comment '# the model' would be lost"),
        (
            "    first = model.encode_image(x)\n",
            "    other = model.encode_image(x)\n",
            "first would not be defined",
        ),
        ("import torch\n", "import torch\n\nprint = None\n", "print means something else already"),
        ("    second = first + 1\n    return", "    return", "second would not be defined"),
        (
            "    second = first + 1\n",
            "    if x:\n        second = first + 1\n    ",
            "would run elsewhere",
        ),
    ],
)
def test_what_is_not_repaired_may_not(old: str, new: str, reason: str) -> None:
    assert reason in (said(old, new) or "nothing was said")


def test_a_module_that_others_import_keeps_its_names() -> None:
    program = "a = 1\nb = 2\n"
    assert said("a = 1", "c = 1", program=program) is None
    assert said("a = 1", "c = 1", program=program, is_imported=True) == (
        "a, which another file may import, would not be defined any more"
    )


def test_a_gradient_that_is_taken_is_not_switched_off() -> None:
    program = PROGRAM.replace("print(embed(1))", "embed(1).sum().backward()")
    new = "    with torch.no_grad():\n        first = model.encode_image(x)\n"
    assert "a gradient is taken" in (said("    first = model.encode_image(x)\n", new, program=program) or "")


@pytest.mark.parametrize(
    "program",
    [
        "labels = ['a']\nrows = embed(labels)\nfor label in labels:\n    print(label)\n",
        "labels = ['a']\nrows = embed(labels)\n\n\ndef show(label):\n    print(label)\n",
        "labels = ['a']\nrows = embed(labels)\nprint([label for label in labels])\n",
        "label = 'a'\nlabels = [label]\nrows = embed(labels)\n",
    ],
)
def test_a_name_of_a_comprehension_is_its_own(program: str) -> None:
    new = "[f'a photo of a {label}.' for label in labels]"
    assert said("embed(labels)", f"embed({new})", program=program) is None


def test_a_name_that_a_comprehension_reads_is_not_bound_in_it() -> None:
    program = "label, labels = 'a', ['b']\nrows = [embed(label, each) for each in labels]\n"
    new = "[embed(label, label) for label in labels]"
    assert said("[embed(label, each) for each in labels]", new, program=program) == (
        "label means something else already"
    )
