"""What linting trees costs: clip-lint cold and warm next to other linters, in one run.

    python tests/bench/bench.py TREE ... [--rounds 5]

Each tool runs ROUNDS times, the tools taking turns so that a busy machine disturbs all alike. Processor seconds (all processes of a
tool) and seconds on the clock are medians; the ratio is that of the processor seconds to Ruff's, round by round, and again the median.
Memory is the most that all processes of a tool held together (proportional set size, Linux only). Tools that are neither beside this
Python nor on the PATH are left out; semgrep runs with one rule that finds calls of `encode_image`, and fetches nothing.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_PERIOD = 0.02
_RULE = """\
rules:
  - {id: encodes, languages: [python], severity: INFO, message: encodes, pattern: $X.encode_image(...)}
"""


@dataclass(frozen=True)
class Tool:
    """A command; ``reset`` is a folder to delete before each run."""

    name: str
    command: tuple[str, ...]
    reset: Path | None = None


@dataclass(frozen=True)
class Measured:
    """Processor seconds, seconds on the clock, megabytes (0 where unknown) and exit status of a run."""

    processor: float
    seconds: float
    megabytes: float
    status: int


def tools(folder: Path) -> list[Tool]:
    """What is there to compare. A cold clip-lint fills the cache that the warm one then uses."""
    cache, rule = folder / "cache", folder / "rule.yaml"
    rule.write_text(_RULE, encoding="utf-8")
    lint = (sys.executable, "-P", "-m", "clip_lint", "--isolated", "--quiet", "--output-format", "concise")
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
        "torchfix": (".",),
        "semgrep": (
            "scan",
            "--quiet",
            "--metrics",
            "off",
            "--disable-version-check",
            "--config",
            str(rule),
            ".",
        ),
    }
    folders = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    for name, arguments in others.items():
        command = shutil.which(name, path=folders)
        if command:
            found.append(Tool(name, (command, *arguments)))
    return found


def measure(tool: Tool, tree: Path) -> Measured:
    """One run of a tool in a tree."""
    if tool.reset is not None:
        shutil.rmtree(tool.reset, ignore_errors=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with subprocess.Popen(
        tool.command, cwd=tree, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        highest = 0.0
        while process.poll() is None:
            highest = max(highest, memory(process.pid))
            time.sleep(_PERIOD)
        took = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(spent, took, highest, process.returncode)


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


def compare(tree: Path, rounds: int) -> None:
    """All tools on a tree, as a table."""
    files, lines = size(tree)
    print(
        f"{tree}: {files:,} files, {lines:,} lines, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    )
    results: dict[str, list[Measured]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for tool in tools(Path(folder)):
                results.setdefault(tool.name, []).append(measure(tool, tree))
    base = results.get("ruff")
    print(f"{'':<22} {'processor':>9} {'of ruff':>8} {'clock':>8} {'MB':>6}  status")
    for name, runs in results.items():
        ratio = "-"
        if base is not None and all(ruff.processor for ruff in base):  # too short a run has none to tell
            ratio = (
                f"{median(run.processor / ruff.processor for run, ruff in zip(runs, base, strict=True)):.2f}"
            )
        processor, seconds = median(run.processor for run in runs), median(run.seconds for run in runs)
        highest = max(run.megabytes for run in runs)
        print(f"{name:<22} {processor:>9.2f} {ratio:>8} {seconds:>8.2f} {highest:>6.0f}  {runs[-1].status}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("trees", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    for tree in arguments.trees:
        if not tree.is_dir():
            parser.error(f"{tree}: no such folder")
        compare(tree, arguments.rounds)


if __name__ == "__main__":
    main()
