"""A scan on Ray gives the rows of one on this machine, whoever of its processes dies."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from sources import REPOSITORIES, check_out, failures, findings, pq, rows_of, scan, write_parquet

pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="the extra scan-ray is not installed")


def test_the_rows_are_those_of_one_machine_though_a_worker_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_worker_niceness", "0")  # on a busy machine they get no time otherwise
    rows = rows_of()
    for number in range(3):
        write_parquet(tmp_path / f"in/{number}.parquet", rows[number::3], group=10)
    check_out({"folder/one": REPOSITORIES["imports/across"]}, tmp_path / "more")
    assert scan("in", "more", "-o", "here", "-j", "2", cwd=tmp_path).status == 0
    command = [
        sys.executable,
        "-m",
        "clip_lint",
        "scan",
        "in",
        "more",
        "-o",
        "there",
        "-j",
        "2",
        "--engine",
        "ray",
    ]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        killed = _kill_one_of(process)
        _, stderr = process.communicate(timeout=200)
    assert process.returncode == 0, stderr
    assert killed, "a worker was there to be killed"
    assert findings(tmp_path / "there") == findings(tmp_path / "here")
    assert failures(tmp_path / "there") == failures(tmp_path / "here")
    here, there = (
        [pq.read_table(part).to_pylist() for part in sorted((tmp_path / name / "repositories").iterdir())]
        for name in ("here", "there")
    )
    assert here == there


def _kill_one_of(process: subprocess.Popen[str]) -> bool:
    """Kill the first process below this one that works on a task of the scan."""
    while process.poll() is None:
        listed = subprocess.run(
            ["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()]
        below = {process.pid}
        for _ in range(5):
            below |= {int(row[0]) for row in rows if int(row[1]) in below}
        for row in rows:
            if (
                int(row[0]) in below
                and row[2].startswith("ray::")
                and re.search(r"Map|_rows|_sift|_lint", row[2])
            ):
                os.kill(int(row[0]), signal.SIGKILL)
                return True
        time.sleep(0.05)
    return False
