"""The baseline: known findings do not count, new ones do, and the file only shrinks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scratch import clip_lint, module, places

from clip_lint.engine.baseline import Entry, read_baseline, remaining, write_baseline
from clip_lint.settings.model import ConfigError

if TYPE_CHECKING:
    from conftest import Writer

FILE = "clip-lint-baseline.json"
CONFIG = f'[tool.clip-lint]\nbaseline = "{FILE}"\n'


def entries(top: Path) -> list[tuple[str, str]]:
    return [(entry.path, entry.code) for entry in read_baseline(str(top / FILE))]


@pytest.fixture
def adopted(write: Writer) -> Path:
    """A project with three known findings."""
    top = write({"pyproject.toml": CONFIG, "app/a.py": module("cat", "dog"), "app/b.py": module("cow")})
    created = clip_lint(top, "baseline", "create", status=0)
    assert created.stdout == f"3 known findings in {FILE}.\n"
    return top


def test_known_findings_do_not_count(adopted: Path) -> None:
    done = clip_lint(adopted, status=0)
    assert done.stdout == "Found nothing in 2 files.\n3 known findings left out: the baseline holds them.\n"
    assert entries(adopted) == [("app/a.py", "CLP204")] * 2 + [("app/b.py", "CLP204")]


def test_only_what_is_new_fails(adopted: Path) -> None:
    text = (adopted / "app/a.py").read_text()
    (adopted / "app/a.py").write_text("import os\n\n" + text + module("hen").removeprefix(module()))
    assert places(adopted) == ["app/a.py:28 CLP204"]
    clip_lint(adopted, status=1)
    assert places(adopted / "app") == ["a.py:28 CLP204"], "wherever the command runs"
    assert places(adopted, "app/b.py") == []


def test_known_findings_can_be_shown(adopted: Path) -> None:
    shown = json.loads(clip_lint(adopted, "--show-suppressed", "--output-format", "json", status=0).stdout)
    assert [each["suppressed"] for each in shown] == [True] * 3
    sarif = json.loads(clip_lint(adopted, "--show-suppressed", "--output-format", "sarif").stdout)
    assert {each["suppressions"][0]["kind"] for each in sarif["runs"][0]["results"]} == {"external"}


def test_create_refuses_to_replace(adopted: Path) -> None:
    (adopted / "app/c.py").write_text(module("pig"))
    refused = clip_lint(adopted, "baseline", "create", status=2)
    assert refused.stderr.count("\n") == 1
    assert "--force" in refused.stderr
    assert len(entries(adopted)) == 3
    clip_lint(adopted, "baseline", "create", "--force", status=0)
    assert len(entries(adopted)) == 4


def test_update_drops_what_is_gone_and_adds_nothing(adopted: Path) -> None:
    (adopted / "app/a.py").write_text(module("dog", "hen"))
    done = clip_lint(adopted, "baseline", "update", status=0)
    assert done.stdout == f"1 finding gone, 2 left in {FILE}.\n"
    assert entries(adopted) == [("app/a.py", "CLP204"), ("app/b.py", "CLP204")]
    assert places(adopted) == ["app/a.py:19 CLP204"]


def test_update_of_some_paths_leaves_the_others(adopted: Path) -> None:
    for name in ("app/a.py", "app/b.py"):
        (adopted / name).write_text("x = 1\n")
    clip_lint(adopted / "app", "baseline", "update", "b.py", status=0)
    assert entries(adopted) == [("app/a.py", "CLP204")] * 2


def test_update_keeps_what_it_cannot_read(adopted: Path) -> None:
    (adopted / "app/a.py").write_text(module("cat") + "\ndef broken(:\n")
    (adopted / "app/b.py").unlink()
    done = clip_lint(adopted, "baseline", "update", status=2)
    assert "app/a.py" in done.stderr
    assert entries(adopted) == [("app/a.py", "CLP204")] * 2


def test_update_keeps_what_stands_in_a_cell_that_it_left_out(write: Writer) -> None:
    """The cell says nothing of CLIP itself, so that the run is not called a failure."""
    cells = [
        'labels = ["a photo of two dogs", "a photo of three dogs"]',
        "import clip\nmodel, ready = clip.load('ViT-B/32')\nrows = model.encode_text(clip.tokenize(labels))",
    ]

    def notebook(first: str) -> str:
        held = [{"cell_type": "code", "source": each} for each in (first, cells[1])]
        return json.dumps({"cells": held, "metadata": {}})

    top = write({"n.ipynb": notebook(cells[0])})
    clip_lint(top, "baseline", "create", status=0)
    before = entries(top)
    assert ("n.ipynb", "CLP101") in before
    (top / "n.ipynb").write_text(notebook(cells[0].removesuffix("]")))
    clip_lint(top, "baseline", "update", status=0)
    assert entries(top) == before


def test_prune_drops_files_and_rules_that_are_gone(adopted: Path) -> None:
    (adopted / "app/b.py").unlink()
    (adopted / "app/a.py").write_text("x = 1\n")
    text = (adopted / FILE).read_text()
    (adopted / FILE).write_text(text.replace('"CLP204"', '"CLP999"', 1))
    done = clip_lint(adopted, "baseline", "prune", status=0)
    assert done.stdout == f"2 findings gone, 1 left in {FILE}.\n"
    assert entries(adopted) == [("app/a.py", "CLP204")], "only update lints"


def test_a_baseline_of_ones_own(write: Writer) -> None:
    top = write({"a.py": module("cat"), "b.py": module("cat")})
    made = clip_lint(top, "baseline", "create", "a.py", "--baseline", "known.json", status=0)
    assert 'baseline = "known.json"' in made.stdout
    assert places(top, "--baseline", "known.json") == ["b.py:12 CLP204"]
    assert len(places(top)) == 2


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "no such baseline"),
        ("{", "not a baseline"),
        ("<<<<<<< HEAD\n{}\n", "not a baseline"),
        ("[]", "not a baseline"),
        ('{"clip-lint-baseline": 2, "findings": []}', "is not 1"),
        ('{"clip-lint-baseline": 1, "findings": 3}', "no list"),
        ('{"clip-lint-baseline": 1, "findings": [{"path": "a.py", "code": 3}]}', "finding 1 lacks"),
        ("[" * 100_000, "not a baseline"),
    ],
)
def test_bad_baselines_are_one_clear_line(write: Writer, content: str | None, complaint: str) -> None:
    top = write({"a.py": "x = 1\n"} | ({} if content is None else {FILE: content}))
    for arguments in (["--baseline", FILE], ["baseline", "update"], ["baseline", "prune"]):
        done = clip_lint(top, *arguments, status=2)
        assert complaint in done.stderr
        assert done.stderr.count("\n") == 1


def test_bad_calls_are_one_clear_line(adopted: Path) -> None:
    for arguments, complaint in (
        (["create", "gone.py", "--force"], "gone.py"),
        (["update", "gone.py"], "gone.py"),
        (["create", "--baseline", "gone/x.json"], "cannot be written"),
        (["update", "--config", "x.toml", "--isolated"], "exclude each other"),
        (["grow"], "grow"),
    ):
        done = clip_lint(adopted, "baseline", *arguments, status=2)
        assert complaint in done.stderr
        assert done.stderr.count("\n") == 1, done.stderr
    assert len(entries(adopted)) == 3


ENTRIES = st.lists(
    st.builds(Entry, st.sampled_from("abc"), st.sampled_from(["CLP201", "CLP204"]), st.sampled_from("123456"), st.text())
)  # fmt: skip


@settings(deadline=None)
@given(ENTRIES, ENTRIES, st.sets(st.sampled_from("abc")), st.sets(st.sampled_from("abc")))
def test_a_ratchet_never_grows(
    before: list[Entry], found: list[Entry], linted: set[str], exists: set[str]
) -> None:
    left = remaining(before, found, linted, exists)
    assert set(left) <= set(before)
    assert remaining(left, found, linted, exists) == left


@settings(deadline=None)
@given(ENTRIES)
def test_files_hold_what_was_written(tmp_path_factory: pytest.TempPathFactory, some: list[Entry]) -> None:
    path = tmp_path_factory.getbasetemp() / "written.json"
    write_baseline(str(path), some)
    assert read_baseline(str(path)) == tuple(sorted(set(some)))
    assert path.read_bytes().isascii()


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / FILE
    write_baseline(str(path), [])

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(ConfigError, match="No space left"):
        write_baseline(str(path), [Entry("a", "CLP201", "1", "m")])
    assert read_baseline(str(path)) == ()
    assert [each.name for each in tmp_path.iterdir()] == [FILE]
