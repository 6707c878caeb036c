"""Copies of libraries are known by where they lie, by what lies beside them, by their classes and by their own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from clip_lint.knowledge.copies import _is_repository, is_copied, lies_in_copy


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


@pytest.mark.parametrize(
    ("build", "text", "package"),
    [
        ("pyproject.toml", '[project]\nname = "open_clip_torch"\n', "src/open_clip"),
        (
            "setup.py",
            'from setuptools import setup\nsetup(\n    name="clip",\n    py_modules=["clip"],\n)\n',
            "clip",
        ),
        ("setup.cfg", "[metadata]\nname = sentence-transformers\n", "sentence_transformers"),
    ],
)
def test_the_repository_of_a_library_in_a_project(
    tmp_path: Path, build: str, text: str, package: str
) -> None:
    """All of it is the library's: scripts, tutorials and tests too. The project's own file beside it is not."""
    top = tmp_path / "theirs"
    top.mkdir()
    (top / build).write_text(text)
    name = "theirs/tutorials/run.py"
    assert not _lies(tmp_path, name)
    _is_repository.cache_clear()
    assert _lies(tmp_path, name, (f"theirs/{package}/__init__.py",))
    assert not _lies(tmp_path, "search.py")
    assert not lies_in_copy(str(top / "tutorials" / "run.py"), "tutorials/run.py")


@pytest.mark.parametrize("name", ["clip-search", "open_clip_service", "search"])
def test_a_part_of_the_project_with_a_name_of_its_own_is_none(tmp_path: Path, name: str) -> None:
    part = tmp_path / "service"
    part.mkdir()
    (part / "pyproject.toml").write_text(f'[project]\nname = "{name}"\n')
    assert not _lies(tmp_path, "service/search.py", ("service/open_clip/__init__.py",))


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
