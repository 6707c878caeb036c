"""Do the tests notice? Small faults are put into a room, one at a time, and the tests that run the changed line must fail.

    python tests/bench/faults.py language reading --faults 20 --seed 7 --folder /tmp/faults

Faults are drawn from the lines of `clip_lint/<room>` (`fault_kinds.py` holds the kinds). Nothing happens to this tree: the faults go into
copies below --folder, where what each test runs is recorded once for each file of tests, and again where that file has changed. A fault is
met by the tests that run its line, the quickest and the nearest first, until one fails. What survives is printed: a fault that changes
nothing cannot be told from one that nobody looks for, so read it. Ready-made tools (mutmut, cosmic-ray) run whole suites for each fault or
start an interpreter for each; this suite takes ten minutes, and one start costs more than most tests, so faults run in forked processes.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import traceback
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import fault_plugin
import pytest
from fault_kinds import Fault, draw
from fault_recording import Bench, Recorded, forget_compiled, surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
_HEAVY = ("hypothesis", "libcst", "click", "rich.console", "rich.table", "yaml", "packaging.version")
"""What each test would import anew."""
_FIRST = 12
_MEMORY = 8 << 30
_WAIT = 15
"""Seconds by the clock for one of processor time."""
_CRASH = 70


class Met(NamedTuple):
    """What became of a fault."""

    fault: Fault
    touched: int
    """Tests that run it."""
    run: int
    """Tests that were given to pytest."""
    noticed: str
    """The test that failed, or what else came of it; empty for a survivor."""
    unsteady: bool = False
    """The test that failed also fails without the fault, so nothing is known."""


def _say(text: str) -> None:
    print(text, flush=True)


def _write(tree: Path, path: str, content: bytes) -> None:
    (tree / path).write_bytes(content)
    forget_compiled(tree / path)


def _child(tree: Path, tests: Sequence[str], seconds: int, told: Path) -> None:
    """In a forked process: run these tests, never come back."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    signal.alarm(_WAIT * seconds)
    quiet = os.open(told.with_suffix(".log"), os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    os.chdir(tree)
    os.environ.update(surroundings(tree))
    sys.path.insert(0, str(tree))
    fault_plugin.steady()
    files = dict.fromkeys(each.partition("::")[0] for each in tests)
    early = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"
    asked = ["-x", "-q", "--tb=short", "-p", "no:cacheprovider", "-W", early, *files]
    os._exit(int(pytest.main(asked, plugins=[fault_plugin.Chosen(tests, told)])))


def _run(tree: Path, tests: Sequence[str], seconds: float) -> str:
    """Run these tests in a forked process until one fails: that one, or what else went wrong; nothing if all pass."""
    told = tree.parent / f"{tree.name}.told"
    told.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        try:
            _child(tree, tests, int(3 * seconds) + 20, told)
        finally:
            traceback.print_exc()
            os._exit(_CRASH)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if status in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        return ""
    if status in (pytest.ExitCode.USAGE_ERROR, _CRASH):
        sys.exit(f"the tests could not be started, see {told.with_suffix('.log')}")
    return told.read_text("utf-8") if told.exists() else f"too long, or status {status}"


def _meet(
    bench: Bench, fault: Fault, tests: Sequence[str], known: Recorded, tree: Path, budget: float
) -> Met:
    """Put a fault into a copy and run its tests, a few first and then what fits into the budget."""
    chosen: list[str] = []
    spent = 0.0
    for test in tests:
        spent += known.seconds[test]
        if chosen and spent > budget:
            break
        chosen.append(test)
    source = bench.sources[fault.path].encode()
    _write(tree, fault.path, fault.put_into(source))
    try:
        for batch in (chosen[:_FIRST], chosen[_FIRST:]):
            noticed = _run(tree, batch, sum(known.seconds[each] for each in batch)) if batch else ""
            if noticed:
                return Met(fault, len(tests), len(chosen), noticed)
    finally:
        _write(tree, fault.path, source)
    return Met(fault, len(tests), len(chosen), "")


def _worker(
    bench: Bench, tree: Path, work: Sequence[tuple[Fault, list[str]]], known: Recorded, budget: float
) -> None:
    """Meet these faults in one copy; what came of them is a line of JSON each.

    A test that fails without a fault as well notices nothing: what failed runs again on the clean copy.
    """
    met = []
    for fault, tests in work:
        met.append(_meet(bench, fault, tests, known, tree, budget))
        print(f"{'noticed' if met[-1].noticed else 'NOT noticed'}: {fault}", file=sys.stderr, flush=True)
    failed = {each.noticed for each in met if each.noticed in known.seconds}
    unsteady: set[str] = set()
    while left := sorted(failed - unsteady):
        again = _run(tree, left, sum(known.seconds[each] for each in left))
        if not again:
            break
        unsteady |= {again} if again in failed else failed
    lines = [[each.touched, each.run, each.noticed, each.noticed in unsteady] for each in met]
    tree.with_suffix(".met").write_text("".join(json.dumps(each) + "\n" for each in lines), "utf-8")


def _meet_all(
    bench: Bench, work: Sequence[tuple[Fault, list[str]]], known: Recorded, workers: int, budget: float
) -> list[Met]:
    """What becomes of each fault, by several workers."""
    shares = []
    for number in range(1, workers + 1):
        share, tree = work[number - 1 :: workers], bench.copy(number)
        child = os.fork()
        if child == 0:
            try:
                _worker(bench, tree, share, known, budget)
                os._exit(0)
            finally:
                traceback.print_exc()
                os._exit(_CRASH)
        shares.append((child, tree, share))
    met: list[Met] = []
    for child, tree, share in shares:
        if os.waitpid(child, 0)[1]:
            sys.exit(f"no answer, see {tree.with_suffix('.log')}")
        lines = tree.with_suffix(".met").read_text("utf-8").splitlines()
        met += [Met(fault, *json.loads(line)) for (fault, _), line in zip(share, lines, strict=True)]
    return [each._replace(noticed="") if each.unsteady else each for each in met]


def _tell(room: str, met: Sequence[Met]) -> None:
    noticed = sum(bool(each.noticed) for each in met)
    never = sum(not each.touched for each in met)
    share = f"{noticed / len(met):.0%}" if met else "-"
    _say(f"{room:<12} {noticed} of {len(met)} noticed, {share}; {never} run by none of these tests")
    kinds = Counter(each.fault.kind for each in met if not each.noticed)
    if kinds:
        _say(f"{'':<12} not noticed: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    for each in sorted(met, key=lambda one: (one.fault.path, one.fault.line)):
        if not each.noticed:
            unsteady = ", one failed that fails without it" * each.unsteady
            _say(f"  {each.fault} ({each.touched} tests near it, {each.run} asked{unsteady})")


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw faults for each room, meet them, and print what survives."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rooms", nargs="+")
    parser.add_argument("--faults", type=int, default=20, help="faults a room")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the copies and the recordings stand"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--budget", type=float, default=30.0, help="seconds of tests a fault, as they were recorded"
    )
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--package", default="clip_lint")
    parser.add_argument(
        "--tests", nargs="+", help="folders and files of tests, where not all of the room are asked"
    )
    parser.add_argument("--files", default="", help="only modules whose path holds this")
    options = parser.parse_args(arguments)
    bench = Bench(options.root.resolve(), options.package, options.folder.resolve())
    for name in _HEAVY:
        importlib.import_module(name)
    total: list[Met] = []
    for room in options.rooms:
        files = bench.test_files(room, options.tests)
        bench.record(files)
        known = bench.recorded(files, room)
        inside = f"{options.package}/{room}/"
        sources = {
            path: text
            for path, text in bench.sources.items()
            if path.startswith(inside) and options.files in path
        }
        faults = draw(sources, options.faults, options.seed)
        work = [(fault, bench.tests_near(fault, room, known)) for fault in faults]
        met = _meet_all(bench, work, known, min(options.workers, len(work) or 1), options.budget)
        _tell(room, met)
        total += met
    _say(f"all: {sum(bool(each.noticed) for each in total)} of {len(total)} noticed")


if __name__ == "__main__":
    main()
