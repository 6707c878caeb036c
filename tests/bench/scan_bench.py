"""How long scans take, and how much memory all of their processes hold together; and whether killing them changes a row.

    python tests/bench/scan_bench.py FOLDER 10000 100000 1000000
    python tests/bench/scan_bench.py FOLDER 100000 --kills 5

FOLDER keeps the sources, which `make_sources.py` makes, and the results.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq

_LOOK = 0.1
_PAGE = os.sysconf("SC_PAGE_SIZE")


def make(folder: Path, count: int) -> Path:
    """The sources, made once."""
    path = folder / f"sources-{count}.parquet"
    if not path.exists():
        maker = Path(__file__).with_name("make_sources.py")
        subprocess.run(
            [sys.executable, str(maker), str(count), str(path)], check=True, stdout=subprocess.DEVNULL
        )
    return path


def command(source: Path, results: Path, more: list[str]) -> list[str]:
    """A scan of them."""
    return [sys.executable, "-m", "clip_lint", "scan", str(source), "-o", str(results), "--quiet", *more]


def measured(words: list[str]) -> tuple[float, float, float]:
    """Seconds, processor seconds and megabytes at most of a command and all below it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    most = 0
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, held_below(process.pid))
            time.sleep(_LOOK)
    took = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)}: status {process.returncode}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, spent, most / 1e6


def held_below(top: int) -> int:
    """Bytes that a process and those below it hold; what they share counts once for each."""
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                status = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)], sizes[int(entry.name)] = int(status[1]), int(status[21]) * _PAGE
    below, grown = {top}, True
    while grown:
        more = {process for process, parent in parents.items() if parent in below} - below
        below, grown = below | more, bool(more)
    return sum(sizes.get(process, 0) for process in below)


def tables(results: Path) -> dict[str, list[object]]:
    """All rows of a scan."""
    return {
        kind: [
            row
            for part in sorted((results / kind).glob("*.parquet"))
            for row in pq.read_table(part).to_pylist()
        ]
        for kind in ("findings", "repositories")
    }


def kill_and_go_on(source: Path, results: Path, more: list[str], seconds: float, kills: int) -> None:
    """Kill a scan so many times, each time at another moment, and go on."""
    chance = random.Random(kills)
    shutil.rmtree(results, ignore_errors=True)
    for number in range(kills):
        with subprocess.Popen(command(source, results, more), stdout=subprocess.DEVNULL) as process:
            moment = chance.uniform(0.1, 0.6) * seconds
            try:
                process.wait(moment)
                print(f"  kill {number + 1}: complete before {moment:.1f} s")
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                done = len(list((results / "repositories").glob("*.parquet")))
                print(f"  kill {number + 1}: after {moment:.1f} s, {done} shards written")
    subprocess.run(command(source, results, more), check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("counts", type=int, nargs="+")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument(
        "--option", action="append", default=[], help="for the scan, such as --option=--no-fixes"
    )
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print("sources    seconds    processor    per source    memory at most    findings")
    for count in arguments.counts:
        source, results = make(arguments.folder, count), arguments.folder / f"results-{count}"
        shutil.rmtree(results, ignore_errors=True)
        took, spent, most = measured(command(source, results, arguments.option))
        whole = tables(results)
        print(
            f"{count:>9,}  {took:>7.1f} s  {spent:>8.1f} s  {1000 * spent / count:>8.3f} ms  {most:>10,.0f} MB  "
            f"{len(whole['findings']):>10,}",
            flush=True,
        )
        if arguments.kills:
            again = arguments.folder / f"killed-{count}"
            kill_and_go_on(source, again, arguments.option, took, arguments.kills)
            print(f"  the same rows: {tables(again) == whole}", flush=True)


if __name__ == "__main__":
    main()
