"""A cosine is a cosine however it is written: dividing by the lengths later takes the comparison of raw vectors back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from spellings import HEAD, NUMPY, across_files, cosines, in_helper
from test_flow import lint

if TYPE_CHECKING:
    from pathlib import Path

SPELLINGS = cosines()
MANY, SOME = SPELLINGS[::5], SPELLINGS[::37]
"""Steps that share no factor with the numbers of parts, so that every part occurs with many others."""


def codes(folder: Path, **files: str) -> set[str]:
    """The codes of CLP2xx found in ``program``; every file is written first."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return set().union(*lint(folder).values())


def test_there_are_hundreds_of_spellings() -> None:
    assert len(SPELLINGS) > 500
    assert len({each.name for each in SPELLINGS}) == len(SPELLINGS)


def test_a_cosine_is_no_raw_comparison(tmp_path: Path) -> None:
    found = [each.name for each in MANY if "CLP201" in codes(tmp_path, program=each.cosine)]
    assert not found


def test_softmax_of_a_cosine_lacks_the_scale(tmp_path: Path) -> None:
    softmax = "probs = torch.softmax(torch.as_tensor(sim), dim=-1)\nprint(probs.tolist())\n"
    sets = [each for each in MANY[::3] if "words[0]" not in each.setup]
    wrong = {
        each.name: found
        for each in sets
        if (found := codes(tmp_path, program=each.cosine + softmax)) != {"CLP202"}
    }
    assert not wrong


def test_without_the_division_it_is_one(tmp_path: Path) -> None:
    products = {each.raw: each for each in SPELLINGS}.values()
    assert len(products) > 20
    missed = [each.name for each in products if "CLP201" not in codes(tmp_path, program=each.raw)]
    assert not missed


def test_a_helper_changes_nothing(tmp_path: Path) -> None:
    found = [each.name for each in SOME if "CLP201" in codes(tmp_path, program=in_helper(each))]
    assert not found


def test_another_file_changes_nothing(tmp_path: Path) -> None:
    found = []
    for each in SOME:
        files = {name.removesuffix(".py"): text for name, text in across_files(each).items()}
        found += [each.name] * ("CLP201" in codes(tmp_path, **files))
    assert not found


@pytest.mark.parametrize(
    "lines",
    [
        "sim = (picture @ words.T) / picture.norm(dim=-1, keepdim=True)",
        "sim = (picture @ words.T) / 100",
        "temperature = float(input())\nsim = (picture @ words.T) / temperature",
    ],
)
def test_dividing_by_something_else_leaves_it(lines: str, tmp_path: Path) -> None:
    assert "CLP201" in codes(tmp_path, program=f"{HEAD}{lines}\n")


@pytest.mark.parametrize(
    "lines",
    [
        "from stored import lengths\nsim = (picture @ words.T) / (norm(picture) * lengths)",
        "from stored import lengths\nsim = (picture @ words.T) / lengths",
        "norms = np.load('norms.npy')\nsim = (picture @ words.T) / norms",
    ],
)
def test_lengths_from_elsewhere_are_believed(lines: str, tmp_path: Path) -> None:
    assert not codes(tmp_path, program=f"{HEAD}{NUMPY}{lines}\n")


def test_vectors_of_one_encoder_each_have_their_length(tmp_path: Path) -> None:
    program = HEAD + (
        "def embed(path):\n"
        "    with torch.no_grad():\n"
        "        return model.encode_image(preprocess(Image.open(path)).unsqueeze(0)).cpu().numpy()[0]\n"
        "a, b = embed('a.jpg'), embed('b.jpg')\n"
        "print(a @ b / (norm(a) * norm(b)))\n"
    )
    assert not codes(tmp_path, program=program)
