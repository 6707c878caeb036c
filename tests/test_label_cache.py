"""Findings kept between runs hold as long as the label files, and the programs that write them, stay as they were."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from clip_lint.api import lint_paths
from clip_lint.engine import cache as cache_module
from clip_lint.engine import files as engine
from clip_lint.engine.funnel import default_steps

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'import csv, json, sys, yaml\nimport clip\n\nmodel, _ = clip.load("ViT-B/32")\n'
USE = "model.encode_text(clip.tokenize([f'a photo of {{each}}' for each in {}]))\n"
FILES = {
    "labels.txt": ('open("labels.txt").read().splitlines()', "{}\n{}\n"),
    "labels.json": ('json.load(open("labels.json"))', '["{}", "{}"]'),
    "labels.yaml": ('yaml.safe_load(open("labels.yaml"))', "- {}\n- {}\n"),
    "labels.csv": ('[row["name"] for row in csv.DictReader(open("labels.csv"))]', "id,name\n1,{}\n2,{}\n"),
    "kinds/labels_of_ponds.txt": (
        'open("kinds/labels_of_" + sys.argv[1] + ".txt").read().splitlines()',
        "{}\n{}\n",
    ),
}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read anew, in order."""
    steps = default_steps()
    files: list[str] = []

    def reading(source: Any, *rest: Any) -> Any:
        files.append(source.path)
        return steps.read(source, *rest)

    monkeypatch.setattr(engine, "default_steps", lambda: dataclasses.replace(steps, read=reading))
    monkeypatch.setattr(cache_module, "_SETTLED_NS", -1)
    return files


def lint(top: Path) -> list[tuple[str, str]]:
    result = lint_paths([top], base=top, isolated=True, cache=True, select=["CLP101"])
    assert not result.problems
    return [(finding.code, finding.place.path) for finding in result.findings]


@pytest.mark.parametrize("name", FILES)
def test_a_changed_label_file_outdates_what_was_found(tmp_path: Path, read: list[str], name: str) -> None:
    opened, form = FILES[name]
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(form.format("a pond", "a meadow"), encoding="utf-8")
    (tmp_path / "app.py").write_text(HEAD + USE.format(opened), encoding="utf-8")
    assert lint(tmp_path) == []
    assert lint(tmp_path) == []
    assert read == ["app.py"]
    (tmp_path / name).write_text(form.format("two ponds", "nine ponds"), encoding="utf-8")
    assert lint(tmp_path) == [("CLP101", "app.py")]
    (tmp_path / name).unlink()
    assert lint(tmp_path) == []
    (tmp_path / name).write_text(form.format("two ponds", "nine ponds"), encoding="utf-8")
    assert lint(tmp_path) == lint(tmp_path) == [("CLP101", "app.py")]
    assert read == ["app.py"] * 4


def test_another_file_that_fits_outdates_what_was_found(tmp_path: Path, read: list[str]) -> None:
    opened, form = FILES["kinds/labels_of_ponds.txt"]
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds/labels_of_ponds.txt").write_text(form.format("a pond", "a meadow"), encoding="utf-8")
    (tmp_path / "app.py").write_text(HEAD + USE.format(opened), encoding="utf-8")
    assert lint(tmp_path) == lint(tmp_path) == []
    (tmp_path / "kinds/labels_of_seas.txt").write_text(form.format("two seas", "six seas"), encoding="utf-8")
    assert lint(tmp_path) == [("CLP101", "app.py")]
    assert read == ["app.py"] * 2


def test_the_program_that_writes_a_label_file_is_part_of_what_was_read(
    tmp_path: Path, read: list[str]
) -> None:
    opened, form = FILES["labels.txt"]
    (tmp_path / "labels.txt").write_text(form.format("two wide ponds", "nine wide ponds"), encoding="utf-8")
    (tmp_path / "app.py").write_text(HEAD + USE.format(opened), encoding="utf-8")
    assert lint(tmp_path) == [("CLP101", "app.py")]
    maker = 'with open("labels.txt", "w") as out:\n    print("two wide ponds", "nine wide ponds", file=out)\n'
    (tmp_path / "make.py").write_text(maker, encoding="utf-8")
    assert lint(tmp_path) == lint(tmp_path) == [("CLP101", "make.py")]
    (tmp_path / "make.py").write_text(maker.replace("wide", "wild"), encoding="utf-8")
    assert lint(tmp_path) == [("CLP101", "app.py")]
    assert read == ["app.py"] * 3
