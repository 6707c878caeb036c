"""What a table of sources may hold, and what a scan makes of it: a line among the failures, and nothing anywhere else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from sources import BAD, Row, failures, findings, pa, pq, scan, write_parquet

from clip_lint.scan.layout import lay_out, private_folder, unusable

_OUTSIDE = "/var/tmp/clip-lint-outside.py"  # noqa: S108


def _row(path: str | None, content: bytes | None = BAD.encode(), repo: str | None = "a/b") -> Row:
    return {"repo": repo, "path": path, "content": content, "commit": None}


@pytest.mark.parametrize(
    "path",
    [
        "", "../out.py", "a/../../out.py", "/etc/out.py", "a/..", ".git/hooks/post-checkout", ".GIT/config", "a/.git/config",
        ".git /config", "nul\0.py", "folder/", ".", "x" * 1_001,
    ],
)  # fmt: skip
def test_such_paths_are_refused(path: str, tmp_path: Path) -> None:
    assert unusable(path)
    with private_folder(str(tmp_path)) as top:
        (refused,) = lay_out([(path, b"data")], top)
        assert refused[0] == path
        assert [name for _, _, names in os.walk(tmp_path) for name in names] == []
    assert list(tmp_path.iterdir()) == [], "the private folder is gone"


@pytest.mark.parametrize(
    "path", ["a.py", "./a.py", "a//b.py", "..a/b..py", "-rf.py", "a b/ä.py", "a\\b.py", ".gitignore"]
)
def test_such_paths_are_files(path: str, tmp_path: Path) -> None:
    with private_folder(str(tmp_path)) as top:
        assert list(lay_out([(path, b"data")], top)) == []
        assert [Path(folder, name).read_bytes() for folder, _, names in os.walk(top) for name in names] == [
            b"data"
        ]


def test_a_file_is_written_once_and_no_folder_becomes_one(tmp_path: Path) -> None:
    with private_folder(str(tmp_path)) as top:
        files: list[tuple[str, bytes | int]] = [
            ("a", b"1"), ("a", b"2"), ("./a", b"3"), ("a/b", b"4"), ("c/d", b"5"), ("c", b"6"), ("n" * 256, b"7"),
        ]  # fmt: skip
        assert [path for path, _ in lay_out(files, top)] == ["a", "./a", "a/b", "c", "n" * 256]
        assert (Path(top) / "a").read_bytes() == b"1"
        assert (Path(top).parent.stat().st_mode & 0o777) == 0o700


def test_hostile_rows_cost_themselves_only(tmp_path: Path) -> None:
    rows = [
        _row("good.py"),
        _row("../../outside.py"),
        _row(_OUTSIDE),
        _row("nothing.py", None),
        _row(None),
        _row("nobody.py", repo=None),
        _row("good.py", b"print('another one of the same name')\n"),
        _row("bytes.py", b"\xff\xfe\x00 import clip"),
        _row("end.py", b"import clip\0\n"),
        _row("other.py", repo="c/d"),
        _row("other.py", repo="../../up"),
    ]
    write_parquet(tmp_path / "in/a.parquet", rows)
    done = scan("in", "-o", "out", cwd=tmp_path)
    assert done.status == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert {(row["repo"], row["path"]) for row in findings(tmp_path / "out")} == {
        ("a/b", "good.py"),
        ("c/d", "other.py"),
        ("../../up", "other.py"),
    }
    told = [(each["kind"], each["path"]) for each in failures(tmp_path / "out")]
    assert told.count(("row", "../../outside.py")) == 1
    assert {path for kind, path in told if kind == "row"} >= {
        "../../outside.py",
        _OUTSIDE,
        "nothing.py",
        "good.py",
    }
    assert {path for kind, path in told if kind == "file"} >= {"end.py"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]
    assert not Path(_OUTSIDE).exists()


def test_lines_that_are_no_json(tmp_path: Path) -> None:
    lines = [
        json.dumps({"repo": "a/b", "path": "a.py", "content": BAD}),
        "{",
        "[]",
        '{"repo": "x/y"}',
        "[" * 100_000,
    ]
    lines.append(json.dumps({"repo": "\ud800", "path": "a.py", "content": "x"}))
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    done = scan("in.jsonl", "-o", "out", cwd=tmp_path)
    assert done.status == 0, done.stderr
    assert {row["repo"] for row in findings(tmp_path / "out")} == {"a/b"}
    assert len(failures(tmp_path / "out")) == 5


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"repo": ["a"], "path": ["b"]}, "no column 'content'"),
        ({"repository": ["a"], "path": ["b"], "content": ["c"]}, "no column 'repo'"),
        ({"repo": ["a"], "path": [1], "content": ["c"]}, "column 'path' is int64"),
    ],
)
def test_missing_columns_are_an_error(tmp_path: Path, columns: dict[str, list[object]], said: str) -> None:
    pq.write_table(pa.table(columns), tmp_path / "in.parquet")
    (tmp_path / "in.jsonl").write_text(json.dumps({key: value[0] for key, value in columns.items()}) + "\n")
    done = scan("in.parquet", "-o", "out", cwd=tmp_path)
    assert done.status == 2
    assert said in done.stderr
    if "int64" not in said:
        done = scan("in.jsonl", "-o", "out2", cwd=tmp_path)
        assert done.status == 2
        assert said.replace("column", "key") in done.stderr


def test_what_is_no_input_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "what.bin").write_bytes(b"?")
    (tmp_path / "empty").mkdir()
    for source in ("broken.parquet", "what.bin", "empty", "gone"):
        done = scan(source, "-o", "out", cwd=tmp_path)
        assert done.status == 2, source
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "out/manifest.json").exists()


def test_a_damaged_row_group_is_a_failure_and_the_others_are_scanned(tmp_path: Path) -> None:
    rows = [_row("a.py", repo=f"owner/r{number}") for number in range(40)]
    path = write_parquet(tmp_path / "in/a.parquet", rows, group=10)
    offset = pq.ParquetFile(path).metadata.row_group(1).column(2).data_page_offset
    data = bytearray(path.read_bytes())
    data[offset : offset + 40] = b"\xff" * 40
    path.write_bytes(data)
    done = scan("in", "-o", "out", cwd=tmp_path)
    assert done.status == 0, done.stderr
    assert len({row["repo"] for row in findings(tmp_path / "out")}) == 30
    (told,) = failures(tmp_path / "out")
    assert told["kind"] == "input"


def test_a_repository_that_cannot_be_linted_costs_itself_only(tmp_path: Path) -> None:
    wrong = [
        _row("pyproject.toml", b"[tool.clip-lint]\nselect = 5\n", repo="w/rong"),
        _row("a.py", repo="w/rong"),
    ]
    large = [_row("a.py", repo="l/arge"), _row("b.txt", b"x" * 1_500_000, repo="l/arge")]
    write_parquet(tmp_path / "in.parquet", [*wrong, *large, _row("a.py")])
    done = scan("in.parquet", "-o", "out", "--max-repository", "1", cwd=tmp_path)
    assert done.status == 0, done.stderr
    assert {row["repo"] for row in findings(tmp_path / "out")} == {"a/b"}
    told = {each["repo"]: each for each in failures(tmp_path / "out")}
    assert {repo: each["kind"] for repo, each in told.items()} == {
        "w/rong": "repository",
        "l/arge": "repository",
    }
    assert str(tmp_path) not in told["w/rong"]["reason"]
    assert told["w/rong"]["reason"].startswith("pyproject.toml")
