"""`clip-lint libraries`: the list, the check of a table of one's own, and what a wrong table stops."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scratch import clip_lint

GOOD = 'package = "shopvision"\n[calls]\n"shopvision.load" = { op = "load", mode = "eval", family = "clip" }\n[methods.model]\nshow = { op = "encode", modality = "image" }\n'
SLIP = GOOD.replace("mode =", "moed =")


def test_the_list_names_packages_versions_and_your_own(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(GOOD)
    (tmp_path / "pyproject.toml").write_text('[tool.clip-lint]\nextra-libraries = ["own.toml"]\n')
    rows = json.loads(clip_lint(tmp_path, "libraries", "--output-format", "json", status=0).stdout)
    found = {row["package"]: row for row in rows}
    assert found["open_clip"]["distribution"] == "open-clip-torch"
    assert found["open_clip"]["checked"] == {"open-clip-torch": "3.3.0"}
    assert found["open_clip"]["calls"] > 10
    assert found["shopvision"] | {"table": ""} == {
        "package": "shopvision", "distribution": "shopvision", "also": [], "calls": 2, "checked": {}, "table": "", "is_own": False, "pack": "",
    }  # fmt: skip
    text = clip_lint(tmp_path, "libraries", status=0).stdout
    assert len(text.splitlines()) == len(rows) + 1
    assert "your own" in next(line for line in text.splitlines() if line.startswith("shopvision"))


def test_a_check_as_json(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(GOOD)
    found = json.loads(
        clip_lint(tmp_path, "libraries", "check", "own.toml", "--output-format", "json", status=0).stdout
    )
    assert found["errors"] == []
    assert [entry["name"] for entry in found["entries"]] == ["shopvision.load", "model.show"]
    (tmp_path / "own.toml").write_text(SLIP)
    found = json.loads(
        clip_lint(tmp_path, "libraries", "check", "own.toml", "--output-format", "json", status=2).stdout
    )
    (error,) = found["errors"]
    assert error["line"] == 3
    assert error["key"] == 'calls."shopvision.load".moed'
    assert "did you mean `mode`?" in error["message"]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (GOOD + '[methods.tokenizer]\n__call__ = { op = "tokenize" }\n', "no call or class of this table makes a tokenizer"),
        (GOOD.replace("[methods.model]", "[methods.processor]").replace("encode", "process").replace(', modality = "image"', ""), "a model is made, but no `methods.model`"),
        (GOOD.replace('mode = "eval", ', ""), "give `mode`"),
        (GOOD.replace("shopvision.load", "othershop.load"), "name its package in `also`"),
        (GOOD + '[classes]\nShop = { kind = "model", family = "clip" }\n', "`factory.names` does not say"),
    ],
)  # fmt: skip
def test_what_looks_forgotten_is_noted(tmp_path: Path, text: str, note: str) -> None:
    (tmp_path / "own.toml").write_text(text)
    assert note in clip_lint(tmp_path, "libraries", "check", "own.toml", status=0).stdout


@pytest.mark.parametrize("broken", [SLIP, "package = ", "\xff"])
def test_a_wrong_table_stops_every_run_with_status_two(tmp_path: Path, broken: str) -> None:
    (tmp_path / "own.toml").write_bytes(broken.encode("latin-1"))
    (tmp_path / "a.py").write_text("import shopvision\n")
    (tmp_path / "pyproject.toml").write_text('[tool.clip-lint]\nextra-libraries = ["own.toml"]\n')
    for arguments in (["a.py"], ["check", "."], ["libraries"]):
        done = clip_lint(tmp_path, *arguments, status=2)
        assert "own.toml" in done.stderr
        assert "fault" not in done.stderr


def test_operations_are_explained(tmp_path: Path) -> None:
    assert "modality" in clip_lint(tmp_path, "libraries", "operations", "encode", status=0).stdout
    assert len(clip_lint(tmp_path, "libraries", "operations", status=0).stdout.splitlines()) > 50
    assert (
        "did you mean 'encode'?" in clip_lint(tmp_path, "libraries", "operations", "encod", status=2).stderr
    )
    (one,) = json.loads(
        clip_lint(tmp_path, "libraries", "operations", "grad", "--output-format", "json", status=0).stdout
    )
    assert one["constants"]["on"]["means"]
