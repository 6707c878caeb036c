from __future__ import annotations

import pytest

from clip_lint.settings.selection import Stage, enabled, nearest, unknown
from clip_lint.settings.values import rules

ON = frozenset(code for code, rule in rules().items() if not rule.is_preview)
PREVIEW = frozenset(rules()) - ON


def on(*stages: Stage, preview: bool = False) -> frozenset[str]:
    return enabled(stages, rules(), preview=preview)


def test_without_selectors_all_rules_but_those_in_preview_are_on() -> None:
    assert on() == ON
    assert PREVIEW
    assert on(preview=True) == frozenset(rules())


def test_all_means_all_preview_too() -> None:
    assert on(Stage(("ALL",))) == frozenset(rules())
    assert on(Stage(("ALL",)), preview=True) == frozenset(rules())


@pytest.mark.parametrize("selector", ["CLP211", "clp211", "guessed-temperature"])
def test_a_preview_rule_is_on_when_it_is_named(selector: str) -> None:
    assert on(Stage((selector,))) == {"CLP211"}
    assert "CLP211" in on(Stage(extend_select=(selector,)))
    assert "CLP211" not in on(Stage(("CLP2",)))


def test_prefixes_mean_families() -> None:
    assert on(Stage(("CLP2", "CLP40"))) == {code for code in ON if code.startswith(("CLP2", "CLP40"))}
    assert on(Stage(ignore=("CLP1",))) == {code for code in ON if not code.startswith("CLP1")}
    assert on(Stage(("CLP",))) == ON


def test_the_more_exact_selector_wins_and_ignore_wins_a_tie() -> None:
    assert on(Stage(("CLP201",), ignore=("CLP2",))) == {"CLP201"}
    assert on(Stage(("CLP2",), ignore=("CLP201",))) == {c for c in ON if c.startswith("CLP2")} - {"CLP201"}
    assert on(Stage(("CLP201",), ignore=("CLP201",))) == frozenset()
    assert on(Stage(("ALL",), ignore=("ALL",))) == frozenset()


def test_a_later_stage_replaces_or_adds() -> None:
    config = Stage(("CLP2",), ignore=("CLP201",))
    assert on(config, Stage(("CLP201",))) == {"CLP201"}
    assert on(config, Stage(extend_select=("CLP4",))) >= {"CLP402", "CLP202"}
    assert "CLP202" not in on(config, Stage(ignore=("CLP202",)))


@pytest.mark.parametrize(
    ("selector", "advice"),
    [
        ("CLP2O1", "'CLP201'"),
        ("unnormalised-similarity", "'unnormalized-similarity'"),
        ("al", "'ALL'"),
        ("F401", "no rule"),
    ],
)
def test_unknown_selectors_are_answered_with_the_nearest_right_one(selector: str, advice: str) -> None:
    complaint = unknown(selector, rules())
    assert complaint is not None
    assert advice in complaint
    assert unknown("CLP20", rules()) is None


def test_nothing_similar_is_not_offered() -> None:
    assert nearest("zzz", ["select", "ignore"]) == ""
    assert nearest("selct", ["select", "ignore"]) == "; did you mean 'select'?"
