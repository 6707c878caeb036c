"""The labels as the model reads them, and items in batches: forms of code that a repair takes, and those that it leaves."""

from __future__ import annotations

import pytest
from mended import findings, mend

HEAD = """\
import clip
import torch
from PIL import Image

model, preprocess = clip.load("ViT-B/32")
pixels = preprocess(Image.open("x.jpg")).unsqueeze(0)
"""
ASK = "with torch.no_grad():\n    out = model(pixels, clip.tokenize({}))\nprint(out[0].argmax())\n"
KEYS = 'labels = ["using_laptop", "drinking_coffee", "talking_on_phone"]\n'


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("labels", '[f"a photo of a {label}." for label in labels]'),
        ("list(labels)", '[f"a photo of a {label}." for label in labels]'),
        ("(labels)", '[f"a photo of a {label}." for label in labels]'),
        (
            "labels if 1 else 0",
            '[f"a photo of a {label}." for label in (labels if 1 else 0)]',
        ),
        ("[x for x in labels]", '[f"a photo of a {x}." for x in labels]'),
        ("[(x) for x in labels]", '[f"a photo of a {x}." for x in labels]'),
    ],
)
def test_a_template_goes_round_labels_of_several_spellings(written: str, left: str) -> None:
    program = HEAD + 'labels = ["dog", "crane", "boxer"]\n' + ASK
    assert mend(program.format(written), "CLP110")[1] == program.format(left)


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ('[f"a {x}" for x in labels]', "[f\"a {x.replace('_', ' ')}\" for x in labels]"),
        ("[f'a {x}' for x in labels]", '[f\'a {x.replace("_", " ")}\' for x in labels]'),
        ('[f"a {x!s}" for x in labels]', "[f\"a {x.replace('_', ' ')!s}\" for x in labels]"),
        ('[f"a { x :>20}" for x in labels]', "[f\"a { x.replace('_', ' ') :>20}\" for x in labels]"),
        ('[f"a {x.lower()}" for x in labels]', "[f\"a {x.replace('_', ' ').lower()}\" for x in labels]"),
        ('["a " + x for x in labels]', '["a " + x.replace("_", " ") for x in labels]'),
        ("labels", '[label.replace("_", " ") for label in labels]'),
    ],
)
def test_keys_become_words_where_they_are_filled_in(written: str, left: str) -> None:
    program = HEAD + KEYS + ASK.replace("{}", "@")
    assert mend(program.replace("@", written), "CLP112")[1] == program.replace("@", left)


@pytest.mark.parametrize(
    "written", ['[f"{SHORT[x]} {x}" for x in labels]', '[f"a {x}" for x in labels if x != "using_laptop"]']
)
def test_keys_that_something_is_looked_up_by_stay(written: str) -> None:
    program = HEAD + KEYS + "SHORT = dict.fromkeys(labels, 'a')\n" + ASK.replace("{}", written)
    assert findings(program, "CLP112")
    assert mend(program, "CLP112")[1] == program


BY_ONE = """\
from PIL import Image
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("clip-ViT-B-32")
paths = ["a.jpg", "b.jpg", "c.jpg"]
rows = []
"""


@pytest.mark.parametrize(
    ("written", "left"),
    [
        (
            "for path in paths:\n    rows.append(model.encode(Image.open(path)))  # one by one\n",
            "rows.extend(model.encode([Image.open(path) for path in paths]))  # one by one\n",
        ),
        (
            "for path in paths:\n    # slow\n    rows.append(model.encode(Image.open(path)))\n",
            "# slow\nrows.extend(model.encode([Image.open(path) for path in paths]))\n",
        ),
        (
            "rows = [\n    model.encode(Image.open(path))\n    for path in paths\n]\n",
            "rows = list(model.encode([Image.open(path) for path in paths]))\n",
        ),
        (
            "for path in paths:  # all of them\n    rows.append(model.encode(Image.open(path)))\n",
            "for path in paths:  # all of them\n    rows.append(model.encode(Image.open(path)))\n",
        ),
        (
            "rows = {path: model.encode(Image.open(path)) for path in paths}\n",
            "rows = {path: model.encode(Image.open(path)) for path in paths}\n",
        ),
    ],
)
def test_one_call_for_all_keeps_every_comment(written: str, left: str) -> None:
    assert findings(BY_ONE + written, "CLP403")
    assert mend(BY_ONE + written, "CLP403", width=88)[1] == BY_ONE + left


ROUND = "for path in paths:\n    rows.append(model.encode(Image.open(path)))\n"


@pytest.mark.parametrize(
    "program",
    [
        f"{ROUND}print(path)\n",
        f"def last():\n    return path\n\n\n{ROUND}print(last())\n",
        f"try:\n    print(1 / len(rows))\nexcept ZeroDivisionError:\n    print(path)\n{ROUND}",
        ROUND.replace("path in", "(path,) in") + "print([path])\n",
    ],
)
def test_a_loop_whose_variable_is_read_elsewhere_stays(program: str) -> None:
    repair, mended = mend(BY_ONE + program, "CLP403")
    assert not repair.refused
    assert mended == BY_ONE + program


@pytest.mark.parametrize(
    "more", ["for path in paths:\n    print(path)\n", "print([path for path in paths])\n", "path = 1\n"]
)
def test_a_variable_that_others_give_a_value_of_their_own_holds_no_loop_back(more: str) -> None:
    assert mend(BY_ONE + more + ROUND, "CLP403")[1].count("rows.extend(") == 1
    assert mend(BY_ONE + ROUND + more, "CLP403")[1].count("rows.extend(") == 1


LOOP = """\
    pixels = preprocess(Image.open(path)).unsqueeze(0)
    with torch.no_grad():
        rows.append(model.encode_image(pixels))
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "print(torch.cat(rows), pixels.shape)\n"),
        ("", "def last():\n    return pixels\n\n\nprint(torch.cat(rows), last())\n"),
        ("", "print(torch.cat(rows), len(rows))\n"),
        ("", "print(torch.stack(rows))\n"),
        ("rows = list(other)\n", "print(torch.cat(rows))\n"),
    ],
)
def test_a_loop_whose_rounds_matter_stays(before: str, after: str) -> None:
    program = HEAD + "rows = []\n" + before + 'for path in ["a.jpg", "b.jpg"]:\n' + LOOP + after
    assert findings(program, "CLP403")
    assert mend(program, "CLP403")[1] == program


def test_a_name_unpacked_beside_a_list_is_no_list() -> None:
    program = (
        HEAD
        + "paths, other = find(), []\nrows = []\nfor path in paths:\n"
        + LOOP
        + "print(torch.cat(rows))\n"
    )
    assert "items = list(paths)\n" in mend(program, "CLP403")[1]
