"""Copies of a tree for `faults.py`, and what each of its tests runs and takes."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import fault_plugin
from fault_kinds import Fault, lines_naming

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ALSO = {
    "checks": ["tests/test_cards.py"],
    "codemods": ["tests/fixing"],
    "engine": ["tests/test_engine.py", "tests/test_baseline.py", "tests/test_label_cache.py"],
    "fixing": ["tests/test_suppressed_blocks.py"],
    "knowledge": ["tests/test_alternatives.py"],
    "settings": [
        "tests/test_config.py",
        "tests/test_security_boundary.py",
        "tests/test_selection.py",
        "tests/test_variables.py",
    ],
    "source": ["tests/test_suppressions.py", "tests/test_suppressed_blocks.py"],
}
"""Tests of a room that stand elsewhere than in `tests/<room>`."""
_PROGRAMS = ("checks", "knowledge", "language", "reading")
"""Rooms that `tests/trust` asks about besides: what is found in programs."""


_FEW = 5


class About(TypedDict):
    """Of which file of tests, and of which package, a recording is: hashes of what they held."""

    tests: str
    hash: str
    package: dict[str, str]


@dataclass
class Recorded:
    """What each test ran and how long it took."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    """Path in the tree -> line -> tests."""
    changed: set[str] = field(default_factory=set)
    """Files of the package that are no longer what was recorded."""

    def touching(self, path: str, lines: Iterable[int]) -> set[str]:
        """The tests that run one of these lines; of a file that has changed since, those that run any."""
        known = self.lines.get(path, {})
        wanted = known if path in self.changed else lines
        return {test for line in wanted for test in known.get(line, ()) if test in self.seconds}


class Bench:
    """Copies of one tree, and what is known of its tests."""

    def __init__(self, root: Path, package: str, folder: Path) -> None:
        self.root = root
        self.package = package
        self.folder = folder
        self.recordings = folder / "recorded"
        modules = sorted((root / package).rglob("*.py"))
        self.sources = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in modules}

    def copy(self, number: int) -> Path:
        """A copy of the tree as it is; one that stands there, with what is compiled in it, is brought up to date."""
        place = self.folder / f"tree{number}"
        wanted = set()
        for folder, folders, files in os.walk(self.root):
            folders[:] = [each for each in folders if not _left_out(each)]
            inside = place / Path(folder).relative_to(self.root)
            inside.mkdir(parents=True, exist_ok=True)
            for file in files:
                old, new = Path(folder, file), inside / file
                wanted.add(new)
                if not new.exists() or _version(old) != _version(new):
                    shutil.copy2(old, new)
                    forget_compiled(new)
        for path in sorted(place.rglob("*")):
            if path.is_file() and path not in wanted and path.parent.name != "__pycache__":
                path.unlink()
        return place

    @functools.cached_property
    def copied(self) -> Path:
        """The copy in which tests are recorded."""
        return self.copy(0)

    def test_files(self, room: str, asked: Sequence[str] | None = None) -> list[str]:
        """The files of tests that are asked about a room, if no others are named."""
        named = asked or [
            f"tests/{room}",
            *_ALSO.get(room, ()),
            *(["tests/trust"] if room in _PROGRAMS else []),
        ]
        files: list[Path] = []
        for each in named:
            path = self.root / each
            files += sorted(path.rglob("test_*.py")) if path.is_dir() else [path] if path.exists() else []
        return [each.relative_to(self.root).as_posix() for each in files]

    def record(self, files: Sequence[str]) -> None:
        """Record what the tests of these files run, unless that is known."""
        self.recordings.mkdir(parents=True, exist_ok=True)
        known = {each["tests"]: each["hash"] for each in self._about()}
        for file in files:
            now = _hash((self.root / file).read_bytes())
            if known.get(file) != now:
                self._record(file, now)

    def _record(self, file: str, now: str) -> None:
        stem = self._stem(file)
        Path(f"{stem}.rc").write_text(
            f"[run]\nsource = {self.copied / self.package}\ndata_file = {stem}.lines\n", "utf-8"
        )
        for stale in (Path(f"{stem}.lines"), Path(f"{stem}.times")):
            stale.unlink(missing_ok=True)
        told = {fault_plugin.TIMES: f"{stem}.times", fault_plugin.PACKAGE: self.package}
        under = [sys.executable, "-m", "coverage", "run", f"--rcfile={stem}.rc"]
        asked = ["-m", "pytest", "-q", "-p", "fault_plugin", "-p", "no:cacheprovider", file]
        begun = time.monotonic()
        done = subprocess.run(
            [*under, *asked],
            cwd=self.copied,
            env=surroundings(self.copied) | told,
            capture_output=True,
            text=True,
            check=False,
        )
        if not Path(f"{stem}.times").exists():
            sys.exit(f"{file} cannot be recorded:\n{done.stdout}{done.stderr}")
        print(
            f"recorded {file}: {done.stdout.splitlines()[-1]}, {time.monotonic() - begun:.0f} s", flush=True
        )
        package = {path: _hash(text.encode()) for path, text in self.sources.items()}
        about: About = {"tests": file, "hash": now, "package": package}
        Path(f"{stem}.json").write_text(json.dumps(about), "utf-8")

    def recorded(self, files: Sequence[str], room: str) -> Recorded:
        """What is known of these tests, for the files of one room."""
        from coverage import CoverageData

        known = Recorded()
        for about in self._about():
            if about["tests"] not in files:
                continue
            stem = self._stem(about["tests"])
            known.seconds |= json.loads(Path(f"{stem}.times").read_text("utf-8"))
            data = CoverageData(f"{stem}.lines")
            data.read()
            for measured in data.measured_files():
                path = Path(measured).relative_to(self.copied).as_posix()
                if not path.startswith(f"{self.package}/{room}/"):
                    continue
                if about["package"].get(path) != _hash(self.sources.get(path, "").encode()):
                    known.changed.add(path)
                lines = known.lines.setdefault(path, {})
                for line, tests in data.contexts_by_lineno(measured).items():
                    lines.setdefault(line, set()).update(tests)
        return known

    def tests_of(self, fault: Fault, room: str, known: Recorded) -> list[str]:
        """The tests that run what the fault changes: the room's own and the quick ones first."""
        tests = known.touching(fault.path, fault.touched)
        if not fault.touched:
            for path in known.lines:
                if path in self.sources:
                    tests |= known.touching(path, lines_naming(self.sources[path], fault.names))
            tests |= {test for test in known.seconds if self._names(test.partition("::")[0], fault.names)}
            tests = tests or known.touching(fault.path, known.lines.get(fault.path, ()))
        own = f"tests/{room}/"
        return sorted(tests, key=lambda each: (not each.startswith(own), round(known.seconds[each], 1), each))

    @functools.cache  # noqa: B019 - there is one bench
    def _names(self, file: str, names: frozenset[str]) -> bool:
        """Whether a file of tests names one of these."""
        return any(
            re.search(rf"\b{re.escape(name)}\b", (self.root / file).read_text("utf-8")) for name in names
        )

    def tests_near(self, fault: Fault, room: str, known: Recorded) -> list[str]:
        """Those, and where they are few the others that run the module: what is kept once in a process only one test runs."""
        tests = self.tests_of(fault, room, known)
        if not 0 < len(tests) < _FEW:
            return tests
        others = known.touching(fault.path, known.lines.get(fault.path, ())) - {*tests}
        return [*tests, *sorted(others, key=lambda each: (round(known.seconds[each], 1), each))]

    def _stem(self, file: str) -> str:
        return str(self.recordings / file.removesuffix(".py").replace("/", "+"))

    def _about(self) -> Iterator[About]:
        for path in sorted(self.recordings.glob("*.json")):
            yield json.loads(path.read_text("utf-8"))


def surroundings(tree: Path) -> dict[str, str]:
    """The environment in which the package and the tests of this tree are found, in programs that tests start as well."""
    paths = f"{tree}{os.pathsep}{Path(__file__).parent}"
    return {**os.environ, "PYTHONPATH": paths, "HF_HUB_OFFLINE": "1"}


def forget_compiled(module: Path) -> None:
    """Remove what is compiled of a module: a change within one second that keeps its length would not be seen."""
    for compiled in module.parent.glob(f"__pycache__/{module.stem}.*"):
        compiled.unlink()


def _left_out(folder: str) -> bool:
    return (
        folder.startswith(".") or folder in ("__pycache__", "build", "dist") or folder.endswith(".egg-info")
    )


def _version(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
