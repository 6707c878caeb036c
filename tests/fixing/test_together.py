"""Two fixing runs on one tree at the same time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from killing import contents
from mended import configuration

from clip_lint.engine import run
from clip_lint.engine.funnel import FileResult, lint_bytes
from clip_lint.engine.outcome import Outcome
from clip_lint.engine.project import Project
from clip_lint.fixing.session import fix_tree

if TYPE_CHECKING:
    import pytest


def test_two_fixers_mend_every_file_and_neither_fails(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"m{number}.py").write_bytes(contents(number, 20)[0])
    command = [sys.executable, "-m", "clip_lint", "--fix", "--min-severity=note"]
    command += ["--no-cache", "--isolated", "--quiet", "."]
    runs = [
        subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(2)
    ]
    said = [each.communicate()[0].decode() for each in runs]
    assert [each.returncode for each in runs] == [0, 0], said
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {
        f"m{number}.py": contents(number, 20)[1] for number in range(12)
    }


class Overtaken(Project):
    """A project in which somebody mends a file after it was read and before its fixes are made."""

    def _merged(self, *arguments: Any, **options: Any) -> Outcome:
        file = Path(self.base, "m0.py")
        if file.read_bytes() == contents(0, 20)[0]:
            file.write_bytes(contents(0, 20)[1])
        return super()._merged(*arguments, **options)


def test_what_another_mended_between_reading_and_fixing_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "m0.py").write_bytes(contents(0, 20)[0])
    project = Overtaken(configuration(), str(tmp_path), isolated=True)
    assert fix_tree(project, ["."], unsafe=False).outcome.reported == ()
    assert (tmp_path / "m0.py").read_bytes() == contents(0, 20)[1]


def test_a_file_that_is_written_while_it_is_linted_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "m0.py"
    file.write_bytes(contents(0, 20)[0])

    def overtaken(*arguments: Any) -> FileResult:
        result = lint_bytes(*arguments)
        file.write_bytes(contents(0, 20)[1])
        return result

    monkeypatch.setattr(run, "lint_bytes", overtaken)
    project = Project(configuration(), str(tmp_path), isolated=True)
    assert project.lint(["."]).reported
    assert project.lint(["."]).reported == ()
