"""The snippets that `clip-lint query` prints: each one runs, and names nothing but what its record says."""

from __future__ import annotations

import ast
import re
import socket
import warnings
from importlib.resources import files
from typing import TYPE_CHECKING, NoReturn

import pytest
import tiny_models

from clip_lint.alternatives import ALTERNATIVES, BY_CODE, Alternative
from clip_lint.rulebook import load_rules

if TYPE_CHECKING:
    from pathlib import Path

INSTALLED_BY = {
    "torch": "torch", "PIL": "pillow", "transformers": "transformers", "cv2": "opencv-python-headless", "insightface": "insightface",
    "easyocr": "easyocr",
}  # fmt: skip
"""The package that brings each imported module."""

STANDARD = {"collections", "pathlib"}
OFFLINE = [alternative for alternative in ALTERNATIVES if alternative.checkpoint in tiny_models.CHECKPOINTS]


def modules(alternative: Alternative) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(alternative.snippet)):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found - STANDARD


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=lambda each: each.key)
def test_the_install_line_brings_what_the_snippet_imports(alternative: Alternative) -> None:
    packages = alternative.install.removeprefix("pip install ").split()
    assert {INSTALLED_BY[module] for module in modules(alternative)} <= set(packages)


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=lambda each: each.key)
def test_checkpoint_and_topic_are_named_as_they_are(alternative: Alternative) -> None:
    named = set(re.findall(r'"([\w.-]+/[\w.-]+)"', alternative.snippet))
    assert not alternative.checkpoint or alternative.checkpoint in named
    assert named <= set(tiny_models.CHECKPOINTS)
    assert files("clip_lint.references").joinpath(f"{alternative.topic}.md").is_file()


def test_keys_are_unique_and_codes_exist() -> None:
    assert len({alternative.key for alternative in ALTERNATIVES}) == len(ALTERNATIVES)
    assert set(BY_CODE) <= set(load_rules())
    assert {alternative for found in BY_CODE.values() for alternative in found} <= set(ALTERNATIVES)


def test_all_but_the_two_that_need_other_packages_run_here() -> None:
    assert {alternative.key for alternative in ALTERNATIVES} - {
        alternative.key for alternative in OFFLINE
    } == {"faces", "reader"}


@pytest.mark.parametrize("alternative", OFFLINE, ids=lambda each: each.key)
def test_the_snippet_runs(
    alternative: Alternative,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On tiny models with random weights, found by name below the current folder."""

    def refuse(*_: object) -> NoReturn:
        pytest.fail("the snippet opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    for name in tiny_models.CHECKPOINTS:
        if name in alternative.snippet:
            tiny_models.build(name, tmp_path)
    for name in ("image.jpg", "labelled/first/1.jpg", "labelled/first/2.jpg", "labelled/second/1.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        tiny_models.draw(tmp_path / name, len(name))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(alternative.snippet, alternative.key, "exec"), {"__name__": alternative.key})  # noqa: S102 - our own text
    assert capsys.readouterr().out.strip() or alternative.key == "boxes"
