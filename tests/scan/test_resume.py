"""Whoever kills a scan and asks for it again gets the same rows as if nothing had happened; a worker's death costs one repository."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest  # noqa: TC002  (fixtures are found by their types)
from sources import BAD, Row, failures, findings, pq, rows_of, scan, write_parquet

from clip_lint.scan.options import Columns, Limits, Linting, Lost
from clip_lint.scan.pool import Pool
from clip_lint.scan.work import Job


def _many(count: int) -> list[Row]:
    copies = [{**row, "repo": f"{row['repo']}-{number}"} for number in range(count) for row in rows_of()]
    return copies[::3] + copies[1::3] + copies[2::3]


def _tables(results: Path) -> dict[str, list[Row]]:
    return {
        kind: [
            row
            for part in sorted((results / kind).glob("*.parquet"))
            for row in pq.read_table(part).to_pylist()
        ]
        for kind in ("findings", "repositories")
    }


def test_killed_at_any_moment_and_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_parquet(tmp_path / "in.parquet", _many(4), group=40)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "private"))
    (tmp_path / "private").mkdir()
    start = time.monotonic()
    assert scan("in.parquet", "-o", "whole", "-j", "2", cwd=tmp_path).status == 0
    took = time.monotonic() - start
    chance = random.Random(17)
    for _ in range(3):
        command = [sys.executable, "-m", "clip_lint", "scan", "in.parquet", "-o", "out", "-j", "2"]
        process = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.2, 0.8) * took)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = scan("in.parquet", "-o", "out", "-j", "2", cwd=tmp_path)
    assert done.status == 0, done.stderr
    assert _tables(tmp_path / "out") == _tables(tmp_path / "whole")
    assert failures(tmp_path / "out") == failures(tmp_path / "whole")
    assert (tmp_path / "out/statistics.json").read_bytes() == (
        tmp_path / "whole/statistics.json"
    ).read_bytes()
    assert list((tmp_path / "private").iterdir()) == [], "no source is left behind"
    assert not (tmp_path / "out/work").exists()


def test_a_complete_scan_is_not_done_again_and_another_is_not_mixed_in(tmp_path: Path) -> None:
    source = write_parquet(tmp_path / "in.parquet", rows_of())
    assert scan("in.parquet", "-o", "out", cwd=tmp_path).status == 0
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out/findings").iterdir()}
    again = scan("in.parquet", "-o", "out", cwd=tmp_path)
    assert again.status == 0
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out/findings").iterdir()} == before
    other = scan("in.parquet", "-o", "out", "--ignore", "CLP201", cwd=tmp_path)
    assert other.status == 2
    assert "--restart" in other.stderr
    anew = scan("in.parquet", "-o", "out", "--ignore", "CLP201", "--restart", cwd=tmp_path)
    assert anew.status == 0
    assert "CLP201" not in {row["code"] for row in findings(tmp_path / "out")}
    os.utime(source, (1, 1))
    assert scan("in.parquet", "-o", "out", "--ignore", "CLP201", cwd=tmp_path).status == 2
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/file").write_text("do not touch")
    assert scan("in.parquet", "-o", "mine", "--restart", cwd=tmp_path).status == 2
    assert (tmp_path / "mine/file").read_text() == "do not touch"


class _Task:
    """A task that does to its worker what a hostile repository may do."""

    def __init__(self, name: str, deed: str) -> None:
        self.name = name
        self.deed = deed

    def run(self, job: Job) -> str:
        if self.deed == "die":
            os.kill(os.getpid(), signal.SIGSEGV)
        if self.deed == "hang":
            time.sleep(600)
        if self.deed == "spin":
            while True:
                pass
        if self.deed == "grow":
            held = bytearray(400_000_000)
            held[::4096] = b"x" * len(held[::4096])
            time.sleep(60)
        if self.deed == "raise":
            raise ValueError(self.name)
        Path(job.scratch or "", "left behind").write_text("x")
        return self.name


def test_a_worker_that_dies_hangs_or_grows_costs_its_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parent.parent)])
    )
    job = Job(
        str(tmp_path), Columns(), Linting(), Limits(megabytes=250, repositories=3), scratch=str(tmp_path)
    )
    deeds = ["well", "die", "well", "hang", "spin", "grow", "raise", "well", "well", "well", "well"]
    tasks = [_Task(f"{number} {deed}", deed) for number, deed in enumerate(deeds)]
    with Pool(job, 2) as pool:
        answers = {task.name: answer for task, answer in pool.run(tasks, seconds=0.8)}  # type: ignore[arg-type]
    assert len(answers) == len(deeds)
    lost = {name.split()[1]: answer.reason for name, answer in answers.items() if isinstance(answer, Lost)}
    assert lost.keys() == {"die", "hang", "spin", "grow", "raise"}
    assert "signal 11" in lost["die"]
    assert "no answer after 8 s" in lost["hang"]
    assert "0.8 s of processor time" in lost["spin"]
    assert "250 MB" in lost["grow"]
    assert "ValueError" in lost["raise"]
    assert all(answer == name for name, answer in answers.items() if name.endswith("well"))
    assert list(tmp_path.iterdir()) == []


def test_the_same_bad_program_twice_is_two_repositories(tmp_path: Path) -> None:
    rows = [
        {"repo": repo, "path": "a.py", "content": BAD.encode(), "commit": None}
        for repo in ("b/a", "a/b", "A/b")
    ]
    write_parquet(tmp_path / "in.parquet", rows)
    assert scan("in.parquet", "-o", "out", "-j", "3", cwd=tmp_path).status == 0
    assert list(dict.fromkeys(row["repo"] for row in findings(tmp_path / "out"))) == ["A/b", "a/b", "b/a"]
