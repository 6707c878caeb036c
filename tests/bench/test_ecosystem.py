"""The comparison of two versions, with two fake ones: scripts that print what a file holds for the folder they run in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parent / "ecosystem.py"
VERSION = """\
import json, pathlib, sys
said = json.loads(pathlib.Path(__file__).with_suffix(".json").read_text())[pathlib.Path.cwd().name]
sys.stderr.write(said["stderr"])
print(said["stdout"] if "stdout" in said else json.dumps(said["findings"]))
"""


def finding(fingerprint: str, line: int = 1, **other: Any) -> dict[str, Any]:
    place = {"path": "app.py", "cell": None, "start": {"line": line}, "end": {"line": line}}
    return {
        **place,
        "code": "CLP201",
        "severity": "warning",
        "message": f"about {fingerprint}",
        "fingerprint": fingerprint,
        **other,
    }


class Versions:
    """A folder with versions of clip-lint and checkouts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def checkout(self, name: str, text: str = "first\nsecond\nthird\n", file: str = "app.py") -> Path:
        (self.folder / name).mkdir(exist_ok=True)
        (self.folder / name / file).write_text(text)
        return self.folder / name

    def says(self, name: str, *findings: dict[str, Any], stderr: str = "", **other: str) -> str:
        """The command of a version that says this of the checkout "one"."""
        said = {"one": {"findings": findings, "stderr": stderr, **other}}
        (self.folder / name).with_suffix(".json").write_text(json.dumps(said))
        (self.folder / name).with_suffix(".py").write_text(VERSION)
        return f"{sys.executable} {self.folder / name}.py"

    def compare(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(SCRIPT), *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
        )


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    return Versions(tmp_path)


def row(output: str, name: str) -> list[str]:
    """The cells of a table's row."""
    return next(line.split()[1:] for line in output.splitlines() if line.split()[:1] == [name])


def test_findings_come_go_and_change(versions: Versions) -> None:
    one = versions.checkout("one")
    old = versions.says("old", finding("stays"), finding("went", 2), finding("louder", 3))
    new = versions.says(
        "new", finding("came", 1), finding("louder", 3, severity="error"), finding("stays", code="CLP201")
    )
    done = versions.compare(old, new, one)
    assert done.returncode == 0, done.stderr
    assert row(done.stdout, "one")[:5] == ["3", "3", "1", "1", "1"]
    assert row(done.stdout, "CLP201") == ["3", "3", "1", "1", "1"]
    assert "one: + CLP201 warning app.py:1 about came" in done.stdout
    assert "one: - CLP201 warning app.py:2 about went" in done.stdout
    assert "one: ~ CLP201 error app.py:3 (severity) about louder" in done.stdout
    assert "stays" not in done.stdout
    assert all(float(cell) > 0 for cell in row(done.stdout, "one")[5:])


def test_strict_fails_on_differences_only(versions: Versions) -> None:
    one = versions.checkout("one")
    old, new = versions.says("old", finding("a")), versions.says("new", finding("b", 2))
    assert versions.compare(old, new, one, "--strict").returncode == 1
    assert versions.compare(old, old, one, "--strict").returncode == 0


def test_another_fingerprint_on_the_same_line_is_a_change(versions: Versions) -> None:
    one = versions.checkout("one")
    old = versions.says("old", finding("a", 2), finding("b", 3))
    new = versions.says("new", finding("c", 2), finding("d", 3, code="CLP202"))
    output = versions.compare(old, new, one).stdout
    assert "~ CLP201 warning app.py:2 (fingerprint, message) about c" in output
    assert row(output, "CLP201") == ["2", "1", "0", "1", "1"]
    assert row(output, "CLP202") == ["0", "1", "1", "0", "0"]


def test_what_counts_as_changed_can_be_chosen(versions: Versions) -> None:
    one = versions.checkout("one")
    old = versions.says("old", finding("a", fix=None))
    new = versions.says("new", finding("a", message="other words", fix={"edits": []}))
    assert "(message)" in versions.compare(old, new, one).stdout
    assert "(fix)" in versions.compare(old, new, one, "--fields", "fix").stdout
    assert row(versions.compare(old, new, one, "--fields", "severity").stdout, "one")[4] == "0"


def test_one_fingerprint_given_twice_counts_twice(versions: Versions) -> None:
    one = versions.checkout("one")
    old, new = versions.says("old", finding("a")), versions.says("new", finding("a"), finding("a", 2))
    assert row(versions.compare(old, new, one).stdout, "CLP201") == ["1", "2", "1", "0", "0"]


def test_what_a_version_complains_of_comes_and_goes(versions: Versions) -> None:
    one = versions.checkout("one")
    old = versions.says("old", stderr="a.py: no Python\n")
    new = versions.says("new", stderr="b.py: no Python\n")
    output = versions.compare(old, new, one).stdout
    assert "one: + problem b.py: no Python" in output
    assert "one: - problem a.py: no Python" in output
    assert row(output, "one")[:5] == ["0", "0", "1", "1", "0"]


def test_details_show_the_code(versions: Versions) -> None:
    one = versions.checkout("one")
    notebook = {"cells": [{"source": "x"}, {"source": ["in the\n", "notebook\n"]}]}
    versions.checkout("one", json.dumps(notebook), "a.ipynb")
    old = versions.says("old", finding("gone", 2))
    new = versions.says(
        "new",
        finding("gone", 2, message="new words"),
        finding("cell", 2, path="a.ipynb", cell=2),
        finding("lost", path="absent.py"),
    )
    pages = (versions.folder / "changes.md", versions.folder / "changes.json")
    done = versions.compare(old, new, one, "--details", pages[0], "--details", pages[1])
    assert done.returncode == 0, done.stderr
    text = pages[0].read_text()
    assert "message before: about gone" in text
    assert "message after: new words" in text
    assert ">     2 second" in text
    assert "`a.ipynb:cell 2:2`" in text
    assert ">     2 notebook" in text
    assert "cannot be shown" in text
    (checkout,) = json.loads(pages[1].read_text())["checkouts"]
    assert [change["kind"] for change in checkout["changes"]] == ["changed", "came", "came"]


def test_a_long_list_is_cut_and_says_so(versions: Versions) -> None:
    one = versions.checkout("one")
    old, new = versions.says("old"), versions.says("new", *(finding(str(n), n) for n in range(1, 4)))
    output = versions.compare(old, new, one, "--show", "1").stdout
    assert output.count("+ CLP201") == 1
    assert "... and 2 more" in output


def test_kept_runs_stand_for_the_version(versions: Versions) -> None:
    one = versions.checkout("one")
    old, new = versions.says("old", finding("a"), stderr="a.py: bad\n"), versions.says("new", finding("b", 2))
    assert versions.compare(new, old, one, "--keep", "runs").returncode == 0
    assert versions.compare("runs", old, one, "--strict").returncode == 0
    assert row(versions.compare("runs", new, one).stdout, "one")[:5] == ["1", "1", "1", "2", "0"]


def test_a_version_that_does_not_answer_is_no_result(versions: Versions) -> None:
    one = versions.checkout("one")
    old = versions.says("old", finding("a"))
    broken = versions.says("broken", stdout="", stderr="Traceback ...\nKeyError: 'x'\n")
    done = versions.compare(old, broken, one)
    assert done.returncode == 2
    assert "one: exit status 0, no JSON: KeyError: 'x'" in done.stderr
    assert row(done.stdout, "one")[2:5] == ["0", "0", "0"]
    for other in ("no/such/command", "no-such-command"):
        assert versions.compare(old, other, one).returncode == 2
    assert versions.compare(old, broken, one, "--keep", "runs").returncode == 2
    assert "KeyError" in versions.compare("runs", old, one).stderr
    empty = versions.folder / "empty"
    empty.mkdir()
    assert "keeps no usable run of one" in versions.compare(empty, old, one).stderr


def test_a_version_that_hangs_is_ended(versions: Versions) -> None:
    one = versions.checkout("one")
    done = versions.compare(
        f"{sys.executable} -c 'import time; time.sleep(60)'", "no-such-command", one, "--timeout", "0.5"
    )
    assert done.returncode == 2
    assert "timed out" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent"], "no such folder"),
        (["one", "two/one"], "several checkouts are called one"),
        (["one", "--fields", "message,colour"], "--fields: colour not among"),
        (["one", "--details", "page.txt"], "neither .md nor .json"),
    ],
)
def test_wrong_arguments_are_told(versions: Versions, arguments: list[str], message: str) -> None:
    versions.checkout("one")
    (versions.folder / "two").mkdir()
    (versions.folder / "two/one").mkdir()
    done = versions.compare("old", "new", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
