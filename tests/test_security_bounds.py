"""What one file may cost: where it costs more, it costs one clear line, and the other files are linted as usual."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from quick import clip_lint

from clip_lint import lint_paths, query
from clip_lint.core import bounds
from clip_lint.engine import funnel, repairs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Writer

HEAD = "import clip\nmodel, preprocess = clip.load('ViT-B/32')\n"
FAULT = HEAD + "x = model.encode_text(clip.tokenize(['two dogs'])).cpu().numpy()\n"
PLAIN = "--no-cache", "--output-format", "concise"


def long(lines: int) -> str:
    """A program that takes its time: so many calls to speak of."""
    return HEAD + "".join(
        f"x{i} = model.encode_text(clip.tokenize(['no cat {i} is left of a red dog']))\n"
        for i in range(lines)
    )


@pytest.fixture
def tree(write: Writer) -> Path:
    return write({"a.py": FAULT, "slow.py": long(700), "z.py": FAULT})


@pytest.mark.parametrize(
    "options",
    [(), ("-j", "2"), ("--diff",), ("--fix",), ("--fix", "--unsafe-fixes", "-j", "2"), ("--show-fixes",)],
)
def test_a_file_that_takes_too_long_costs_one_line(
    tree: Path, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(bounds.SECONDS_VARIABLE, "0.2")
    done = clip_lint(tree, *PLAIN, *options, ".", status=2)
    told = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("slow.py")]
    assert len(told) == 1, done
    assert "more than 0.2 s of processor time" in told[0]
    assert "exclude" in told[0]
    assert bounds.SECONDS_VARIABLE in told[0]
    fixing = {"--diff", "--fix"} & set(options)
    for name in ("a.py", "z.py"):
        assert name in done.stdout or (fixing and ".detach()" in (tree / name).read_text()) or fixing


def test_suppressions_are_written_within_the_time_of_their_file(
    write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is linted before and after: that is one run, and each time takes 3 s here."""
    clock = [0.0]
    read = funnel._read_facts

    def slow(*arguments: Any) -> Any:
        clock[0] += 3
        return read(*arguments)

    monkeypatch.setattr(bounds, "time", SimpleNamespace(thread_time=lambda: clock[0]))
    monkeypatch.setattr(funnel, "_read_facts", slow)
    top = write({"a.py": FAULT})
    done = clip_lint(top, *PLAIN, "--add-ignore", "they are drawn", status=2)
    assert done.stderr.startswith("a.py: not suppressed: it takes more than 7 s of processor time")
    assert (top / "a.py").read_text() == FAULT
    monkeypatch.setenv(bounds.SECONDS_VARIABLE, "20")
    clip_lint(top, *PLAIN, "--add-ignore", "they are drawn", status=0)


@pytest.fixture(autouse=True)
def nobody_listens_to_the_collector() -> Iterator[None]:
    """What a clock raises in a callback of the collector, such as the one of Hypothesis, is printed and forgotten."""
    listeners = list(gc.callbacks)
    gc.callbacks.clear()
    yield
    gc.callbacks[:] = listeners


def test_it_ends_when_it_should(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(bounds.SECONDS_VARIABLE, "2")
    top = write({"slow.py": long(12_000)})
    start = time.process_time()
    done = clip_lint(top, *PLAIN, "--preview", "--min-severity", "note", status=2)
    assert time.process_time() - start < 5
    assert "processor time" in done.stdout


def test_other_threads_than_the_main_one_are_bounded(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor's server lints in a thread that no signal reaches."""
    monkeypatch.setenv(bounds.SECONDS_VARIABLE, "0.2")
    results = []
    thread = threading.Thread(target=lambda: results.append(lint_paths([tree / "slow.py"], base=tree)))
    thread.start()
    thread.join()
    assert ["processor time" in problem.message for problem in results[0].problems] == [True]


def test_flake8_is_told(tree: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--select", "CLP", "slow.py"],
        cwd=tree,
        env={"CLIP_LINT_MAX_SECONDS": "0.2", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("slow.py:1:1: CLP000 not linted: it takes more than 0.2 s")


def test_a_question_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(bounds.SECONDS_VARIABLE, "0.01")
    labels = [f"two dogs left of a red cat {i}" for i in range(3_000)]
    with pytest.raises(ValueError, match="takes too long"):
        query(labels=labels)
    done = clip_lint(tmp_path, "query", *labels, status=2)
    assert done.stderr == "clip-lint: this takes too long: ask about fewer texts, or shorter ones\n"


@pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is told on Linux")
@pytest.mark.parametrize("options", [(), ("-j", "2"), ("--fix",)])
def test_a_file_that_takes_too_much_memory_costs_one_line(write: Writer, options: tuple[str, ...]) -> None:
    top = write({"a.py": FAULT, "large.py": long(700), "z.py": FAULT, "zz.py": FAULT})
    program = "import sys; from clip_lint.cli.main import main; main(sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", program, *PLAIN, *options, "."],
        cwd=top,
        env={bounds.MEMORY_VARIABLE: "25", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    told = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("large.py")]
    assert len(told) == 1, done.stderr
    assert "by 25 MB of memory" in told[0]
    assert bounds.MEMORY_VARIABLE in told[0]
    for name in ("a.py", "z.py", "zz.py"):
        assert f"{name}:" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("options", "status"), [((), 1), (("--fix",), 2), (("--diff",), 2), (("--fix", "--fix-only"), 2)]
)
def test_who_asks_for_repairs_that_take_too_long_is_told_that_none_were_made(
    write: Writer, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], status: int
) -> None:
    def too_long(*_: object) -> NoReturn:
        raise bounds.TooSlowError("it takes too long")

    monkeypatch.setattr(repairs, "_fixes", too_long)
    top = write({"a.py": FAULT})
    done = clip_lint(top, "--no-cache", *options, status=status)
    told = [line for line in done.stderr.splitlines() if "how to repair it is not known" in line]
    assert len(told) == 1, done.stderr
    assert told[0].startswith("a.py: ")


def test_what_is_full_goes_on_in_new_processes(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that cannot give back what it holds leaves the rest to others."""
    top = write({f"m{i}.py": FAULT for i in range(6)})
    monkeypatch.setattr(bounds, "freed", lambda: False)
    here = os.getpid()
    monkeypatch.setattr(bounds, "is_full", lambda part=1.0: part < 1 and os.getpid() == here)
    rows = json.loads(clip_lint(top, "--no-cache", "--output-format", "json", status=1).stdout)
    assert {row["path"] for row in rows} == {f"m{i}.py" for i in range(6)}


@pytest.mark.parametrize(("module", "stops"), [("ast", False), ("weakref", False), ("program", True)])
def test_the_clock_stops_nothing_inside_the_parser(
    monkeypatch: pytest.MonkeyPatch, module: str, stops: bool
) -> None:
    monkeypatch.setenv(bounds.SECONDS_VARIABLE, "0.0001")
    monkeypatch.setattr(
        bounds, "_start_ticking", lambda: False
    )  # the process's own clock may ring at any place
    held: dict[str, Any] = {"__name__": module}
    exec("import sys; frame = sys._getframe()", held)  # noqa: S102  (a frame of a module of that name)

    def ring() -> None:
        with bounds.bounded("a"):
            TestBounded.work(0.01)
            bounds._tick(0, held["frame"])

    with pytest.raises(bounds.TooSlowError) if stops else nullcontext():
        ring()


class TestBounded:
    @pytest.fixture(autouse=True)
    def soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(bounds.SECONDS_VARIABLE, "0.2")

    @staticmethod
    def work(seconds: float) -> None:
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass

    def test_the_clock_asks_on_its_own(self) -> None:
        with pytest.raises(bounds.TooSlowError), bounds.bounded("a"):
            self.work(2)

    def test_a_file_has_its_time_once_in_a_run(self) -> None:
        def again() -> None:
            for _ in range(4):
                with bounds.bounded("a"):
                    self.work(0.07)

        with pytest.raises(bounds.TooSlowError), bounds.run():
            again()

    def test_each_run_has_it_anew(self) -> None:
        for _ in range(4):
            with bounds.bounded("a"):
                self.work(0.07)

    def test_another_file_meanwhile_has_its_own(self) -> None:
        with bounds.bounded("a"):
            for name in "bcde":
                with bounds.bounded(name):
                    self.work(0.07)
            self.work(0.07)

    def test_the_same_file_meanwhile_has_what_is_left(self) -> None:
        with pytest.raises(bounds.TooSlowError), bounds.bounded("a"), bounds.bounded("a"):
            self.work(2)

    def test_what_cannot_be_interrupted_is_not_begun_late(self) -> None:
        with bounds.bounded("a"):
            self.work(0.05)
            bounds.check(0.1)
            with pytest.raises(bounds.TooSlowError):
                bounds.check(0.2)

    def test_outside_nothing_is_counted(self) -> None:
        with bounds.run():
            self.work(0.3)
            bounds.check()
        bounds.check()

    @pytest.mark.parametrize("value", ["", "soon", "-1", "0", "nan"])
    def test_what_cannot_be_meant_is_the_default(self, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(bounds.SECONDS_VARIABLE, value)
        with bounds.bounded("a"):
            self.work(0.3)
