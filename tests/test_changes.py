"""`--diff-base` and `--changed-only`: what git says changed, through the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from scratch import clip_lint, commit, git, module, places

from clip_lint.engine.git import changes_since

if TYPE_CHECKING:
    from conftest import Writer


@pytest.fixture
def repository(write: Writer) -> Path:
    top = write({"a.py": module("cat", "dog"), "sub/b.py": module("cow"), "c.py": "x = 1\n"})
    commit(top)
    return top


def replaced(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


def test_only_changed_lines_are_reported(repository: Path) -> None:
    assert places(repository, "--diff-base", "HEAD") == []
    replaced(repository / "a.py", "dog_logits", "hound_logits")
    assert places(repository, "--diff-base", "HEAD") == ["a.py:19 CLP204"]
    commit(repository)
    assert places(repository, "--diff-base", "HEAD") == []
    assert places(repository, "--diff-base", "HEAD~1") == ["a.py:19 CLP204"]
    assert len(places(repository)) == 3


def test_a_changed_line_that_explains_a_finding_counts(repository: Path) -> None:
    replaced(
        repository / "a.py",
        "cat_logits = model(**inputs).logits_per_image",
        "cat_logits = model(**inputs) .logits_per_image",
    )
    assert places(repository, "--diff-base", "HEAD") == ["a.py:12 CLP204"]


def test_new_files_count_whether_git_knows_them_or_not(repository: Path) -> None:
    (repository / "new.py").write_text(module("hen"))
    (repository / "staged.py").write_text(module("pig"))
    (repository / "ignored.py").write_text(module("rat"))
    (repository / ".gitignore").write_text("ignored.py\n")
    git(repository, "add", "staged.py")
    assert places(repository, "--diff-base", "HEAD", "--no-respect-gitignore") == [
        "new.py:12 CLP204",
        "staged.py:12 CLP204",
    ]


def test_a_renamed_file_counts_by_its_changed_lines(repository: Path) -> None:
    git(repository, "mv", "a.py", "moved file.py")
    assert places(repository, "--diff-base", "HEAD") == []
    replaced(repository / "moved file.py", "cat_logits", "kitten_logits")
    assert places(repository, "--diff-base", "HEAD") == ["moved file.py:12 CLP204"]
    assert len(places(repository, "--changed-only")) == 2


@pytest.mark.parametrize(
    "name", ['"q".py', "tab\t.py", "nöë.py", "back\\slash.py", "b/+++ b.py", "- x.py", "new\nline.py"]
)
def test_odd_names(repository: Path, name: str) -> None:
    path = repository / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(module("cat", "dog"))
    commit(repository)
    replaced(path, "cat_logits", "kitten_logits")
    found = json.loads(
        clip_lint(repository, "--diff-base", "HEAD", "--output-format", "json", status=1).stdout
    )
    assert [(each["path"], each["start"]["line"]) for each in found] == [(name, 12)]


def test_content_that_looks_like_a_patch_does_not_mislead(repository: Path) -> None:
    path = repository / "a.py"
    trap = '"""\n++ b/c.py\n-- a/c.py\n@@ -1 +1,99 @@\ndiff --git a/c.py b/c.py\n"""\n'
    path.write_text(trap + path.read_text().rstrip("\n"))
    commit(repository)
    path.write_text(
        path.read_text().replace("++ b/c.py", "++ b/sub/b.py").replace("dog_logits", "hound_logits")
    )
    changed = changes_since(None, str(repository))
    assert changed.files == {str(path.resolve()): ((2, 2), (24, 25))}


def test_a_deleted_line_changes_those_around_it(repository: Path) -> None:
    replaced(repository / "a.py", module("cat").splitlines()[10] + "\n", "")
    changed = changes_since(None, str(repository))
    assert changed.files == {str((repository / "a.py").resolve()): ((10, 11),)}


def test_it_counts_from_where_the_branch_began(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "-b", "topic")
    replaced(repository / "a.py", "dog_logits", "hound_logits")
    commit(repository)
    git(repository, "checkout", "--quiet", "-")
    replaced(repository / "sub/b.py", "cow_logits", "bull_logits")
    commit(repository)
    main = git(repository, "rev-parse", "HEAD").strip()
    git(repository, "checkout", "--quiet", "topic")
    assert places(repository, "--diff-base", main) == ["a.py:19 CLP204"]


def test_notebooks_count_by_the_lines_of_their_cells(write: Writer) -> None:
    lines = module("cat", "dog").splitlines(keepends=True)
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": part}
        for part in (lines[:5], lines[5:12], lines[12:])
    ]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    top = write({"n.ipynb": json.dumps(book, indent=1)})
    commit(top)
    replaced(top / "n.ipynb", '"execution_count": null', '"execution_count": 7')
    assert places(top, "--diff-base", "HEAD") == []
    replaced(top / "n.ipynb", "dog_logits", "hound_logits")
    assert places(top, "--diff-base", "HEAD") == ["n.ipynb:cell 3:7 CLP204"]


def test_changed_files_alone_are_linted(repository: Path) -> None:
    replaced(repository / "sub/b.py", "cow_logits", "bull_logits")
    assert clip_lint(repository, "--changed-only").stdout.splitlines()[-1] == "Found 1 error in 1 file."
    assert places(repository / "sub", "--changed-only") == ["b.py:12 CLP204"]
    assert places(repository, "--changed-only", "a.py") == []
    commit(repository)
    done = clip_lint(repository, "--changed-only", status=0)
    assert done.stderr == "clip-lint: no changed Python files or notebooks here\n"
    assert places(repository, "--changed-only", "--diff-base", "HEAD~1") == ["sub/b.py:12 CLP204"]


def test_changed_files_can_be_fixed_and_paths_that_are_missing_are_told(repository: Path) -> None:
    replaced(repository / "c.py", "x = 1", "x = 1  # clip-lint: ignore[CLP201]")
    clip_lint(repository, "--changed-only", "--fix", status=0)
    assert (repository / "c.py").read_text() == "x = 1\n"
    assert "gone.py" in clip_lint(repository, "--changed-only", "gone.py", status=2).stderr


def test_before_the_first_commit_everything_is_new(write: Writer) -> None:
    top = write({"a.py": module("cat"), "b.py": module("dog")})
    git(top, "init", "--quiet")
    git(top, "add", "a.py")
    assert places(top, "--changed-only") == ["a.py:12 CLP204", "b.py:12 CLP204"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--diff-base", "nonsense"], "git knows no revision 'nonsense'"),
        (["--diff-base", "--output=x"], "'--output=x' is not a revision"),
        (["--diff-base=-x"], "'-x' is not a revision"),
        (["--diff-base", ""], "'' is not a revision"),
        (["--diff-base", "HEAD", "--fix"], "add --changed-only"),
        (["--diff-base", "HEAD", "-"], "standard input"),
        (["--changed-only", "-"], "standard input"),
        (["--diff-base", "stranger"], "no commit in common"),
    ],
)
def test_bad_values_are_one_clear_line(repository: Path, arguments: list[str], complaint: str) -> None:
    git(repository, "checkout", "--quiet", "--orphan", "stranger")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "other")
    git(repository, "checkout", "--quiet", "main")
    done = clip_lint(repository, *arguments, status=2)
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (repository / "x").exists()


def test_outside_a_repository(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    top = write({"a.py": "x = 1\n"})
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(top.parent))
    done = clip_lint(top, "--changed-only", status=2)
    assert "not a git repository" in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "git is not installed" in clip_lint(repository, "--changed-only", status=2).stderr


def test_nothing_of_the_repository_is_run(repository: Path) -> None:
    for key in ("core.fsmonitor", "diff.external", "core.pager"):
        git(repository, "config", key, "touch ran-it; true")
    (repository / ".gitattributes").write_text("*.py diff=own\n")
    git(repository, "config", "diff.own.textconv", "touch ran-it; cat")
    git(repository, "config", "diff.own.command", "touch ran-it; true")
    replaced(repository / "a.py", "dog_logits", "hound_logits")
    assert places(repository, "--diff-base", "HEAD") == ["a.py:19 CLP204"]
    assert not (repository / "ran-it").exists()
