"""A variable in a text stands for some thing: what is written around it is read all the same."""

from __future__ import annotations

import pytest

from clip_lint.api import lint_source

pytestmark = pytest.mark.usefixtures("nothing_around")

PROGRAM = """\
import clip
import torch

model, preprocess = clip.load("ViT-B/32")


@torch.no_grad()
def scores(pixels, thing, other, n, names):
    texts = {texts}
    logits, _ = model(pixels, clip.tokenize(texts))
    return logits.softmax(dim=-1)
"""


def told(texts: str, *, above: str = "error") -> dict[str, str]:
    """The codes of that severity, each with its message."""
    found = lint_source(PROGRAM.format(texts=texts), isolated=True).findings
    return {each.code: each.message for each in found if str(each.severity) == above}


@pytest.mark.parametrize(
    ("texts", "code", "shown"),
    [
        ('[f"a photo of two {thing}s", f"a photo of three {thing}s"]', "CLP101", "`a photo of two {thing}s`"),
        ('["a shelf with " + thing, "a shelf with no " + thing]', "CLP104", "`a shelf with no {thing}`"),
        (
            '["a shelf with {}".format(thing), "a shelf without {}".format(thing)]',
            "CLP104",
            "without {thing}",
        ),
        ('[f"a {thing} left of a {other}", f"a {thing} right of a {other}"]', "CLP102", "left of"),
        (
            '[f"a {thing} on a {other}", f"a {other} on a {thing}"]',
            "CLP106",
            "`{thing}` and `{other}` change places",
        ),
        ('[f"a red {thing} and a blue {other}", f"a blue {thing} and a red {other}"]', "CLP103", "{other}"),
    ],
)
def test_what_differs_around_the_same_variable(texts: str, code: str, shown: str) -> None:
    assert shown in told(texts).get(code, "")


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ('[f"two {thing}s"]', "CLP101"),
        ('[f"a {thing} to the left of a {other}"]', "CLP102"),
        ('[f"a red {thing} and a blue {other}"]', "CLP103"),
        ('[f"a photo of {k} boats" for k in range(n)]', "CLP101"),
        ('[f"a photo of {k} small boats" for k in range(1, n + 1)]', "CLP101"),
    ],
)
def test_what_one_text_asks_for(texts: str, code: str) -> None:
    assert code in told(texts, above="warning")


@pytest.mark.parametrize(
    "texts",
    [
        # Other variables: nobody knows what differs.
        '[f"a red {thing}", f"a blue {other}"]',
        '[f"two {thing}s", f"three {other}s"]',
        '[f"a street with {thing}", f"a street with no {other}"]',
        # A number of its own, and no number of things.
        '[f"a photo of {thing}, number {k}" for k in range(n)]',
        '[f"a photo of {names[k]} and other boats" for k in range(n)]',
        '[f"a photo of a {thing}", f"a drawing of a {thing}"]',
        '[f"a photo of a {n} dog", f"a photo of a {n} cat"]',
    ],
)
def test_what_a_variable_may_be_is_not_guessed(texts: str) -> None:
    assert not {"CLP101", "CLP102", "CLP103", "CLP104", "CLP106"} & told(texts).keys()


def test_no_word_of_ours_is_shown() -> None:
    texts = (
        '[f"a {thing} left of a {other}", f"a {other} left of a {thing}", f"two {thing}s", f"three {thing}s"]'
    )
    found = lint_source(PROGRAM.format(texts=texts), isolated=True).findings
    said = [each.message for each in found] + [other.message for each in found for other in each.related]
    assert found
    assert not any(word in each for each in said for word in ("qx", "qz", "12 boats"))
