"""An architecture is renamed wherever the project goes by it, or nowhere: vectors of two activations must not meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mended import findings, mend

from clip_lint.engine.project import Project
from clip_lint.fixing.session import fix_tree
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage

if TYPE_CHECKING:
    from pathlib import Path

LOAD = "import open_clip\n\nmodel = open_clip.create_model('ViT-B-32', pretrained='openai').eval()\n"
SHARED = (
    "import open_clip\n\nNAME = 'ViT-B-32'\nTAG = f'{NAME}.npy'\n"
    "model = open_clip.create_model(NAME, pretrained='openai').eval()\n"
)


def _fixed(folder: Path) -> set[str]:
    """The files that a fixing run changes."""
    settings = Configuration(Overrides(stage=Stage(select=("CLP306",))), str(folder), isolated=True)
    project = Project(settings, str(folder), isolated=True)
    return {each.name for each in fix_tree(project, ["."], unsafe=True, dry=True).mended}


@pytest.mark.parametrize(
    ("other", "is_mended"),
    [
        ("", True),
        ("import open_clip\n\ntokenizer = open_clip.get_tokenizer('ViT-L-14')\n", True),
        (
            "import open_clip\n\nmodel = open_clip.create_model('ViT-B-32')\nmodel.load_state_dict({})\n",
            False,
        ),
        (
            'import open_clip\n\n\ndef load(name="ViT-B-32"):\n    return open_clip.create_model(name)\n',
            False,
        ),
        ("names = ['ViT-B-32']\n", True),  # nothing of CLIP
    ],
)
def test_a_file_beside_that_goes_by_the_name_keeps_it_everywhere(
    tmp_path: Path, other: str, is_mended: bool
) -> None:
    (tmp_path / "one.py").write_text(LOAD + "torch.save(model.encode_text(words), 'words.pt')\n")
    (tmp_path / "two.py").write_text(other)
    assert ("one.py" in _fixed(tmp_path)) is is_mended


@pytest.mark.parametrize(
    ("uses", "is_mended"),
    [
        ("print(model.encode_text(words).shape)\n", True),
        ("import clip\n\nteacher, _ = clip.load('ViT-B/16')\n", True),
        ("index.add(model.encode_text(words).numpy())\n", False),
        ("model.load_state_dict(torch.load('best.pt'))\n", False),
    ],
)
def test_programs_that_hand_nothing_on_are_mended_alone(tmp_path: Path, uses: str, is_mended: bool) -> None:
    (tmp_path / "one.py").write_text(LOAD + uses)
    (tmp_path / "two.py").write_text("import open_clip\n\nmodel = open_clip.create_model('ViT-B-32')\n")
    assert ("one.py" in _fixed(tmp_path)) is is_mended


def test_a_notebook_beside_counts_as_well(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(LOAD + "torch.save(model.encode_text(words), 'words.pt')\n")
    cell = (
        '{"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": '
        '["import open_clip\\n", "model = open_clip.create_model(\\"ViT-B-32\\")"]}], '
        '"metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    (tmp_path / "two.ipynb").write_text(cell)
    assert not _fixed(tmp_path)


@pytest.mark.parametrize(
    ("more", "is_mended"),
    [
        ("tokenizer = open_clip.get_tokenizer('ViT-B-32')\n", True),
        ("print({'model': 'ViT-B-32'})\n", True),
        ("other = open_clip.create_model('ViT-B-32', pretrained='laion2b_s34b_b79k').eval()\n", True),
        ("other = open_clip.create_model('ViT-B-32', pretrained='openai').eval()\n", True),
        ("other = open_clip.create_model('ViT-B-32', pretrained='runs/best.pt').eval()\n", False),
        ("other = open_clip.create_model('ViT-B-32')\nother.load_state_dict(weights)\n", False),
        ("head = heads['ViT-B-32']\n", False),
        (
            "other = open_clip.create_model('ViT-B-32', pretrained='openai').eval()  # noqa: CLP306\n",
            False,
        ),
    ],
)
def test_all_places_of_a_file_are_mended_or_none(more: str, is_mended: bool) -> None:
    text = LOAD + more
    assert findings(text, "CLP306")
    mended = mend(text, "CLP306")[1]
    assert (mended != text) is is_mended
    assert not is_mended or not findings(mended, "CLP306")


def test_a_name_that_serves_for_more_stays_and_the_call_says_the_activation() -> None:
    mended = mend(SHARED, "CLP306")[1]
    assert mended == SHARED.replace("pretrained='openai'", "pretrained='openai', force_quick_gelu=True")
    assert not findings(mended, "CLP306")


def test_a_name_that_serves_for_more_and_is_imported_stays_with_its_call(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(SHARED)
    (tmp_path / "two.py").write_text(
        "import open_clip\nfrom one import NAME\n\nmodel = open_clip.create_model(NAME, pretrained='openai').eval()\n"
    )
    assert not _fixed(tmp_path)


def test_one_constant_of_a_module_is_changed_for_all_who_import_it(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(SHARED.replace("TAG = f'{NAME}.npy'\n", ""))
    (tmp_path / "two.py").write_text(
        "import open_clip\nfrom one import NAME\n\nmodel = open_clip.create_model(NAME, pretrained='openai').eval()\n"
    )
    assert _fixed(tmp_path) == {"one.py"}
