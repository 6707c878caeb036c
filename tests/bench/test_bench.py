from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Writer


def test_the_benchmark_runs_on_any_tree(write: Writer) -> None:
    top = write({"a.py": "x = 1\n", "b/c.py": "y = 2\nz = 3\n"})
    script = Path(__file__).parent / "bench.py"
    done = subprocess.run(
        [sys.executable, str(script), str(top), "--rounds", "1"], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert ": 2 files, 3 lines" in lines[0]
    rows = {line[:50].strip(): line[50:].split() for line in lines[2:]}
    assert {"clip-lint --no-cache", "clip-lint, cold", "clip-lint, warm"} <= set(rows)
    assert all(row[-1] == "0" for name, row in rows.items() if name.startswith("clip-lint"))
    assert all(float(row[0]) > 0 for row in rows.values())
    assert not (top / ".clip_lint_cache").exists()


def test_the_editor_benchmark_runs() -> None:
    script = Path(__file__).parent / "editor_bench.py"
    done = subprocess.run(
        [sys.executable, str(script), "--lines", "20", "--changes", "1"],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = {line[:24].strip(): line[24:].split() for line in done.stdout.splitlines()[2:]}
    assert set(rows) == {"findings", "card", "code actions, proved", "a fresh process"}
    assert rows["a fresh process"][-1] == "1.00"
