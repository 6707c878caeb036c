"""What is open, linted together, without an editor around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol.types import Position as ClientPosition
from scenes_of_code import CALLER, GRADIENTS, HELPER, MENDED_HELPER, RAW

from clip_lint.core.finding import Finding
from clip_lint.core.place import Position
from clip_lint.engine import run as run_module
from clip_lint.engine.funnel import lint_bytes
from clip_lint.engine.task import Task
from clip_lint.server.open_files import Desk, Opened
from clip_lint.server.positions import Lines
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage


def opened(folder: Path, **files: str) -> list[Opened]:
    return [Opened(str(folder / f"{name}.py"), text.encode(), str(folder)) for name, text in files.items()]


def codes(desk: Desk, documents: list[Opened]) -> list[list[str]]:
    report = desk.lint(documents)
    return [[each.code for each in report.findings[document.path]] for document in documents]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read, as they are."""
    names: list[str] = []
    real = lint_bytes

    def counted(task: Task, *rest: object) -> object:
        names.append(Path(task.path).name)
        return real(task, *rest)  # type: ignore[arg-type]  # handed through as they came

    monkeypatch.setattr(run_module, "lint_bytes", counted)
    return names


def test_every_beginning_of_a_program(tmp_path: Path) -> None:
    """Half a program is never a fault of ours, and never held to account for its comments."""
    desk = Desk()
    text = RAW.replace("argmax()", "argmax()  # noqa: CLP303")
    assert codes(desk, opened(tmp_path, a=text)) == [["CLP201", "CLP001"]]
    for end in range(0, len(text), 3):
        documents = opened(tmp_path, a=text[:end])
        report = desk.lint(documents)
        for problem in report.problems.get(documents[0].path, ()):
            assert "fault" not in problem.message
            assert report.findings[documents[0].path] == ()


def test_only_what_changed_is_read_again(tmp_path: Path, read: list[str]) -> None:
    desk = Desk()
    assert codes(desk, opened(tmp_path, caller=CALLER, helper=HELPER, other=GRADIENTS)) == [
        ["CLP201"], [], ["CLP402"],
    ]  # fmt: skip
    assert sorted(read) == ["caller.py", "helper.py", "other.py"]
    read.clear()
    assert codes(desk, opened(tmp_path, caller=CALLER, helper=HELPER, other="import clip\n")) == [
        ["CLP201"], [], [],
    ]  # fmt: skip
    assert read == ["other.py"]
    read.clear()
    assert codes(desk, opened(tmp_path, caller=CALLER, helper=MENDED_HELPER)) == [[], []]
    assert sorted(read) == ["caller.py", "helper.py"]
    read.clear()
    assert codes(desk, opened(tmp_path, caller=CALLER)) == [[]], "the helper was never saved"
    assert read == ["caller.py"]
    read.clear()
    (tmp_path / "helper.py").write_text(HELPER, encoding="utf-8")
    assert codes(desk, opened(tmp_path, caller=CALLER)) == [["CLP201"]]
    assert read == ["caller.py"]


def test_versions_and_settings_are_part_of_it(tmp_path: Path) -> None:
    desk = Desk()
    documents = opened(tmp_path, a=RAW.replace(".pooler_output", ""))
    (tmp_path / "requirements.txt").write_text("transformers==5.1\n", encoding="utf-8")
    assert "CLP307" in codes(desk, documents)[0]
    (tmp_path / "requirements.txt").write_text("transformers==4.50\n", encoding="utf-8")
    assert "CLP307" in codes(desk, documents)[0], "nobody said yet that it changed"
    desk.refresh()
    assert "CLP307" not in codes(desk, documents)[0]
    desk.configure(Overrides({}, Stage(ignore=("CLP",))), str(tmp_path))
    assert codes(desk, documents) == [[]]


def test_a_faulty_configuration_leaves_the_one_before(tmp_path: Path) -> None:
    desk = Desk()
    configuration = tmp_path / "clip-lint.toml"
    configuration.write_text("select = 3\n", encoding="utf-8")
    documents = opened(tmp_path, a=RAW)
    report = desk.lint(documents)
    assert "must be a list" in report.complaint
    assert not report.findings
    assert not desk.is_proved(documents, desk_finding(tmp_path))
    configuration.write_text("ignore = ['CLP201']\n", encoding="utf-8")
    assert codes(desk, documents) == [[]]
    configuration.write_text("ignore = ['CLP777']\n", encoding="utf-8")
    report = desk.lint(documents)
    assert "CLP777" in report.complaint
    assert report.findings[documents[0].path] == ()


def desk_finding(folder: Path) -> Finding:
    """The finding in RAW, from a desk of its own elsewhere."""
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "clip-lint.toml").touch()
    (document,) = opened(elsewhere, a=RAW)
    (finding,) = Desk().lint([document]).findings[document.path]
    return finding


@pytest.mark.parametrize(
    ("encoding", "units"),
    [("utf-8", [0, 1, 5, 7, 8]), ("utf-16", [0, 1, 3, 4, 5]), ("utf-32", [0, 1, 2, 3, 4])],
)
def test_columns_there_and_back(encoding: str, units: list[int]) -> None:
    lines = Lines("x\r\na\N{GRINNING FACE}\xe9b\ry\f\x85z", encoding)
    for column, unit in enumerate(units, 1):
        assert lines.to_client(Position(2, column)) == ClientPosition(1, unit)
        assert lines.from_client(ClientPosition(1, unit)) == Position(2, column)
    assert lines.from_client(ClientPosition(2, 3)).line == 3
    assert lines.to_client(Position(9, 1)).line == 2
    assert lines.from_client(ClientPosition(9, 9)).line == 3
    assert lines.text(3) == "y\f\x85z"
    assert lines.text(9) == ""


def test_inside_a_character() -> None:
    assert Lines("\N{GRINNING FACE}b").from_client(ClientPosition(0, 1)) == Position(1, 1)
