"""Every rule card: its structure, its examples as programs, and exactly the findings that it promises."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from clip_lint.checks.discovery import modules, unpaired
from clip_lint.core.card_text import Example
from clip_lint.core.cards import Rule, load_rules
from clip_lint.core.finding import Severity
from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage
from clip_lint.settings.values import target_version
from clip_lint.source.suppressions import UNUSED_CODE

if TYPE_CHECKING:
    from pathlib import Path

RULES = load_rules()
CASES = [
    pytest.param(rule, example, id=f"{rule.code}-{example.kind}-line-{example.line}")
    for rule in RULES.values()
    for example in rule.examples
]
LINK = re.compile(r"\]\(([^)]+)\)")


def findings(rule: Rule, example: Example, folder: Path) -> list[tuple[int, str]]:
    """Line and message of each finding of the rule in its example, every rule and severity switched on."""
    values = {
        "min_severity": Severity.NOTE,
        "preview": True,
        "target_versions": tuple(target_version(name, text) for name, text in example.options.items()),
    }
    overrides = Overrides(values, Stage(select=("ALL",)))
    base = str(folder)
    outcome = lint_text(
        example.text.encode(),
        "example.py",
        Configuration(overrides, base, isolated=True),
        base,
        isolated=True,
    )
    assert not outcome.problems
    return [(each.place.start.line, each.message) for each in outcome.reported if each.code == rule.code]


def test_every_check_has_a_card_and_every_card_a_check() -> None:
    assert unpaired(RULES, modules(), elsewhere={UNUSED_CODE}) == []


def test_names_are_used_once() -> None:
    names = [rule.name for rule in RULES.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_card_shows_three_faults_and_three_look_alikes(rule: Rule) -> None:
    kinds = [example.kind for example in rule.examples]
    assert kinds.count("bad") >= 3
    assert kinds.count("good") >= 3
    assert len({example.text for example in rule.examples}) == len(rule.examples)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_card_says_something_everywhere_and_its_summary_is_one_sentence(rule: Rule) -> None:
    assert all(text.strip() for text in rule.sections.values())
    assert rule.summary.endswith(".")
    assert "\n" not in rule.summary


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_links_lead_somewhere_and_the_reason_has_a_reference(rule: Rule) -> None:
    assert "../references/" in rule.sections["Why it is bad"]
    folders = {"references": files("clip_lint.references"), "rules": files("clip_lint.rules")}
    for link in LINK.findall("\n".join(rule.sections.values())):
        target = link.partition("#")[0]
        if target.startswith(("https://", "http://")):
            continue
        folder, _, name = target.removeprefix("../").rpartition("/")
        assert folders[folder or "rules"].joinpath(name).is_file(), f"{rule.card}: {link}"


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_fixed_forms_only_where_a_fix_is_applied(rule: Rule) -> None:
    if any(example.kind == "fixed" for example in rule.examples):
        assert rule.fix is not None
        assert rule.fix.value in {"safe", "unsafe"}


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_an_example_is_a_program_that_marks_its_own_code_alone(rule: Rule, example: Example) -> None:
    compile(example.text, f"{rule.card}:{example.line}", "exec")
    assert {mark.code for mark in example.marks} <= {rule.code}


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_exactly_the_marked_lines_are_reported(rule: Rule, example: Example, tmp_path: Path) -> None:
    reported = findings(rule, example, tmp_path)
    assert [line for line, _ in reported] == list(example.lines(rule.code)), reported
