from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from clip_lint.cli import main as cli
from clip_lint.report.pages import references, section, standing_alone


def written(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.cli, ["skill", *arguments], standalone_mode=False)
    said = result.exception.format_message() if isinstance(result.exception, click.ClickException) else ""
    return (2 if result.exception else result.return_value), said


def test_the_decision_tree_is_that_of_the_references(tmp_path: Path) -> None:
    folder = tmp_path / "skills" / "choosing-models"
    assert written(str(folder)) == (0, "")
    text = (folder / "SKILL.md").read_text(encoding="utf-8")
    assert text.startswith("---\nname: choosing-models\ndescription: ")
    assert len(text.split("\n")[2]) < 1024 + len("description: ")
    tree = section(references()["alternatives"], "The decision tree")
    assert len(re.findall(r"^\d+\. ", tree, re.MULTILINE)) >= 10
    assert standing_alone(tree) in text
    assert not re.search(r"\]\((?!https?:)", text), "nothing lies beside it that a link could lead to"
    for topic in re.findall(r"clip-lint explain ([a-z]\w+)", text):
        assert topic in references() or topic == "counting"
    assert "below" not in tree, "what stands elsewhere on its page is not here"
    assert not re.search(r"\[\d", text) or "clip-lint explain alternatives` lists the sources" in text


def test_a_foreign_file_stays(tmp_path: Path) -> None:
    assert written(str(tmp_path)) == (0, "")
    assert written(str(tmp_path)) == (0, ""), "its own file may be written anew"
    path = tmp_path / "SKILL.md"
    path.write_text("mine", encoding="utf-8")
    status, said = written(str(tmp_path))
    assert status == 2
    assert "--force" in said
    assert path.read_text(encoding="utf-8") == "mine"
    assert written(str(tmp_path), "--force") == (0, "")
    assert "decision tree" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["Some Folder", "über", "a" * 65])
def test_a_folder_whose_name_is_no_name(tmp_path: Path, name: str) -> None:
    assert written(str(tmp_path / name)) == (0, "")
    assert "\nname: clip-lint\n" in (tmp_path / name / "SKILL.md").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, said = written(str(tmp_path / "file" / "below"))
    assert status == 2
    assert "cannot be written" in said
