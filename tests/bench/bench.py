"""How long linting a tree takes, and how much memory: clip-lint cold and warm next to other linters, in one run.

    python tests/bench/bench.py TREE [--rounds 3]

Each tool runs ROUNDS times, the tools taking turns so that a busy machine disturbs all alike; the best wall time and the
highest memory count. Memory is that of all processes of a tool together (proportional set size, Linux only). Tools that
are not installed beside this Python are left out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_PERIOD = 0.02


@dataclass(frozen=True)
class Tool:
    """A command; ``reset`` is a folder to delete before each run."""

    name: str
    command: tuple[str, ...]
    reset: Path | None = None


@dataclass(frozen=True)
class Measured:
    """Seconds, megabytes (0 where unknown) and exit status of a run."""

    seconds: float
    megabytes: float
    status: int


def tools(cache: Path) -> list[Tool]:
    """What is there to compare. A cold clip-lint fills the cache that the warm one then uses."""
    lint = (sys.executable, "-m", "clip_lint", "--isolated", "--quiet", "--output-format", "concise")
    cached = (*lint, "--cache-dir", str(cache))
    found = [
        Tool("clip-lint --no-cache", (*lint, "--no-cache", ".")),
        Tool("clip-lint, cold", (*cached, "."), cache),
        Tool("clip-lint, warm", (*cached, ".")),
    ]
    others = {
        "ruff": ("check", "--no-cache", "--isolated", "--quiet", "."),
        "flake8": ("--isolated", "--quiet", "."),
        "fixit": ("--quiet", "lint", "."),
    }
    folders = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    for name, arguments in others.items():
        command = shutil.which(name, path=folders)
        if command:
            found.append(Tool(f"{name} {' '.join(arguments[:-1])}".strip(), (command, *arguments)))
    return found


def measure(tool: Tool, tree: Path) -> Measured:
    """One run of a tool in a tree."""
    if tool.reset is not None:
        shutil.rmtree(tool.reset, ignore_errors=True)
    start = time.perf_counter()
    with subprocess.Popen(
        tool.command, cwd=tree, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        highest = 0.0
        while process.poll() is None:
            highest = max(highest, memory(process.pid))
            time.sleep(_PERIOD)
        return Measured(time.perf_counter() - start, highest, process.returncode)


def memory(session: int) -> float:
    """Megabytes of all processes of a session."""
    total = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                rollup = (entry / "smaps_rollup").read_text()
                total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        except (OSError, StopIteration, IndexError):
            continue  # it ended meanwhile
    return total / 1024


def size(tree: Path) -> tuple[int, int]:
    """Python files and lines in a tree."""
    files = [path for path in tree.rglob("*.py") if path.is_file()]
    return len(files), sum(path.read_bytes().count(b"\n") for path in files)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tree", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    files, lines = size(arguments.tree)
    print(f"{arguments.tree}: {files:,} files, {lines:,} lines, {os.cpu_count()} processors")
    results: dict[str, list[Measured]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(arguments.rounds):
            for tool in tools(Path(folder) / "cache"):
                results.setdefault(tool.name, []).append(measure(tool, arguments.tree))
    best = {name: min(run.seconds for run in runs) for name, runs in results.items()}
    base = next((seconds for name, seconds in best.items() if name.startswith("ruff")), None)
    print(f"{'':<50} {'seconds':>8} {'of ruff':>8} {'MB':>6}  status")
    for name, runs in results.items():
        ratio = f"{best[name] / base:.2f}" if base else "-"
        highest = max(run.megabytes for run in runs)
        print(f"{name:<50} {best[name]:>8.2f} {ratio:>8} {highest:>6.0f}  {runs[-1].status}")


if __name__ == "__main__":
    main()
