"""What `faults.py` asks of pytest: which lines each test runs, and to run some tests in a given order."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TIMES = "FAULTS_TIMES"
PACKAGE = "FAULTS_PACKAGE"


def steady() -> None:
    """Hypothesis gives the same examples each time and asks for no speed: a test that fails does so because of the fault."""
    try:
        from hypothesis import settings
    except ImportError:
        return
    settings.register_profile("faults", deadline=None, derandomize=True, database=None)
    settings.load_profile("faults")


class Recorder:
    """Each test is a context of its own to `coverage`; what took how long is written down at the end."""

    def __init__(self, times: str, package: str) -> None:
        self.times = times
        self.package = package
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    def forget(self) -> None:
        """Empty the package's caches of functions, or only the first test would run what is kept.

        What takes no argument reads a table: that is kept, it would cost more than the test.
        """
        for name, module in list(sys.modules.items()):
            if name.startswith(self.package):
                for value in list(vars(module).values()):
                    if getattr(value, "__module__", None) != name or not hasattr(value, "cache_clear"):
                        continue
                    if value.__wrapped__.__code__.co_argcount:
                        value.cache_clear()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        from coverage import Coverage

        current = Coverage.current()
        if current is None:
            raise pytest.UsageError("only under `coverage run`")
        self.forget()
        current.switch_context(item.nodeid)
        begun = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.process_time() - begun
            current.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed or report.skipped:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        passed = {test: seconds for test, seconds in self.seconds.items() if test not in self.failed}
        Path(self.times).write_text(json.dumps(passed), "utf-8")


class Chosen:
    """These tests, in this order, and which of them failed first."""

    def __init__(self, tests: Sequence[str], told: Path) -> None:
        self.place = {test: number for number, test in enumerate(tests)}
        self.told = told
        self.run = 0

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (each for each in items if each.nodeid in self.place), key=lambda each: self.place[each.nodeid]
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.run += report.when == "call"
        if report.failed and not self.told.exists():
            self.told.write_text(report.nodeid, "utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """As `-p fault_plugin`: record."""
    steady()
    config.pluginmanager.register(Recorder(os.environ[TIMES], os.environ[PACKAGE]))
