from __future__ import annotations

import dataclasses
import json
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fakes import STEPS
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from clip_lint.core import files
from clip_lint.core.finding import Detail, Finding, Related, Severity
from clip_lint.core.place import Place, Position
from clip_lint.core.problem import Problem
from clip_lint.engine import cache as cache_module
from clip_lint.engine import files as engine
from clip_lint.engine.cache_format import from_record, to_record
from clip_lint.engine.funnel import FileResult, Steps, default_steps, lint_file
from clip_lint.engine.lint import lint, lint_text
from clip_lint.engine.outcome import Outcome
from clip_lint.engine.task import Scope, Task
from clip_lint.engine.workers import in_workers
from clip_lint.knowledge.versions import Versions
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage
from clip_lint.source.workspace import Workspace

if TYPE_CHECKING:
    from conftest import Writer

FAULT = 'import clip\nfault("CLP201")\n'


def run(
    top: Path, *paths: str, steps: Steps | None = STEPS, stage: Stage | None = None, **values: Any
) -> Outcome:
    values.setdefault("min_severity", Severity.NOTE)
    overrides = Overrides(values, stage or Stage())
    return lint(paths or (".",), Configuration(overrides, str(top)), str(top), steps=steps)


def shown(outcome: Outcome) -> list[tuple[str, str, int]]:
    return [(each.place.path, each.code, each.place.start.line) for each in outcome.reported]


def test_findings_come_in_order_of_place(write: Writer) -> None:
    top = write(
        {"b.py": 'import clip\nfault("CLP402")\nfault("CLP201")\n', "a/x.py": FAULT, "c.py": "import os\n"}
    )
    outcome = run(top)
    assert shown(outcome) == [("a/x.py", "CLP201", 2), ("b.py", "CLP402", 2), ("b.py", "CLP201", 3)]
    assert outcome.files == 3


def test_the_funnel_stops_early(write: Writer) -> None:
    top = write({"plain.py": "x = = 1\n", "mentions.py": "# clip\nfault('CLP201')\n", "uses.py": FAULT})
    parsed, read = [], []

    def uses_clip(text: str, extra: Any) -> bool:
        parsed.append(text)
        return STEPS.uses_clip(text, extra)

    def reading(source: Any, *rest: Any) -> Any:
        read.append(source.path)
        return STEPS.read(source, *rest)

    outcome = run(top, steps=dataclasses.replace(STEPS, uses_clip=uses_clip, read=reading))
    assert len(parsed) == 2  # a file that never mentions CLIP is not parsed, and so may be no Python at all
    assert read == ["uses.py"]
    assert not outcome.problems


def test_a_file_that_cannot_be_linted_costs_the_others_nothing(write: Writer) -> None:
    top = write(
        {
            "broken.py": "import clip\nx = = 1\n",
            "binary.py": b"import clip\0",
            "latin.py": b"import clip\n'\xe9'\n",
            "crash.py": "import clip\ncrash()\n",
            "deep.py": "import clip\nx = " + "(" * 5000 + "\n",
            "n.ipynb": "{ clip",
            "good.py": FAULT,
        }
    )
    outcome = run(top)
    assert shown(outcome) == [("good.py", "CLP201", 2)]
    said = {problem.path: str(problem) for problem in outcome.problems}
    assert set(said) == {"broken.py", "binary.py", "latin.py", "crash.py", "deep.py", "n.ipynb"}
    assert said["broken.py"].startswith("broken.py:2:5: cannot be parsed")
    assert said["latin.py"].startswith("latin.py:2:1: not utf-8 text")
    assert "a fault in clip-lint (ZeroDivisionError: divided by" in said["crash.py"]
    assert "at fakes.py:" in said["crash.py"]
    assert all("\n" not in line for line in said.values())


def test_recursion_and_memory_are_problems_of_one_file(write: Writer) -> None:
    top = write({"a.py": FAULT, "b.py": FAULT})
    for error, words in ((RecursionError(), "nested too deeply"), (MemoryError(), "not enough memory")):

        def fails(source: Any, *rest: Any, error: BaseException = error) -> Any:
            if source.path == "a.py":
                raise error
            return STEPS.read(source, *rest)

        outcome = run(top, steps=dataclasses.replace(STEPS, read=fails))
        assert shown(outcome) == [("b.py", "CLP201", 2)]
        assert words in str(outcome.problems[0])


def test_a_file_that_vanishes_or_is_a_pipe_is_a_problem(
    write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = write({"a.py": FAULT, "b.py": FAULT})
    os.mkfifo(top / "pipe.py")
    read = files.read_bytes

    def vanishing(path: str) -> bytes:
        if path.endswith("/a.py"):
            Path(path).unlink(missing_ok=True)
        return read(path)

    monkeypatch.setattr(engine, "read_bytes", vanishing)
    outcome = run(top, "a.py", "b.py", "pipe.py")
    assert [str(problem) for problem in outcome.problems] == [
        "a.py: cannot be read: No such file or directory",
        "pipe.py: not a regular file",
    ]
    assert shown(outcome) == [("b.py", "CLP201", 2)]


def test_missing_paths_are_kept_apart(write: Writer) -> None:
    outcome = run(write({"a.py": FAULT}), "a.py", "gone.py")
    assert [problem.path for problem in outcome.missing] == ["gone.py"]
    assert not outcome.problems
    assert len(outcome.reported) == 1


def test_a_notebook_is_one_program_and_findings_carry_the_cell(write: Writer) -> None:
    cells = [
        {"cell_type": "code", "source": "import clip\n%matplotlib inline"},
        {"cell_type": "markdown", "source": "text"},
        {"cell_type": "code", "source": 'x = 1\nfault("CLP201")'},
        {"cell_type": "code", "source": "y = = 1"},
    ]
    outcome = run(write({"n.ipynb": json.dumps({"cells": cells})}))
    place = outcome.reported[0].place
    assert (place.path, place.cell, place.start) == ("n.ipynb", 3, Position(2, 1))
    assert not outcome.problems


def test_a_finding_in_a_helper_is_reported_once_and_only_if_the_helper_is_linted(write: Writer) -> None:
    top = write({"a.py": "import clip\nfrom helper import f\n", "b.py": "import clip\nfrom helper import f\n",
                 "helper.py": 'fault("CLP201")\n'})  # fmt: skip
    assert shown(run(top)) == [("helper.py", "CLP201", 1)]
    assert shown(run(top, "a.py")) == []
    assert shown(run(top, extend_exclude=("helper.py",))) == []


def test_a_helpers_own_comments_and_settings_hold_for_findings_from_elsewhere(write: Writer) -> None:
    top = write({"a.py": "import clip\nfrom helper import f\n", "helper.py": 'fault("CLP201")  # noqa\n'})
    assert shown(run(top)) == []
    (top / "helper.py").write_text('fault("CLP201")  # clip-lint: ignore[CLP201]\n')
    assert shown(run(top)) == []
    (top / "helper.py").write_text('fault("CLP201")\n')
    assert len(shown(run(top))) == 1
    assert shown(run(top, per_file_ignores=(("helper.py", ("CLP2",)),))) == []


def test_selection_severity_and_per_file_ignores(write: Writer) -> None:
    top = write({"a.py": 'import clip\nfault("CLP201")\nfault("CLP305")\nfault("CLP402")\n'})
    assert [code for _, code, _ in shown(run(top))] == ["CLP201", "CLP305", "CLP402"]
    assert [code for _, code, _ in shown(run(top, min_severity=Severity.WARNING))] == ["CLP201", "CLP305"]
    assert [code for _, code, _ in shown(run(top, min_severity=Severity.ERROR))] == ["CLP201"]
    assert [code for _, code, _ in shown(run(top, stage=Stage(("CLP3", "CLP4"))))] == ["CLP305", "CLP402"]
    assert [code for _, code, _ in shown(run(top, per_file_ignores=(("*.py", ("CLP2",)),)))] == [
        "CLP305",
        "CLP402",
    ]
    raised = run(
        top, severity=(("CLP", Severity.WARNING), ("CLP402", Severity.ERROR)), min_severity=Severity.WARNING
    )
    assert [(each.code, str(each.severity)) for each in raised.reported] == [
        ("CLP201", "warning"),
        ("CLP305", "warning"),
        ("CLP402", "error"),
    ]


def test_each_folder_follows_its_own_configuration(write: Writer) -> None:
    top = write({"a/clip-lint.toml": "select = ['CLP3']\n", "a/x.py": FAULT, "b/x.py": FAULT})
    assert shown(run(top)) == [("b/x.py", "CLP201", 2)]


def test_versions_follow_pins_targets_and_isolation(write: Writer) -> None:
    top = write({"requirements.txt": "transformers==4.1.0\n", "a.py": FAULT})
    assert run(top).reported[0].message == "a fault under transformers ==4.1.0"
    assert "==5.*" in run(top, target_versions=(("transformers", "==5.*"),)).reported[0].message
    configuration = Configuration(Overrides(), str(top), isolated=True)
    alone = lint((".",), configuration, str(top), isolated=True, steps=STEPS)
    assert "4.1.0" not in alone.reported[0].message


def test_text_from_standard_input_is_linted_under_its_name(write: Writer) -> None:
    top = write(
        {
            "pkg/helper.py": 'fault("CLP305")\n',
            "pkg/clip-lint.toml": "ignore = ['CLP201']\n",
            "pkg/a.py": "old",
        }
    )
    configuration = Configuration(Overrides({"min_severity": Severity.NOTE}), str(top))
    data = b'import clip\nfrom helper import f\nfault("CLP201")\nfault("CLP402")\n'
    outcome = lint_text(data, "pkg/a.py", configuration, str(top), steps=STEPS)
    assert shown(outcome) == [("pkg/a.py", "CLP402", 4)]
    assert len(lint_text(data, "-", configuration, str(top), steps=STEPS).reported) == 2
    forced = Configuration(Overrides({"force_exclude": True, "extend_exclude": ("a.py",)}), str(top))
    assert lint_text(data, "a.py", forced, str(top), steps=STEPS).files == 0


def test_own_libraries_widen_the_funnel(write: Writer) -> None:
    top = write(
        {
            "own.toml": 'package = "ourlib"\n',
            "a.py": 'import ourlib.x\nfault("CLP201")\n',
            "b.py": 'x = "ourlib"\nfault("CLP201")\n',
        }
    )
    assert shown(run(top)) == []
    assert shown(run(top, extra_libraries=(str(top / "own.toml"),))) == [("a.py", "CLP201", 2)]


class TestFingerprints:
    def test_stay_when_lines_move(self, write: Writer) -> None:
        top = write({"a.py": FAULT})
        before = run(top).reported[0].fingerprint
        (top / "a.py").write_text("\n\nimport clip\nif x:\n        " + FAULT.splitlines()[1] + "\n")
        assert run(top).reported[0].fingerprint == before

    def test_change_with_the_code_and_differ_between_places(self, write: Writer) -> None:
        top = write(
            {
                "a.py": FAULT,
                "b.py": FAULT,
                "c.py": 'import clip\nfault("CLP201")\nfault("CLP201")\nx = fault("CLP201")\n',
            }
        )
        prints = [each.fingerprint for each in run(top).reported]
        assert len(set(prints)) == 5
        assert all(prints)

    def test_are_the_same_from_every_folder(self, write: Writer) -> None:
        top = write({"pyproject.toml": "", "app/a.py": FAULT})
        (above,), (inside,) = run(top).reported, run(top / "app").reported
        assert (above.place.path, inside.place.path) == ("app/a.py", "a.py")
        assert above.fingerprint == inside.fingerprint


class TestCache:
    """With the real steps replaced, so that what is read can be counted."""

    @pytest.fixture(autouse=True)
    def _counted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: list[str] = []

        def reading(source: Any, *rest: Any) -> Any:
            self.read.append(source.path)
            return STEPS.read(source, *rest)

        monkeypatch.setattr(engine, "default_steps", lambda: dataclasses.replace(STEPS, read=reading))
        monkeypatch.setattr(cache_module, "_SETTLED_NS", -1)

    def lint(self, top: Path, *paths: str, **values: Any) -> tuple[list[tuple[str, str, int]], list[str]]:
        """What is reported, and which files were read for it."""
        self.read.clear()
        outcome = run(top, *paths, steps=None, workers=1, **values)
        return shown(outcome), sorted(self.read)

    def test_a_second_run_reads_nothing_and_says_the_same(self, write: Writer) -> None:
        top = write({"a.py": FAULT, "b.py": "import clip\n", "c.py": ""})
        first, read = self.lint(top)
        assert read == ["a.py", "b.py"]
        assert self.lint(top) == (first, [])
        assert (top / ".clip_lint_cache/CACHEDIR.TAG").is_file()

    def test_a_fault_of_our_own_is_not_remembered(self, write: Writer) -> None:
        top = write({"a.py": "import clip\ncrash()\n", "b.py": FAULT})
        first, _ = self.lint(top)
        assert self.lint(top) == (first, ["a.py"])

    def test_selection_and_severity_need_no_new_reading(self, write: Writer) -> None:
        top = write({"a.py": FAULT})
        self.lint(top)
        assert self.lint(top, stage=Stage(ignore=("CLP201",))) == ([], [])
        assert self.lint(top, severity=(("CLP201", Severity.NOTE),), min_severity=Severity.WARNING) == (
            [],
            [],
        )

    def test_only_what_changed_is_read_again(self, write: Writer) -> None:
        top = write({"a.py": FAULT, "b.py": FAULT})
        self.lint(top)
        (top / "a.py").write_text("import clip\n")
        assert self.lint(top) == ([("b.py", "CLP201", 2)], ["a.py"])

    def test_a_changed_helper_outdates_who_imports_it(self, write: Writer) -> None:
        top = write({"a.py": "import clip\nfrom helper import f\n", "b.py": FAULT, "helper.py": "x = 1\n"})
        assert self.lint(top)[1] == ["a.py", "b.py"]
        (top / "helper.py").write_text('fault("CLP305")\n')
        assert self.lint(top) == ([("b.py", "CLP201", 2), ("helper.py", "CLP305", 1)], ["a.py"])

    def test_a_new_file_that_an_import_now_means_outdates_it(self, write: Writer) -> None:
        top = write({"a.py": "import clip\nfrom helper import f\n", "b.py": FAULT})
        self.lint(top)
        (top / "helper.py").write_text('fault("CLP305")\n')
        assert self.lint(top)[1] == ["a.py"]
        (top / "helper.py").unlink()
        assert self.lint(top) == ([("b.py", "CLP201", 2)], ["a.py"])

    def test_other_versions_outdate_everything_that_was_read(self, write: Writer) -> None:
        top = write({"a.py": FAULT})
        self.lint(top)
        (top / "requirements.txt").write_text("transformers==4.1.0\n")
        assert self.lint(top)[1] == ["a.py"]
        assert self.lint(top, target_versions=(("transformers", "==5.*"),))[1] == ["a.py"]

    def test_own_tables_are_part_of_the_key(self, write: Writer) -> None:
        top = write({"own.toml": 'package = "ourlib"\n', "a.py": FAULT})
        self.lint(top, extra_libraries=(str(top / "own.toml"),))
        assert self.lint(top, extra_libraries=(str(top / "own.toml"),))[1] == []
        (top / "own.toml").write_text('package = "ourlib"\n# changed\n')
        assert self.lint(top, extra_libraries=(str(top / "own.toml"),))[1] == ["a.py"]

    def test_a_new_version_of_clip_lint_starts_afresh(
        self, write: Writer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        top = write({"a.py": FAULT})
        self.lint(top)
        monkeypatch.setattr(cache_module, "__version__", "99")
        assert self.lint(top)[1] == ["a.py"]

    def test_comments_and_problems_are_remembered(self, write: Writer) -> None:
        top = write(
            {"a.py": FAULT.replace(")", ")  # noqa: CLP201, CLP305"), "b.py": "import clip\nx = = 1\n"}
        )
        first = run(top, steps=None, workers=1)
        again = run(top, steps=None, workers=1)
        assert first == again
        assert [each.code for each in first.reported] == ["CLP001"]
        assert len(first.problems) == 1

    def test_without_cache_nothing_is_written(self, write: Writer) -> None:
        top = write({"a.py": FAULT})
        self.lint(top, cache=False)
        assert not (top / ".clip_lint_cache").exists()
        self.lint(top, cache_dir=str(top / "elsewhere"))
        assert (top / "elsewhere").is_dir()

    def test_an_entry_of_another_shape_is_read_anew(self, write: Writer) -> None:
        top = write({"a.py": FAULT})
        first, _ = self.lint(top)
        (file,) = (top / ".clip_lint_cache").glob("*.json")
        document = json.loads(file.read_text())
        document["results"][str(top / "a.py")]["findings"] = [["CLP201"]]
        file.write_text(json.dumps(document))
        assert self.lint(top) == (first, ["a.py"])


def test_a_result_survives_the_cache_unchanged() -> None:
    place = Place("a.py", 2, Position(1, 2), Position(3, 4))
    found = Finding(
        "CLP201",
        "name",
        Severity.ERROR,
        "message",
        place,
        "help",
        (Related(place, "why"),),
        "model",
        "print",
        details=(Detail("features", "clip", place), Detail("kind", "known")),
    )
    text = "import clip\nx = f(1)  # noqa: E501, CLP201\n# clip-lint: ignore-file\n"
    from fakes import source_of

    from clip_lint.source.directives import directives

    result = FileResult(
        "/a.py",
        (found, dataclasses.replace(found, details=(), model=None)),
        (Problem("a.py", "bad", 1, 2, 3),),
        directives(source_of("a.py", text)),
        ("/b.py",),
        {"/a.py": {"b": "/b.py", "c": None}},
    )
    assert from_record("/a.py", json.loads(json.dumps(to_record(result)))) == result
    assert result.comments is not None
    assert len(result.comments) == 2


class TestWorkers:
    def tasks(self, top: Path) -> list[Task]:
        scope = Scope((str(top),), str(top), ())
        versions = Versions((("transformers", "==5.0.0"),))
        return [Task(str(path), path.name, versions, scope) for path in sorted(top.glob("*.py"))]

    def test_give_what_one_process_gives(self, write: Writer) -> None:
        top = write({f"m{number}.py": f"import clip\nx = {number} = 1\n" for number in range(20)})
        tasks = self.tasks(top)
        alone = {task: lint_file(task, task.scope.workspace(), default_steps()) for task in tasks}
        assert dict(in_workers(tasks, 2)) == alone
        assert all(result.problems for result in alone.values())

    @pytest.mark.skipif(sys.platform != "linux", reason="the dying worker below needs fork to be told to die")
    def test_one_that_dies_costs_one_file(self, write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
        from clip_lint.engine import workers

        top = write({f"m{number}.py": "" for number in range(5)})

        def lint_or_die(task: Task, *_rest: Any) -> FileResult:
            if task.name == "m3.py":
                os._exit(9)
            return FileResult(task.path)

        monkeypatch.setattr(workers, "lint_file", lint_or_die)
        # Another test's progress bar may have left a thread behind; only a fork sees what is replaced here.
        monkeypatch.setattr(threading, "active_count", lambda: 1)
        results = {task.name: result for task, result in in_workers(self.tasks(top), 2)}
        assert sorted(results) == [f"m{number}.py" for number in range(5)]
        assert [name for name, result in results.items() if result.problems] == ["m3.py"]
        assert "killed or crashed" in results["m3.py"].problems[0].message


def test_progress_is_told_to_the_end(write: Writer) -> None:
    top = write({f"m{number}.py": FAULT if number % 2 else "" for number in range(5)})
    told: list[tuple[int, int]] = []
    lint(
        (".",),
        Configuration(Overrides(), str(top)),
        str(top),
        steps=STEPS,
        progress=lambda *step: told.append(step),
    )
    assert told == [(number, 5) for number in range(1, 6)]


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data=st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    )
)
@example(data=b"\xff\xfeclip")
@example(data=b"import clip\n# coding: x\n")
@pytest.mark.parametrize("name", ["a.py", "a.ipynb"])
def test_no_bytes_make_it_fall_over(tmp_path: Path, data: bytes, name: str) -> None:
    work = Workspace([tmp_path], tmp_path)
    for content in (
        data,
        b"import clip\n" + data,
        b'{"cells": [{"cell_type": "code", "source": "import clip\\n' + data,
    ):
        (tmp_path / name).write_bytes(content)
        task = Task(str(tmp_path / name), name, Versions(), Scope((str(tmp_path),), str(tmp_path), ()))
        result = lint_file(task, work, STEPS)
        assert not any("a fault in clip-lint" in problem.message for problem in result.problems)
