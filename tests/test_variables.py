"""What the environment says: after the options, before the configuration; and no linted tree has a say in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from quick import clip_lint

from clip_lint.settings.schema import reference
from clip_lint.settings.variables import VARIABLES

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Writer

FAULT = "import clip\nmodel, preprocess = clip.load('ViT-B/32')\nx = model.encode_text(clip.tokenize(['a'])).cpu().numpy()\n"


@pytest.fixture
def top(write: Writer) -> Path:
    return write({"a.py": FAULT, "clip-lint.toml": 'output-format = "markdown"\ncache-dir = "of-the-tree"\n'})


def test_the_format(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIP_LINT_OUTPUT_FORMAT", "json")
    assert json.loads(clip_lint(top, status=1).stdout)
    assert clip_lint(top, "--output-format", "concise", status=1).stdout.startswith("a.py:3:")
    inline = clip_lint(top, "--config", "output-format = 'concise'", status=1)
    assert inline.stdout.startswith("a.py:3:")
    monkeypatch.setenv("CLIP_LINT_OUTPUT_FORMAT", "jsonl sarif:found.sarif")
    assert json.loads(clip_lint(top, status=1).stdout.splitlines()[0])
    assert json.loads((top / "found.sarif").read_text())["runs"]
    monkeypatch.setenv("CLIP_LINT_OUTPUT_FORMAT", "sariff")
    assert "did you mean" in clip_lint(top, status=2).stderr.lower()
    monkeypatch.setenv("CLIP_LINT_OUTPUT_FORMAT", "")
    assert clip_lint(top, status=1).stdout.startswith("#")


def test_the_cache(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIP_LINT_CACHE_DIR", "mine")
    clip_lint(top, status=1)
    assert (top / "mine").is_dir()
    assert not (top / "of-the-tree").exists()
    clip_lint(top, "clean", status=0)
    assert not (top / "mine").exists()
    clip_lint(top, "--cache-dir", "other", status=1)
    assert (top / "other").is_dir()
    clip_lint(top, "--config", "cache-dir = 'inline'", status=1)
    assert (top / "inline").is_dir()
    for word in ("1", "true", "YES", "on"):
        monkeypatch.setenv("CLIP_LINT_NO_CACHE", word)
        clip_lint(top, status=1)
        assert not (top / "mine").exists()
    clip_lint(top, "--cache", status=1)
    assert (top / "mine").is_dir()
    for word in ("0", "false", "", "Off"):
        monkeypatch.setenv("CLIP_LINT_NO_CACHE", word)
        monkeypatch.setenv("CLIP_LINT_CACHE_DIR", f"kept-{word}")
        clip_lint(top, status=1)
        assert (top / f"kept-{word}").is_dir()
    monkeypatch.setenv("CLIP_LINT_NO_CACHE", "perhaps")
    done = clip_lint(top, status=2)
    assert done.stderr == "clip-lint: CLIP_LINT_NO_CACHE is true or false, not 'perhaps'\n"


def test_all_are_told(top: Path) -> None:
    text = clip_lint(top, "--help", status=0).stdout
    for name in VARIABLES:
        assert name in text
        assert f"- `{name}`: " in reference()


@pytest.mark.parametrize("name", [".env", ".envrc", "clip-lint.env", ".clip-lint.toml", "pyproject.toml", "sitecustomize.py"])  # fmt: skip
def test_the_linted_tree_sets_none(write: Writer, name: str) -> None:
    """Not in the files that shells and other tools read them from, nor as keys."""
    lines = "\n".join(f'{each} = "1"' for each in VARIABLES)
    text = (
        f"import os\nos.environ['CLIP_LINT_OUTPUT_FORMAT'] = 'json'\n{lines}\n"
        if name.endswith(".py")
        else lines
    )
    text = f"[tool.clip-lint]\n{lines}\n" if name == "pyproject.toml" else text
    top = write({"a.py": FAULT, name: text})
    done = clip_lint(top, "--no-cache", "--output-format", "concise")
    if name.endswith(".toml"):
        assert "unknown key" in done.stderr
        assert done.status == 2
    else:
        assert done.stdout.startswith("a.py:3:")
