from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clip_lint.core import files
from clip_lint.core.files import UnreadableError, read_bytes
from clip_lint.core.problem import Problem
from clip_lint.source import load as module
from clip_lint.source.load import display_name, load
from clip_lint.syntax.parse import parse

if TYPE_CHECKING:
    from conftest import Writer


def test_pipes_folders_and_missing_files_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(UnreadableError, match="not a regular file"):
        read_bytes(str(tmp_path / "pipe.py"))
    with pytest.raises(UnreadableError, match="not a regular file"):
        read_bytes(str(tmp_path))
    with pytest.raises(UnreadableError, match="No such file"):
        read_bytes(str(tmp_path / "gone.py"))
    with pytest.raises(UnreadableError, match="null"):
        read_bytes("a\0b")


def test_what_no_hand_wrote_is_not_parsed(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    top = write({"a.py": "x" * 2_000_000})
    monkeypatch.setattr(files, "MAX_BYTES", 1_000_000)
    with pytest.raises(UnreadableError, match="larger than 1 MB"):
        read_bytes(str(top / "a.py"), 1_000_000)
    monkeypatch.setattr(module, "MAX_PROGRAM", 1_000_000)
    program = "x = 1\n" * 200_000
    notebook = json.dumps(
        {"cells": [{"cell_type": "code", "source": program}, {"cell_type": "markdown", "source": "!"}]}
    )
    for name, text in (("a.py", program), ("a.ipynb", notebook)):
        loaded = load(top / name, name, text.encode())
        assert loaded.source is None
        assert [str(problem) for problem in loaded.problems] == [
            f"{name}: not linted: it is larger than 1 MB; exclude it"
        ]
    pictures = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1", "outputs": ["A" * 2_000_000]}]})
    assert load(top / "b.ipynb", "b.ipynb", pictures.encode()).source is not None


def test_a_broken_notebook_cell_is_a_problem_with_its_cell() -> None:
    data = (
        b'{"cells": [{"cell_type": "code", "source": "x = 1"}, {"cell_type": "code", "source": "x\\ny z"}]}'
    )
    loaded = load(Path("/a/n.ipynb"), "n.ipynb", data)
    assert loaded.source is not None
    assert loaded.source.text == "x = 1\n\n"
    assert [(p.cell, p.line) for p in loaded.problems] == [(2, 2)]
    assert str(loaded.problems[0]).startswith("n.ipynb:cell 2:2:")


def test_places_in_a_notebook_count_within_the_cell() -> None:

    data = b'{"cells": [{"cell_type": "code", "source": "x = 1\\ny"}, {"cell_type": "code", "source": "\\n\\u00e9; z"}]}'
    source = load(Path("/a/n.ipynb"), "n.ipynb", data).source
    assert source is not None
    last = parse(source.text).tree.body[-1]
    place = source.place(last)
    assert (place.cell, place.start.line, place.start.column) == (2, 2, 4)


@pytest.mark.parametrize(
    ("path", "base", "name"),
    [
        ("/a/b/c.py", "/a", "b/c.py"),
        ("/ab/c.py", "/a", "/ab/c.py"),
        ("/c.py", "/", "c.py"),
        ("/a/c.py", "/a/b", "/a/c.py"),
    ],
)
def test_names_are_relative_inside_the_folder(path: str, base: str, name: str) -> None:
    assert display_name(path, base) == name


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("a.py", "bad"), "a.py: bad"),
        (Problem("a.py", "bad", 3, 2), "a.py:3:2: bad"),
        (Problem("a.py", "bad", 3), "a.py:3:1: bad"),
        (Problem("n.ipynb", "bad", 3, 2, 4), "n.ipynb:cell 4:3:2: bad"),
    ],
)
def test_a_problem_is_one_line_with_its_place(problem: Problem, text: str) -> None:
    assert str(problem) == text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("!pip install clip\nimport clip\n", "pass\nimport clip\n"),
        ("import clip\n%cd /content/app\nx = 1\n", "import clip\npass\nx = 1\n"),
        ("if here:\n    !git clone a \\\n        b\nx = 1\n", "if here:\n    pass\n\nx = 1\n"),
        ("files = !ls data\nn = len(files)\n", "files = None\nn = len(files)\n"),
        ("%time model = load()\n", "pass; model = load()\n"),
        ("pip install open_clip_torch\nimport open_clip\n", "pass\nimport open_clip\n"),
        ("%%writefile app.py\nimport clip\n", "\nimport clip\n"),
        ('"""\n!pip install clip\n"""\nx = 1\n', '"""\n!pip install clip\n"""\nx = 1\n'),
        ("x = (7\n  %two)\n", "x = (7\n  %two)\n"),
        ("!pip install clip\nx = = 1\n", "!pip install clip\nx = = 1\n"),
        ("%%html\n<b>a</b>\n", "%%html\n<b>a</b>\n"),
    ],
)
def test_a_program_saved_from_a_notebook_is_read_without_its_magics(typed: str, read: str) -> None:
    loaded = load(Path("/a/saved.py"), "saved.py", typed.encode())
    assert loaded.source is not None
    assert loaded.source.text == read
    assert loaded.raw == typed
