"""The trust suite: programs as people write them, what must be found in them and what must not."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from trust_cases import Case, Expectation, cases, read

from clip_lint.core.finding import Finding, Severity
from clip_lint.engine.lint import lint
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage

CASES = cases(Path(__file__).parent)
BY_NAME = {(case.topic, case.title): case for case in CASES}
EXPECTED = [(case, each) for case in CASES for each in case.expectations]


def _as_parameter(case: Case, expectation: Expectation) -> object:
    marks = [pytest.mark.xfail(strict=True, reason="known")] if expectation.is_known else []
    name = f"{case.topic}: {case.title}: {expectation.written}"
    return pytest.param(case.topic, case.title, expectation, id=name, marks=marks)


@cache
def reported(topic: str, title: str, only: str = ".") -> tuple[Finding, ...]:
    """What is found in a case's files, notes too; ``only`` names the file that is linted."""
    with tempfile.TemporaryDirectory(prefix="trust") as folder:
        for name, text in BY_NAME[topic, title].files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        values = {"min_severity": Severity.NOTE, "cache": False, "workers": 1}
        configuration = Configuration(Overrides(values, Stage(select=("ALL",))), folder, isolated=True)
        outcome = lint([only], configuration, folder, isolated=True, fixes=False)
        assert not outcome.problems
        return outcome.reported


def told(findings: Iterable[Finding]) -> list[tuple[str, str, int, str]]:
    return [(each.code, each.place.path, each.place.start.line, str(each.severity)) for each in findings]


@pytest.mark.parametrize(
    ("topic", "title", "expectation"), [_as_parameter(case, each) for case, each in EXPECTED]
)
def test_expectation(topic: str, title: str, expectation: Expectation) -> None:
    case = BY_NAME[topic, title]
    level = Severity.named(expectation.severity)
    shown = [each for each in reported(topic, title) if each.severity >= level]
    if expectation.code != "*":
        shown = [each for each in shown if each.code.startswith(expectation.code)]
    if expectation.text:
        place = case.place(expectation.text)
        shown = [each for each in shown if (each.place.path, each.place.start.line) == place]
    assert bool(shown) is expectation.is_wanted, (case.why, told(reported(topic, title)))


@pytest.mark.parametrize(
    ("topic", "title"),
    [
        pytest.param(case.topic, case.title, id=f"{case.topic}: {case.title}")
        for case in CASES
        if len(case.files) > 1
    ],
)
def test_a_file_by_itself_has_the_same_findings(topic: str, title: str) -> None:
    case = BY_NAME[topic, title]
    whole = told(reported(topic, title))
    for name in case.files:
        if name.endswith((".py", ".ipynb")):
            assert told(reported(topic, title, name)) == [
                each for each in whole if each[1] == os.path.normpath(name)
            ]


def test_there_are_enough_cases_and_each_says_why() -> None:
    assert len(CASES) >= 60
    assert len(BY_NAME) == len(CASES)
    assert all(case.why and case.files and case.expectations for case in CASES)
    for case, expectation in EXPECTED:
        if expectation.text:
            case.place(expectation.text)


@pytest.mark.parametrize(
    "text", ["## A\n- must CLP201\n", "## A\n- should CLP201 at `x`\n", "## A\n```python\nx\n```\n"]
)
def test_what_is_not_understood_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="topic"):
        list(read("topic", text))
