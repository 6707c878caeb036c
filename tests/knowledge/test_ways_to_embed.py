"""Whatever library or service gives the vectors, the plain faults are found, and right programs left alone."""

from __future__ import annotations

import pytest
from ways import WAYS, Way

from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage

DIVIDED = {
    "torch": "    {0} = {0} / {0}.norm(dim=-1, keepdim=True)\n",
    "numpy": "    {0} = {0} / np.linalg.norm({0}, axis=-1, keepdims=True)\n",
}
SOFTMAX = {"torch": "({}).softmax(dim=-1)", "numpy": "softmax({}, axis=-1)"}
PLAIN = ["a photo of a lemon", "a photo of a spoon", "a photo of a chair"]
COUNTED = ["a photo of one lemon", "a photo of two lemons", "a photo of three lemons"]


def program(way: Way, labels: list[str], last: str) -> str:
    """A program that compares pictures with labels, and returns ``last``."""
    return (
        "import numpy as np\nimport torch\nfrom PIL import Image\nfrom scipy.special import softmax\n"
        f"{way.setup}\ntorch.set_grad_enabled(False)\npaths = ['a.jpg', 'b.jpg']\n"
        f"images = [Image.open(path).convert('RGB') for path in paths]\nLABELS = {labels!r}\n\n"
        f"def run():\n    pictures = {way.image}\n    texts = {way.text}\n"
        f"{DIVIDED[way.array].format('pictures')}{DIVIDED[way.array].format('texts')}"
        f"    scores = pictures @ texts.T\n    return {last}\n"
    )


def codes(text: str) -> set[str]:
    """What is found, notes included."""
    overrides = Overrides({"min_severity": Severity.NOTE, "preview": True}, Stage(select=("ALL",)))
    outcome = lint_text(text.encode(), "example.py", Configuration(overrides, "/nowhere", isolated=True), "/nowhere", isolated=True)  # fmt: skip
    assert not outcome.problems
    return {each.code for each in outcome.reported}


@pytest.mark.parametrize("name", WAYS)
def test_a_count_in_the_labels_is_found(name: str) -> None:
    assert "CLP101" in codes(program(WAYS[name], COUNTED, "scores.argmax(-1)"))


@pytest.mark.parametrize("name", WAYS)
def test_a_softmax_of_plain_cosines_is_found(name: str) -> None:
    way = WAYS[name]
    assert codes(program(way, PLAIN, SOFTMAX[way.array].format("scores"))) & {"CLP202", "CLP205"}


@pytest.mark.parametrize("name", WAYS)
def test_a_softmax_over_one_label_is_found(name: str) -> None:
    way = WAYS[name]
    assert "CLP204" in codes(program(way, PLAIN[:1], SOFTMAX[way.array].format("100.0 * scores")))


@pytest.mark.parametrize("name", WAYS)
def test_a_right_program_is_left_alone(name: str) -> None:
    way = WAYS[name]
    found = codes(program(way, PLAIN, SOFTMAX[way.array].format("100.0 * scores")))
    assert not {code for code in found if code.startswith("CLP1") or code in {"CLP307", "CLP402"}}
    assert not found & {"CLP201", "CLP202", "CLP203", "CLP204", "CLP208", "CLP209"}
