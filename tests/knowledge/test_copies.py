"""Copies of libraries are known by where they lie, by what lies beside them, by their classes and by their own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from clip_lint.knowledge.copies import is_copied, lies_in_copy


def _lies(top: Path, name: str, beside: tuple[str, ...] = ()) -> bool:
    for each in beside:
        path = top / each
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return lies_in_copy(str(top / name), name)


@pytest.mark.parametrize(
    "name",
    [
        "third_party/see/embed.py",
        "app/vendor/see.py",
        "Vendored/see.py",
        "external/a/b/c.py",
        "src/_vendor/see/run.py",
    ],
)
def test_folders_for_what_others_wrote(tmp_path: Path, name: str) -> None:
    assert _lies(tmp_path, name)


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("clip/clip.py", ("clip/simple_tokenizer.py", "clip/model.py")),
        ("lib/CLIP/train/run.py", ("lib/CLIP/simple_tokenizer.py", "lib/CLIP/clip.py")),
        (
            "open_clip/zero_shot.py",
            ("open_clip/factory.py", "open_clip/tokenizer.py", "open_clip/transform.py"),
        ),
        ("models/blip_itm.py", ("models/blip.py", "models/med.py")),
        ("src/model.py", ("src/simple_tokenizer.py", "src/model.py")),
        (
            "lavis/models/blip/run.py",
            ("lavis/common/registry.py", "lavis/models/base_model.py", "lavis/processors"),
        ),
    ],
)
def test_files_that_lie_together_in_a_library(tmp_path: Path, name: str, beside: tuple[str, ...]) -> None:
    assert _lies(tmp_path, name, beside)


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("search.py", ("simple_tokenizer.py", "model.py")),
        ("src/search.py", ("src/simple_tokenizer.py", "src/model.py")),
        ("app/search.py", ("clip/simple_tokenizer.py", "clip/model.py")),
        ("clip_search/app.py", ("clip_search/model.py",)),
        ("models/search.py", ("models/blip.py", "models/med.py")),
        ("app/vendors.py", ()),
    ],
)
def test_what_lies_beside_a_copy_is_none(tmp_path: Path, name: str, beside: tuple[str, ...]) -> None:
    assert not _lies(tmp_path, name, beside)


def test_where_the_project_lies_says_nothing(tmp_path: Path) -> None:
    assert not lies_in_copy(str(tmp_path / "third_party" / "app" / "search.py"), "search.py")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "class ResidualAttentionBlock(Module):\n    pass\n\n\nclass ModifiedResNet(Module):\n    pass\n",
            True,
        ),
        ("class SimpleTokenizer:\n    pass\n", False),
        ("# Copied from https://github.com/openai/CLIP\nimport torch\n", True),
        ('"""Taken from mlfoundations/open_clip with small changes."""\n', True),
        ("# See https://github.com/openai/CLIP\nimport torch\n", False),
        ("import torch\n\n# The addresses are taken from https://github.com/salesforce/BLIP.\n", False),
        ("# The pictures are copied to the GPU, then CLIP reads them.\n", False),
        ("from see import ResidualAttentionBlock, ModifiedResNet\n", False),
    ],
)
def test_what_a_file_tells_of_itself(text: str, *, wanted: bool) -> None:
    assert is_copied(text) is wanted
