"""`lint_batch`, which people call in their own jobs: whole repositories in, findings out, and what failed as rows too."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from sources import BAD, REPOSITORIES, check_out, keys, linted, pa, rows_of

from clip_lint.scan import lint_batch
from clip_lint.scan.batch import BATCH
from clip_lint.scan.options import Columns


def test_a_batch_gives_what_checkouts_give(tmp_path: Path) -> None:
    top = check_out(REPOSITORIES, tmp_path)
    made = lint_batch(pa.RecordBatch.from_pylist(rows_of()))
    assert made.schema == BATCH
    rows = [row for row in made.to_pylist() if row["failure"] is None]
    assert {repo: keys(rows, repo) for repo in REPOSITORIES} == {
        repo: linted(top / repo) for repo in REPOSITORIES
    }
    (failed,) = [row for row in made.to_pylist() if row["failure"] is not None]
    assert (failed["repo"], failed["path"], failed["code"]) == ("broken/file", "bad.py", None)
    order = [(row["repo"], row["path"], row["cell"] or 0, row["line"], row["column"]) for row in rows]
    assert order == sorted(order)


def test_columns_may_be_called_otherwise_and_be_of_any_kind_of_text() -> None:
    rows = [
        {"r": row["repo"], "p": row["path"], "c": row["content"]} for row in rows_of({"a/b": {"a.py": BAD}})
    ]
    kinds = (
        pa.string(),
        pa.large_string(),
        pa.binary(),
        pa.large_binary(),
        pa.dictionary(pa.int32(), pa.string()),
    )
    columns = Columns(repo="r", path="p", content="c")
    found = []
    for kind in kinds:
        arrays = [
            pa.array([row[name] if name == "c" else row[name].encode() for row in rows], pa.binary())
            for name in "rpc"
        ]
        texts = [each.cast(pa.string()) for each in arrays]
        batch = pa.RecordBatch.from_arrays([each.dictionary_encode() if pa.types.is_dictionary(kind) else each.cast(kind) for each in texts], ["r", "p", "c"])  # fmt: skip
        found.append(lint_batch(batch, columns=columns).to_pylist())
    assert found[0]
    assert all(each == found[0] for each in found)


def test_options_select() -> None:
    batch = pa.RecordBatch.from_pylist(rows_of({"a/b": {"a.py": BAD}}))
    assert {row["code"] for row in lint_batch(batch, select=["CLP201"]).to_pylist()} == {"CLP201"}
    assert lint_batch(batch, ignore=["ALL"]).num_rows == 0
    for wrong in ({"select": ["CLP9999"]}, {"min_severity": "grave"}, {"columns": Columns(path="where")}):
        with pytest.raises(ValueError, match=r"CLP9999|grave|where"):
            lint_batch(batch, **wrong)


def test_an_empty_batch_and_broken_rows_raise_nothing() -> None:
    empty = pa.RecordBatch.from_pylist(
        [], pa.schema([("repo", pa.string()), ("path", pa.string()), ("content", pa.null())])
    )
    assert lint_batch(empty).num_rows == 0
    rows = [
        {"repo": "a/b", "path": "../a.py", "content": "import clip"},
        {"repo": None, "path": None, "content": None},
    ]
    assert [
        row["failure"] is not None for row in lint_batch(pa.RecordBatch.from_pylist(rows)).to_pylist()
    ] == [True, True]


def test_the_example_of_the_page_runs() -> None:
    page = Path(__file__).parents[2] / "docs" / "scan.md"
    example = re.findall(
        r"^```python\n(import pyarrow.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )[0]
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, check=True)
    assert done.stdout == "me/shop search.py 8 CLP201\n"
