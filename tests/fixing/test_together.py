"""Two fixing runs on one tree at the same time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from killing import contents


def test_two_fixers_mend_every_file_and_neither_fails(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"m{number}.py").write_bytes(contents(number, 20)[0])
    command = [sys.executable, "-m", "clip_lint", "--fix", "--no-cache", "--isolated", "--quiet", "."]
    runs = [
        subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(2)
    ]
    said = [run.communicate()[0].decode() for run in runs]
    assert all(run.returncode in (0, 1) for run in runs), (
        said
    )  # 1: a finding that the other one repaired meanwhile
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {
        f"m{number}.py": contents(number, 20)[1] for number in range(12)
    }
