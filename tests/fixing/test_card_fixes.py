"""The fixes of the cards' bad examples: the fault goes, nothing else comes, and the card shows just what is written."""

from __future__ import annotations

import ast

import pytest
from mended import findings, mend

from clip_lint.core.card_text import Example
from clip_lint.core.cards import Rule, load_rules
from clip_lint.core.finding import Applicability, Finding

FIXABLE = [rule for rule in load_rules().values() if rule.fix in {Applicability.SAFE, Applicability.UNSAFE}]
BAD = [
    pytest.param(rule, example, id=f"{rule.code}-line-{example.line}")
    for rule in FIXABLE
    for example in rule.examples
    if example.kind == "bad"
]
FIXED = [
    pytest.param(rule, bad, fixed, id=f"{rule.code}-line-{fixed.line}")
    for rule in FIXABLE
    for bad, fixed in zip(rule.examples, rule.examples[1:], strict=False)
    if fixed.kind == "fixed"
]


def is_written(finding: Finding) -> bool:
    """Whether a finding's fix is written when everything may be; what is only suggested never is."""
    fix = finding.fix
    return fix is not None and bool(fix.edits) and fix.applicability is not Applicability.SUGGESTION


@pytest.mark.parametrize(("rule", "bad", "fixed"), FIXED)
def test_the_fix_turns_the_bad_example_into_the_fixed_one(rule: Rule, bad: Example, fixed: Example) -> None:
    assert mend(bad.text, rule.code, versions=bad.options)[1] == fixed.text


@pytest.mark.parametrize("rule", FIXABLE, ids=lambda rule: rule.code)
def test_a_card_shows_what_its_fix_writes(rule: Rule) -> None:
    assert any(example.kind == "fixed" for example in rule.examples)


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_what_has_a_fix_is_gone_after_it_and_the_program_is_one(rule: Rule, example: Example) -> None:
    before = findings(example.text, rule.code, versions=example.options)
    repairable = [each for each in before if is_written(each)]
    repair, mended = mend(example.text, rule.code, versions=example.options)
    left = [each for each in repair.outcome.findings if is_written(each)]
    ast.parse(mended)
    assert not repair.refused
    assert not left
    assert len(repair.outcome.findings) == len(before) - len(repairable)
    assert mend(mended, rule.code, versions=example.options)[1] == mended


@pytest.mark.parametrize(
    "rule",
    [rule for rule in load_rules().values() if rule.fix is Applicability.SUGGESTION],
    ids=lambda rule: rule.code,
)
def test_what_is_suggested_is_said_and_can_be_written_by_hand(rule: Rule) -> None:
    for example in rule.examples:
        for each in findings(example.text, rule.code, versions=example.options):
            assert each.fix is not None
            assert each.fix.applicability is Applicability.SUGGESTION
            assert each.fix.message


@pytest.mark.parametrize("rule", load_rules().values(), ids=lambda rule: rule.code)
def test_no_fix_goes_further_than_the_card_says(rule: Rule) -> None:
    order = [Applicability.SAFE, Applicability.UNSAFE, Applicability.SUGGESTION]
    for example in rule.examples:
        for each in findings(example.text, rule.code, versions=example.options):
            if each.fix is not None:
                assert rule.fix is not None
                assert order.index(each.fix.applicability) >= order.index(rule.fix)


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_safe_fixes_alone_leave_what_is_unsafe(rule: Rule, example: Example) -> None:
    before = findings(example.text, rule.code, versions=example.options)
    has_safe = any(
        each.fix and each.fix.applicability is Applicability.SAFE and each.fix.edits for each in before
    )
    assert (
        mend(example.text, rule.code, unsafe=False, versions=example.options)[1] != example.text
    ) == has_safe
