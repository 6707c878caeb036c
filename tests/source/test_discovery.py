from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.source.discovery import Discovery, discover

if TYPE_CHECKING:
    from conftest import Writer


def found(top: Path, *paths: str, **settings: Any) -> Discovery:
    configuration = Configuration(
        Overrides(settings), str(top), isolated=not (top / "pyproject.toml").exists()
    )
    return discover(paths or (".",), configuration, str(top))


def names(top: Path, *paths: str, **settings: Any) -> list[str]:
    return [target.name for target in found(top, *paths, **settings).targets]


def test_folders_give_python_files_and_notebooks_in_order(write: Writer) -> None:
    top = write(
        dict.fromkeys(("b.py", "a/x.pyi", "a/n.ipynb", "a/y.txt", "c/d/e.py", "README.md", "a.py"), "")
    )
    assert names(top) == ["a.py", "b.py", "a/n.ipynb", "a/x.pyi", "c/d/e.py"]


def test_a_file_named_by_hand_is_taken_whatever_its_suffix_and_once(write: Writer) -> None:
    top = write({"script": "", "a.py": ""})
    assert names(top, "script", "a.py", ".", "./a.py") == ["script", "a.py"]


def test_globs_are_expanded_where_the_shell_did_not(write: Writer) -> None:
    top = write({"src/a/x.py": "", "src/y.py": "", "src/z.txt": "", "odd[1].py": ""})
    assert names(top, "src/**/*.py") == ["src/a/x.py", "src/y.py"]
    assert names(top, "odd[1].py") == ["odd[1].py"]


@pytest.mark.parametrize(
    ("path", "message"),
    [("gone.py", "no such file or folder"), ("*.pyx", "matches no file"), ("a\0b", "no such file")],
)
def test_paths_that_stand_for_nothing_are_missing_and_the_others_stay(
    write: Writer, path: str, message: str
) -> None:
    top = write({"a.py": ""})
    result = found(top, path, "a.py")
    assert [target.name for target in result.targets] == ["a.py"]
    assert [problem.path for problem in result.missing] == [path]
    assert message in result.missing[0].message


def test_files_outside_keep_their_absolute_name(write: Writer) -> None:
    top = write({"in/a.py": "", "out/b.py": ""})
    assert names(top / "in", str(top / "out")) == [str(top / "out/b.py")]


def test_ruffs_default_folders_are_left_out(write: Writer) -> None:
    top = write(
        {"a.py": "", ".venv/x.py": "", "node_modules/x.py": "", "p/build/x.py": "", "builder/x.py": ""}
    )
    assert names(top) == ["a.py", "builder/x.py"]


def test_exclude_replaces_and_extend_exclude_adds(write: Writer) -> None:
    top = write({"a.py": "", "build/x.py": "", "gen/x.py": "", "gen/y_pb2.py": "", "b_pb2.py": ""})
    assert names(top, exclude=("gen",)) == ["a.py", "b_pb2.py", "build/x.py"]
    assert names(top, extend_exclude=("*_pb2.py",)) == ["a.py", "gen/x.py"]
    assert names(top, extend_exclude=("gen/x.py", "/nowhere")) == ["a.py", "b_pb2.py", "gen/y_pb2.py"]


def test_force_exclude_holds_for_named_paths_too(write: Writer) -> None:
    top = write({"gen/x.py": "", "a.py": ""})
    assert names(top, "gen/x.py", "a.py", extend_exclude=("gen",)) == ["gen/x.py", "a.py"]
    assert names(top, "gen/x.py", "gen", "a.py", extend_exclude=("gen",), force_exclude=True) == ["a.py"]


def test_gitignore_holds_at_every_level(write: Writer) -> None:
    top = write(
        {
            ".git/HEAD": "",
            ".git/info/exclude": "private.py\n",
            ".gitignore": "*.gen.py\n/only_top.py\nskipped/\n# comment\n\n!kept.gen.py\n",
            "a.gen.py": "", "kept.gen.py": "", "only_top.py": "", "private.py": "", "b.py": "",
            "sub/.gitignore": "!a.gen.py\nlocal.py\n",
            "sub/a.gen.py": "", "sub/b.gen.py": "", "sub/local.py": "", "sub/only_top.py": "",
            "skipped/x.py": "",
        }
    )  # fmt: skip
    assert names(top) == ["b.py", "kept.gen.py", "sub/a.gen.py", "sub/only_top.py"]
    assert names(top / "sub", ".") == [
        "a.gen.py",
        "only_top.py",
    ]  # the rules above the linted folder hold too
    assert "private.py" in names(top, respect_gitignore=False)
    assert names(top, "a.gen.py") == ["a.gen.py"]  # named by hand


def test_a_repository_inside_starts_anew_and_outside_of_one_only_own_rules_hold(write: Writer) -> None:
    top = write({".gitignore": "*.py\n", "a.py": "", "inner/.git/HEAD": "", "inner/b.py": ""})
    assert names(top / "inner") == ["b.py"]
    assert names(top) == ["inner/b.py"]


def test_an_ignored_folder_named_by_hand_is_walked(write: Writer) -> None:
    top = write({".git/HEAD": "", ".gitignore": "/env/\n*.gen.py\n", "env/lib/a.py": "", "b.py": ""})
    assert names(top) == ["b.py"]
    assert names(top, "env") == ["env/lib/a.py"]
    assert names(top / "env/lib") == ["a.py"]


def test_a_pattern_that_is_none_does_not_spoil_the_file(write: Writer) -> None:
    top = write({".gitignore": "!\nb.py\n", "a.py": "", "b.py": ""})
    assert names(top) == ["a.py"]


def test_links_never_lead_in_circles_or_twice_to_a_file(write: Writer) -> None:
    top = write({"tree/a.py": "", "elsewhere/b.py": ""})
    (top / "tree/loop").symlink_to(top / "tree")
    (top / "tree/again.py").symlink_to(top / "tree/a.py")
    (top / "tree/other.py").symlink_to(top / "elsewhere/b.py")
    (top / "tree/self.py").symlink_to(top / "tree/self.py")
    (top / "tree/dangling.py").symlink_to(top / "gone.py")
    assert names(top / "tree") == ["a.py"]  # the folder is the project: the other file lies outside
    (top / ".git").mkdir()
    assert names(top / "tree") == ["a.py", "other.py"]
    assert names(top / "tree", "loop") == ["loop/a.py", "loop/other.py"]


def test_what_is_no_file_is_passed_over(write: Writer) -> None:
    top = write({"folder.py/a.py": ""})
    os.mkfifo(top / "pipe.py")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(top / "s.py"))
        assert names(top) == ["folder.py/a.py"]


def test_a_folder_that_cannot_be_read_is_a_problem(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    top = write({"a/x.py": "", "b/y.py": ""})
    scan = os.scandir

    def refuse(path: str) -> Any:
        if path.endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    result = found(top)
    assert [target.name for target in result.targets] == ["b/y.py"]
    assert [str(problem) for problem in result.problems] == ["a: cannot be read: Permission denied"]


def test_each_folder_has_the_settings_of_its_nearest_configuration(write: Writer) -> None:
    top = write(
        {
            "pyproject.toml": '[tool.clip-lint]\nexclude = ["skip"]\n',
            "skip/a.py": "", "build/b.py": "",
            "inner/clip-lint.toml": "",
            "inner/skip/c.py": "", "inner/build/d.py": "",
        }
    )  # fmt: skip
    assert names(top) == ["build/b.py", "inner/skip/c.py"]
