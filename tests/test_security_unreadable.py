"""A file that cannot be read is a finding in every format, and "Found nothing" is said of what was read only."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import pytest
from quick import clip_lint

from clip_lint.settings.formats import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Writer

GOOD = "import clip\n"
BROKEN = "import clip\n\ndef f(:\n    pass\n"
CELL = json.dumps(
    {
        "cells": [
            {"cell_type": "code", "source": ["import clip"]},
            {"cell_type": "code", "source": ["x = clip.load\n", "def f(:\n"]},
        ]
    },
    indent=1,
)
PLAIN = "--no-cache", "--output-format", "concise"


@pytest.mark.parametrize("name", FORMATS)
def test_it_is_shown_in_every_format(write: Writer, name: str) -> None:
    top = write({"a.py": BROKEN, "n.ipynb": CELL, "good.py": GOOD})
    done = clip_lint(top, "--no-cache", "--output-format", name, status=2)
    assert done.stdout.count("CLP000") >= 2
    for words in ("a.py", "n.ipynb", "invalid syntax"):
        assert words in done.stdout
    assert "ound nothing" not in done.stdout
    assert "o findings" not in done.stdout
    assert re.search(r"\b3\b", done.stdout)  # the line of the module
    assert "cell 2" in done.stdout or '"cell": 2' in done.stdout


def test_files_that_are_broken_alike_are_told_one_by_one(write: Writer) -> None:
    done = clip_lint(
        write({"a.py": BROKEN, "b.py": BROKEN}), "--no-cache", "--output-format", "text", status=2
    )
    assert re.findall(r"(?m)^(\w\.py):3:7: CLP000", done.stdout) == ["a.py", "b.py"]


@pytest.mark.parametrize("name", FORMATS)
def test_it_is_in_the_file_that_was_asked_for(write: Writer, name: str) -> None:
    top = write({"a.py": BROKEN})
    done = clip_lint(top, "--no-cache", "--output-format", f"{name}:told", status=2)
    assert "CLP000" in (top / "told").read_text()
    assert done.stderr.startswith("a.py:3:7: cannot be parsed")


@pytest.mark.parametrize(
    "cells",
    [
        ["import clip\ndef f(:\n"],
        ["import os\n", "%matplotlib inline\nfrom transformers import CLIPModel\nx = = 1\n"],
        ["pip install torch numpy\n", "import open_clip\nprint 'a'\n"],
    ],
)
def test_a_broken_cell_may_be_the_only_one_about_clip(write: Writer, cells: list[str]) -> None:
    held = [{"cell_type": "code", "source": cell} for cell in cells]
    done = clip_lint(write({"n.ipynb": json.dumps({"cells": held})}), *PLAIN, status=2)
    assert f"n.ipynb:cell {len(cells)}:" in done.stdout
    assert done.stdout.count("CLP000") == 1


def test_a_broken_cell_about_something_else_in_a_notebook_without_clip_is_none(write: Writer) -> None:
    held = [
        {"cell_type": "code", "source": each, "outputs": ["import clip"]} for each in ("x = = 1", "import os")
    ]
    assert not clip_lint(write({"n.ipynb": json.dumps({"cells": held})}), *PLAIN, status=0).stdout


SCRATCH = [
    "import clip\nmodel, _ = clip.load('ViT-B/32')\n",
    "base_model[]",
    "print(x",
    "url = <your address>",
]


def test_cells_beside_those_about_clip_are_a_note_for_the_notebook(write: Writer) -> None:
    held = [{"cell_type": "code", "source": each} for each in SCRATCH]
    top = write({"n.ipynb": json.dumps({"cells": held})})
    assert "CLP000" not in clip_lint(top, "--no-cache", status=0).stdout
    for status in (1, 1):  # the second from the cache
        done = clip_lint(top, "--min-severity", "note", "--select", "CLP301", status=status)
        told = [line for line in done.stdout.splitlines() if "CLP000" in line]
        assert len(told) == 1
        assert told[0].startswith("n.ipynb:cell 2:1:12: CLP000 [note] the cell is left out")
        assert told[0].endswith("; so are cells 3, 4")


def test_a_cell_beside_them_that_uses_clip_itself_is_none_of_those(write: Writer) -> None:
    held = [{"cell_type": "code", "source": each} for each in [*SCRATCH, "rows = model.encode_image(x"]]
    done = clip_lint(write({"n.ipynb": json.dumps({"cells": held})}), *PLAIN, status=2)
    assert "n.ipynb:cell 5:1:" in done.stdout


@pytest.mark.parametrize(
    "options",
    [
        ["--select", "CLP201"],
        ["--select", "ALL"],
        ["--ignore", "ALL"],
        ["--min-severity", "error"],
        ["--select", "CLP001", "--quiet"],
        ["--statistics"],
        ["--fix"],
        ["--show-suppressed"],
    ],
)
def test_no_selection_turns_it_off(write: Writer, options: list[str]) -> None:
    done = clip_lint(write({"a.py": BROKEN}), *PLAIN, *options, status=2)
    assert done.stdout.count("a.py:3:7: CLP000 [error] cannot be parsed") == 1
    assert ("1  CLP000  unreadable" in done.stdout) == ("--statistics" in options)


@pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select"])
@pytest.mark.parametrize("word", ["CLP000", "clp000", "unreadable"])
def test_it_cannot_be_selected(write: Writer, option: str, word: str) -> None:
    done = clip_lint(write({"a.py": GOOD}), option, word, status=2)
    assert "always on; leave files out with `exclude`, or list it in `per-file-ignores`" in done.stderr


@pytest.mark.parametrize("word", ["CLP000", "unreadable", "ALL"])
def test_files_are_left_out_one_by_one(write: Writer, word: str) -> None:
    table = f'[per-file-ignores]\n"old/*" = ["{word}"]\n'
    top = write({"clip-lint.toml": table, "old/a.py": BROKEN, "b.py": BROKEN})
    done = clip_lint(top, *PLAIN, status=2)
    assert [line.split(" ")[0] for line in done.stdout.splitlines()] == ["b.py:3:7:"]
    (top / "b.py").unlink()
    clip_lint(top, *PLAIN, status=0)
    (top / "clip-lint.toml").write_text('extend-exclude = ["b.py", "old"]\n')
    (top / "b.py").write_text(BROKEN)
    clip_lint(top, *PLAIN, status=0)


def test_the_summary_counts_it(write: Writer) -> None:
    top = write({"a.py": BROKEN, "b.py": GOOD, "n.ipynb": CELL})
    lines = clip_lint(top, "--no-cache", status=2).stdout.splitlines()
    assert lines[-1] == "Found 2 errors in 3 files (2 could not be read)."
    (top / "a.py").unlink()
    (top / "n.ipynb").unlink()
    assert clip_lint(top, "--no-cache", status=0).stdout == "Found nothing in 1 file.\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize(("name", "text"), [("n.ipynb", CELL), ("a.py", GOOD)])
def test_wide_text_is_told(write: Writer, encoding: str, name: str, text: str) -> None:
    done = clip_lint(write({name: text.encode(encoding)}), *PLAIN, status=2)
    assert f"{name}:1:1: CLP000 [error]" in done.stdout


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"import clip\nx = '\xff'\n", "a.py:2:1: CLP000 [error] not utf-8 text: byte 0xff"),
        (b"import clip\n\0", "a.py:2:1: CLP000 [error] a binary file"),
        (b"# coding: nowhere\nimport clip\n", "unknown text encoding 'nowhere'"),
        (
            b"import clip\n" + b"x = 1\n" * 400_000,
            "a.py:1:1: CLP000 [error] not linted: it is larger than 2 MB",
        ),
        (b"import clip\nx = (\n", "a.py:2:5: CLP000 [error] cannot be parsed"),
    ],
)
def test_each_reason_stands_at_its_line(write: Writer, data: bytes, words: str) -> None:
    assert words in clip_lint(write({"a.py": data}), *PLAIN, status=2).stdout


def test_what_is_no_file_is_told(write: Writer) -> None:
    top = write({"b.py": GOOD})
    os.mkfifo(top / "pipe.py")
    done = clip_lint(top, *PLAIN, "pipe.py", "b.py", status=2)
    assert done.stdout == "pipe.py:1:1: CLP000 [error] not a regular file\n"


def test_the_same_file_has_the_same_fingerprint_wherever_the_command_runs(write: Writer) -> None:
    top = write({"app/a.py": BROKEN, "pyproject.toml": ""})

    def fingerprints(folder: Path) -> list[str]:
        found = json.loads(clip_lint(folder, "--no-cache", "--output-format", "gitlab", status=2).stdout)
        return [each["fingerprint"] for each in found]

    assert fingerprints(top) == fingerprints(top / "app") != []


def test_it_is_explained(write: Writer) -> None:
    assert "per-file-ignores" in clip_lint(write({}), "explain", "CLP000", status=0).stdout
