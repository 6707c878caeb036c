"""A repository gives a scan what it gives `clip-lint .` in a checkout, however its files are handed over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sources import (
    REPOSITORIES,
    Key,
    check_out,
    failures,
    findings,
    keys,
    linted,
    pa,
    pq,
    rows_of,
    scan,
    write_parquet,
)

Expected = dict[str, set[Key]]
FOUND = {
    "imports/across",
    "labels/beside",
    "note/book",
    "pins/new",
    "ignored/by-git",
    "silenced/here",
    "latin/one",
}


@pytest.fixture(scope="module")
def expected(
    tmp_path_factory: pytest.TempPathFactory,
) -> Expected:
    top = check_out(REPOSITORIES, tmp_path_factory.mktemp("checkouts"))
    found = {repo: linted(top / repo) for repo in REPOSITORIES}
    assert {repo for repo, each in found.items() if each} >= FOUND - {"silenced/here"}
    return found


def _same(results: Path, expected: Expected) -> None:
    rows = findings(results)
    assert {repo: keys(rows, repo) for repo in expected} == expected


def test_parquet_spread_over_shards_and_row_groups(tmp_path: Path, expected: Expected) -> None:
    rows = rows_of()
    for number in range(3):
        write_parquet(tmp_path / f"in/{number}.parquet", rows[number::3], group=4)
    done = scan("in", "--output", "out", cwd=tmp_path)
    assert done.status == 0, done.stderr
    _same(tmp_path / "out", expected)
    assert [each["path"] for each in failures(tmp_path / "out")] == ["bad.py"]


def test_lines_of_json(tmp_path: Path, expected: Expected) -> None:
    rows = [row for row in rows_of() if row["repo"] != "latin/one"]
    lines = [
        json.dumps({"name": row["repo"], "path": row["path"], "text": row["content"].decode()})
        for row in rows
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    done = scan("in.jsonl", "-o", "out", "--repo-column", "name", "--content-column", "text", cwd=tmp_path)
    assert done.status == 0, done.stderr
    _same(tmp_path / "out", {repo: each for repo, each in expected.items() if repo != "latin/one"})


@pytest.mark.parametrize("is_stream", [False, True])
def test_arrow(tmp_path: Path, expected: Expected, *, is_stream: bool) -> None:
    table = pa.Table.from_pylist(rows_of())
    new = pa.ipc.new_stream if is_stream else pa.ipc.new_file
    with (tmp_path / "in.arrow").open("wb") as stream, new(stream, table.schema) as writer:
        writer.write_table(table, max_chunksize=5)
    done = scan("in.arrow", "-o", "out", cwd=tmp_path)
    assert done.status == 0, done.stderr
    _same(tmp_path / "out", expected)


def test_a_folder_of_checkouts(tmp_path: Path, expected: Expected) -> None:
    check_out(REPOSITORIES, tmp_path / "in")
    before = sorted(path for path in (tmp_path / "in").rglob("*"))
    done = scan("in", "-o", "out", cwd=tmp_path)
    assert done.status == 0, done.stderr
    _same(tmp_path / "out", expected)
    assert sorted(path for path in (tmp_path / "in").rglob("*")) == before, (
        "nothing is written beside the sources"
    )


def test_sarif_has_a_run_a_repository(tmp_path: Path, expected: Expected) -> None:
    write_parquet(tmp_path / "in.parquet", rows_of())
    done = scan("in.parquet", "-o", "out", "--output-format", "sarif", cwd=tmp_path)
    assert done.status == 0, done.stderr
    runs = [
        run
        for part in sorted((tmp_path / "out/sarif").iterdir())
        for run in json.loads(part.read_text())["runs"]
    ]
    found = {
        run["properties"]["repository"]: {
            result["partialFingerprints"]["clipLint/v1"] for result in run["results"]
        }
        for run in runs
    }
    assert found == {repo: {key[0] for key in each} for repo, each in expected.items() if each}


def test_statistics_say_what_is_a_part_of_what(tmp_path: Path) -> None:
    write_parquet(tmp_path / "in.parquet", rows_of())
    assert scan("in.parquet", "-o", "out", cwd=tmp_path).status == 0
    counts = json.loads((tmp_path / "out/statistics.json").read_text())
    assert counts["repositories"] == len(REPOSITORIES)
    assert counts["sources"] == sum(
        path.endswith((".py", ".ipynb")) for each in REPOSITORIES.values() for path in each
    )
    rows = findings(tmp_path / "out")
    assert counts["findings"] == len(rows)
    assert counts["with_findings"] == len({row["repo"] for row in rows})
    for rule in pq.read_table(tmp_path / "out/rules.parquet").to_pylist():
        having = {row["repo"] for row in rows if row["code"] == rule["code"]}
        assert rule["repositories"] == len(having)
        assert rule["share"] == len(having) / counts["with_clip"]
        assert 0 <= rule["low"] <= rule["share"] <= rule["high"] <= 1
