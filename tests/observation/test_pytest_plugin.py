"""`pytest --clip-lint` on a little project with its own tests: what the run shows is told, and decides the exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

pytest.importorskip("torch")

HERE = Path(__file__).parent
PLUGIN = "clip_lint.observation.pytest_plugin"
SEARCH = """\
import clip
import torch

model, preprocess = clip.load("ViT-B/32", device="cpu")


@torch.no_grad()
def embed(texts):
    return model.encode_text(clip.tokenize(texts, truncate=True))


@torch.no_grad()
def rank(query, captions):
    wanted, given = embed([query]), embed(captions)
    return (wanted @ given.T)[0].argsort(descending=True).tolist()


def never():
    return embed(["a boat"]) @ embed(["a ship"]).T
"""
TESTS = """\
import search


def test_the_same_caption_comes_first():
    assert len(search.rank("a photo of a boat", ["a photo of a boat", "a photo of a very long train"])) == 2
"""
CONFTEST = """\
import sys

import stand_ins

sys.modules.update(stand_ins.modules())
"""
NORMALISED = SEARCH.replace(
    "    return model.encode_text(clip.tokenize(texts, truncate=True))\n",
    "    found = model.encode_text(clip.tokenize(texts, truncate=True))\n"
    "    torch.nn.functional.normalize(found, dim=-1, out=found)\n"
    "    return found\n",
)
Writer = Callable[[Mapping[str, str | bytes]], Path]


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": f"{HERE.parent}{os.pathsep}{folder}",
        "XDG_CONFIG_HOME": os.devnull,
    }
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", PLUGIN, "-p", "no:cacheprovider", *words],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def _project(write: Writer, program: str = SEARCH) -> Path:
    return write(
        {"search.py": program, "test_search.py": TESTS, "conftest.py": CONFTEST, "pytest.ini": "[pytest]\n"}
    )


def test_a_finding_that_the_tests_show_is_observed_and_fails_the_run(write: Writer) -> None:
    done = _run(_project(write), "--clip-lint", "--clip-lint-json", "seen.json")
    assert done.returncode == 1
    assert "1 passed" in done.stdout
    assert "search.py:15:13: CLP201 observed: the vectors have lengths of " in done.stdout
    assert "2 findings: 1 observed, 0 contradicted, 1 not reached" in done.stdout


def test_a_program_that_does_it_right_shows_nothing(write: Writer) -> None:
    done = _run(_project(write, NORMALISED), "--clip-lint")
    assert done.returncode == 0
    assert "0 observed" in done.stdout


def test_the_report_is_written_as_json(write: Writer) -> None:
    folder = _project(write)
    assert _run(folder, "--clip-lint=report", "--clip-lint-json", "seen.json").returncode == 0
    told = json.loads((folder / "seen.json").read_text())
    assert [(each["code"], each["start"]["line"], each["run"]) for each in told["findings"]] == [
        ("CLP201", 15, "observed"),
        ("CLP201", 19, "not reached"),
    ]
    assert told["fails"] is True
    assert told["missed"] == []


def test_without_the_option_nothing_is_watched_and_nothing_is_said(write: Writer) -> None:
    done = _run(_project(write))
    assert done.returncode == 0
    assert "clip-lint" not in done.stdout


def test_workers_send_what_they_saw(write: Writer) -> None:
    pytest.importorskip("xdist")
    done = _run(_project(write), "-p", "xdist", "-n", "1", "--clip-lint")
    assert done.returncode == 1
    assert "search.py:15:13: CLP201 observed" in done.stdout


def test_the_plugin_alone_imports_nothing_heavy() -> None:
    code = f"import {PLUGIN}, sys; print(sorted({{'torch', 'numpy', 'libcst', 'click', 'rich'}} & {{*sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HERE.parent.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
