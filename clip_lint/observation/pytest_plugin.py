"""`pytest --clip-lint`: the tests' own run is watched, and says which findings are true.

Without the option the plugin does nothing, and imports nothing.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from clip_lint.observation.watching import Observation

_SENT = "clip_lint_sightings"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, and the setting for the paths."""
    group = parser.getgroup("clip-lint")
    group.addoption(
        "--clip-lint",
        nargs="?",
        const="fail",
        choices=("fail", "report"),
        help="Watch the run and say which findings of clip-lint it shows; an observed one makes the exit status 1, unless "
        "`--clip-lint=report` is given.",
    )
    group.addoption(
        "--clip-lint-json", metavar="FILE", help="With --clip-lint: write the report as JSON too."
    )
    parser.addini("clip_lint_paths", "files and folders that --clip-lint lints and watches", "args", ["."])


def pytest_configure(config: pytest.Config) -> None:
    """Start watching before anything is collected, where that is asked for."""
    mode = config.getoption("--clip-lint")
    if mode is None:
        if config.getoption("--clip-lint-json"):
            raise pytest.UsageError("--clip-lint-json goes with --clip-lint")
        return
    if find_spec("torch") is None:
        raise pytest.UsageError("--clip-lint watches torch, which is not installed here")
    from clip_lint.observation.watching import Observation  # noqa: PLC0415 - only where it is asked for

    paths = [str(path) for path in config.getini("clip_lint_paths")]
    watched = Observation(paths, config.rootpath)
    config.pluginmanager.register(_Watcher(config, watched, fails=mode == "fail"), "clip-lint-watcher")


class _Watcher:
    """One session, or one worker's share of it."""

    def __init__(self, config: pytest.Config, watched: Observation, *, fails: bool) -> None:
        self._config = config
        self._watched = watched
        self._fails = fails
        watched.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """What two tests do is no repetition."""
        self._watched.part()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist is done: take over what it saw."""
        self._watched.record.take(getattr(node, "workeroutput", {}).get(_SENT, {}))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Stop watching; in the main process, judge."""
        self._watched.stop()
        sent = getattr(self._config, "workeroutput", None)
        if sent is not None:
            sent[_SENT] = self._watched.record.sent()
            return
        if self._fails and self._watched.result.fails and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        file = self._config.getoption("--clip-lint-json")
        if file:
            from clip_lint.observation.report import to_json  # noqa: PLC0415

            text = json.dumps(to_json(self._watched.result), ensure_ascii=False, indent=2) + "\n"
            Path(file).write_text(text, encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The report behind that of the tests."""
        from clip_lint.observation.report import lines  # noqa: PLC0415

        terminalreporter.section("clip-lint")
        for line in lines(self._watched.result):
            terminalreporter.write_line(line)

    def pytest_unconfigure(self) -> None:
        """A session that ended early is watched no longer either."""
        self._watched.stop()
