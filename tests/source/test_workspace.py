from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clip_lint.core import files
from clip_lint.source import workspace as module
from clip_lint.source.model import Source
from clip_lint.source.project_top import project_root
from clip_lint.source.workspace import Workspace
from clip_lint.syntax import outlined as outlined_module
from clip_lint.syntax.problem import UnparsableError

if TYPE_CHECKING:
    from conftest import Writer


def space(top: Path, *roots: str) -> Workspace:
    return Workspace([top / root for root in roots or (".",)] if roots else [top], top)


def resolved(top: Path, module_name: str, level: int, importer: str, *roots: str) -> str | None:
    found = space(top, *roots).resolve(module_name, level, top / importer)
    return found.relative_to(top).as_posix() if found else None


@pytest.mark.parametrize(
    ("name", "level", "importer", "expected"),
    [
        ("app.models", 0, "app/search.py", "app/models.py"),
        ("app", 0, "app/search.py", "app/__init__.py"),
        ("app.sub", 0, "app/search.py", "app/sub/__init__.py"),
        ("app.sub.deep", 0, "main.py", "app/sub/deep.py"),
        ("models", 1, "app/search.py", "app/models.py"),
        ("", 1, "app/search.py", "app/__init__.py"),
        ("", 1, "app/sub/deep.py", "app/sub/__init__.py"),
        ("models", 2, "app/sub/deep.py", "app/models.py"),
        ("lib.core", 0, "app/search.py", "src/lib/core.py"),
        ("lib.core", 0, "src/lib/__init__.py", "src/lib/core.py"),
        ("helper", 0, "scripts/run.py", "scripts/helper.py"),
        ("app.models", 0, "scripts/run.py", "app/models.py"),
        ("space.inner", 0, "main.py", "space/inner.py"),
        ("torch", 0, "main.py", None),
        ("models", 0, "app/search.py", "app/models.py"),
        ("space", 0, "main.py", None),
        ("app.models.x", 0, "main.py", None),
        ("up", 9, "app/search.py", None),
    ],
)
def test_imports_find_files_of_the_tree(
    write: Writer, name: str, level: int, importer: str, expected: str | None
) -> None:
    top = write(
        {
            "main.py": "", "app/__init__.py": "", "app/models.py": "", "app/search.py": "",
            "app/sub/__init__.py": "", "app/sub/deep.py": "",
            "src/lib/__init__.py": "", "src/lib/core.py": "",
            "scripts/run.py": "", "scripts/helper.py": "", "space/inner.py": "",
        }
    )  # fmt: skip
    assert resolved(top, name, level, importer) == expected


def test_a_linted_package_knows_its_own_name_but_not_its_neighbours(write: Writer) -> None:
    top = write(
        {"site/pkg/__init__.py": "", "site/pkg/a.py": "", "site/pkg/b.py": "", "site/torch/__init__.py": ""}
    )
    assert resolved(top, "pkg.b", 0, "site/pkg/a.py", "site/pkg") == "site/pkg/b.py"
    assert resolved(top, "torch", 0, "site/pkg/a.py", "site/pkg") is None


def test_the_project_around_a_linted_file_belongs_to_the_tree_but_not_what_is_installed_in_it(
    write: Writer,
) -> None:
    top = write(
        {
            ".git/HEAD": "", "app/a.py": "", "lib/b.py": "",
            "env/lib/site-packages/torch/__init__.py": "",
        }
    )  # fmt: skip
    assert resolved(top, "lib.b", 0, "app/a.py", "app") == "lib/b.py"
    work = space(top, "app")
    assert work.resolve("torch", 0, top / "env/lib/site-packages/x.py") is None


def test_nobody_imports_himself(write: Writer) -> None:
    top = write({"clip.py": ""})
    assert resolved(top, "clip", 0, "clip.py") is None


def test_programs_and_trees_are_read_once_and_only_when_asked_for(
    write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = write({"a.py": "x = 1\n", "bad.py": "x = = 1\n", "bin.py": b"\0"})
    work = space(top)
    reads: list[str] = []
    read = files.read_bytes
    monkeypatch.setattr(module, "read_bytes", lambda path: reads.append(path) or read(path))  # type: ignore[func-returns-value]
    assert not reads
    first = work.tree(top / "a.py")
    assert first is not None
    assert work.tree(top / "a.py") is first
    source = work.load(top / "a.py")
    assert source is not None
    assert source.path == "a.py"
    assert reads == [str(top / "a.py")]
    assert work.tree(top / "bad.py") is None
    assert work.load(top / "bad.py") is not None
    assert work.load(top / "bin.py") is None
    assert work.load(top / "gone.py") is None


def test_who_reads_a_file_and_who_looks_into_it_share_its_tree(write: Writer) -> None:
    top = write({"a.py": "x = 1\n"})
    work = space(top)
    looked_into = work.tree(top / "a.py")
    read = Source("a.py", top / "a.py", "x = 1\n")
    assert work.outlined(read).tree is looked_into
    edited = Source("a.py", top / "a.py", "x = 2\n")
    assert work.outlined(edited).tree is not looked_into


def test_what_is_no_python_is_parsed_once(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    top = write({"bad.py": "x = = 1\n"})
    work = space(top)
    with pytest.raises(UnparsableError, match="cannot be parsed"):
        work.outlined(Source("bad.py", top / "bad.py", "x = = 1\n"))
    monkeypatch.setattr(outlined_module, "outlined", None)
    with pytest.raises(UnparsableError, match="cannot be parsed"):
        work.outlined(Source("bad.py", top / "bad.py", "x = = 1\n"))
    assert work.tree(top / "bad.py") is None


def test_few_trees_stay_in_memory(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_TREE_CHARACTERS", 10)
    top = write({"a.py": "x = 1\n", "b.py": "y = 1\n"})
    work = space(top)
    first = work.tree(top / "a.py")
    assert work.tree(top / "a.py") is first
    work.tree(top / "b.py")
    assert work.tree(top / "a.py") is not first


def test_an_overlay_hides_the_file_on_disk(write: Writer) -> None:
    top = write({"a.py": "x = 1\n"})
    other = Source("a.py", top / "a.py", "y = 2\n")
    work = Workspace([top], top, {str(top / "a.py"): other})
    assert work.load(top / "a.py") is other


def test_label_files_are_found_from_the_importer_upwards_within_the_tree(write: Writer) -> None:
    top = write({"p/labels.txt": "cat\ndog\n", "p/app/own.json": "[]", "secret.txt": "no", "p/big.txt": b"x" * 1_000_001,
                 "p/app/a.py": "", "p/data.bin": "", "p/bom.csv": b"\xef\xbb\xbfcat\n"})  # fmt: skip
    work = space(top, "p")
    importer = top / "p/app/a.py"
    assert work.data_file("labels.txt", importer) == "cat\ndog\n"
    assert work.data_file("own.json", importer) == "[]"
    assert work.data_file("../labels.txt", importer) == "cat\ndog\n"
    assert work.data_file(str(top / "p/labels.txt"), importer) == "cat\ndog\n"
    assert work.data_file("bom.csv", importer) == "cat\n"
    for outside in (
        "../../secret.txt",
        str(top / "secret.txt"),
        "big.txt",
        "data.bin",
        "gone.txt",
        "a\0.txt",
        ".",
    ):
        assert work.data_file(outside, importer) is None, outside


def test_recorded_answers_are_checked_against_the_tree(write: Writer) -> None:
    top = write({"a.py": "", "pkg/__init__.py": ""})
    asker = str(top / "a.py")
    work = space(top)
    work.resolve("pkg", 0, top / "a.py")
    work.resolve("helper", 0, top / "a.py")
    work.data_file("labels.txt", top / "a.py")
    record = work.lookups([asker, "/other.py"])
    assert record == {asker: {"pkg": str(top / "pkg/__init__.py"), "helper": None, "data:labels.txt": None}}
    assert space(top).still_answers(record)
    (top / "labels.txt").write_text("cat")
    assert not space(top).still_answers(record)
    (top / "labels.txt").unlink()
    (top / "helper.py").write_text("")
    assert not space(top).still_answers(record)


def test_the_project_is_the_repository_else_what_is_packaged_else_the_folder(write: Writer) -> None:
    top = write(
        {
            "r/.git/HEAD": "",
            "r/a/pyproject.toml": "",
            "r/a/b/x.py": "",
            "q/setup.py": "",
            "q/c/d/x.py": "",
            "z/x.py": "",
        }
    )
    assert project_root(str(top / "r/a/b")) == str(top / "r")
    assert project_root(str(top / "q/c/d")) == str(top / "q")
    assert project_root(str(top / "z")) == str(top / "z")
