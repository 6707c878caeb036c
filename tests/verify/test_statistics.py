"""Intervals and verdicts by simulation: 1,000 data sets at known accuracy."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clip_lint.core.evidence import Interval, Verdict
from clip_lint.verify.statistics import (
    bar,
    cannot,
    happens,
    mean_interval,
    rank_correlation,
    ranks,
    ratio_interval,
    wilson,
)


def hits(chance: random.Random, accuracy: float, n: int) -> int:
    return sum(chance.random() < accuracy for _ in range(n))


@pytest.mark.parametrize("accuracy", [0.5, 0.6, 0.75, 0.85])
@pytest.mark.parametrize("n", [100, 254])
def test_the_interval_covers_the_truth_as_often_as_it_says(accuracy: float, n: int) -> None:
    chance = random.Random(3)
    intervals = [wilson(hits(chance, accuracy, n), n) for _ in range(1000)]
    covered = sum(interval.low <= accuracy <= interval.high for interval in intervals) / 1000
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize("n", [20, 40, 100, 254])
@pytest.mark.parametrize("accuracy", [0.75, 0.8, 0.95])
def test_harmful_is_wrong_in_under_five_percent(accuracy: float, n: int) -> None:
    chance = random.Random(5)
    control = wilson(250, 254)
    wrong = sum(
        cannot(wilson(hits(chance, accuracy, n), n), control, 0.5, 0.5) is Verdict.HARMFUL
        for _ in range(1000)
    )
    assert wrong / 1000 < 0.05


@pytest.mark.parametrize("accuracy", [0.75, 0.7, 0.5])
def test_harmless_is_wrong_in_under_five_percent(accuracy: float) -> None:
    chance = random.Random(7)
    control = wilson(250, 254)
    wrong = sum(
        cannot(wilson(hits(chance, accuracy, 100), 100), control, 0.5, 0.5) is Verdict.HARMLESS
        for _ in range(1000)
    )
    assert wrong / 1000 < 0.05


@pytest.mark.parametrize("n", [128, 260])
@pytest.mark.parametrize("least", [0.05, 0.25, 0.5, 0.9])
def test_a_harm_at_its_limit_is_decided_wrongly_in_under_five_percent(least: float, n: int) -> None:
    chance = random.Random(13)
    found = [happens(wilson(hits(chance, least, n), n), least) for _ in range(1000)]
    assert found.count(Verdict.HARMFUL) / 1000 < 0.05
    assert found.count(Verdict.HARMLESS) / 1000 < 0.05


def test_a_guesser_that_passes_the_control_is_mostly_told_of_harm() -> None:
    chance = random.Random(9)
    control = wilson(250, 254)
    found = [cannot(wilson(hits(chance, 0.5, 100), 100), control, 0.5, 0.5) for _ in range(1000)]
    assert found.count(Verdict.HARMFUL) > 990


def test_failing_the_control_confirms_nothing() -> None:
    assert cannot(wilson(50, 100), wilson(130, 254), 0.5, 0.5) is Verdict.UNDECIDED


def test_wilson_agrees_with_the_textbook() -> None:
    # 10 of 20: 0.5 +- 0.201 (Wilson 1927; any calculator).
    found = wilson(10, 20)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2993, 0.7007)
    assert wilson(0, 10).low == 0.0
    assert wilson(10, 10).high == 1.0
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
    with pytest.raises(ValueError, match="no proportion"):
        wilson(3, 2)


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_share_and_stays_within_bounds(n: int, data: st.DataObject) -> None:
    found = wilson(data.draw(st.integers(0, n)), n)
    assert 0.0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1.0


def test_the_bar_is_half_of_what_guessing_leaves() -> None:
    assert bar(0.5) == 0.75
    assert bar(0.1) == pytest.approx(0.55)


def test_happens_needs_the_whole_interval() -> None:
    assert happens(wilson(50, 100), 0.02) is Verdict.HARMFUL
    assert happens(wilson(0, 300), 0.02) is Verdict.HARMLESS
    assert happens(wilson(2, 100), 0.02) is Verdict.UNDECIDED


def test_the_mean_of_repeated_times_is_covered() -> None:
    chance = random.Random(11)
    covered = 0
    for _ in range(1000):
        found = mean_interval([chance.gauss(3.0, 0.5) for _ in range(5)])
        covered += found.low <= 3.0 <= found.high
    assert 0.93 <= covered / 1000 <= 0.97
    with pytest.raises(ValueError, match="two measurements"):
        mean_interval([1.0])


def test_a_ratio_of_times_is_covered_though_it_is_skewed() -> None:
    chance = random.Random(17)
    covered = 0
    for _ in range(1000):
        found = ratio_interval([(3.0 * math.exp(chance.gauss(0.0, 0.5)), 1.5) for _ in range(5)])
        covered += found.low <= 2.0 <= found.high
    assert 0.93 <= covered / 1000 <= 0.97


def test_one_slow_round_does_not_hide_a_large_ratio() -> None:
    rounds = [(0.12, 0.01), (0.15, 0.01), (0.5, 0.01)]
    assert mean_interval([one / other for one, other in rounds]).low < 1.0
    found = ratio_interval(rounds)
    assert found.low > 1.0
    assert found.value == pytest.approx((12 * 15 * 50) ** (1 / 3))
    assert ratio_interval([(0.0, 0.0)] * 2) == Interval(1.0, 1.0, 1.0)


def test_ranks_share_ties_and_correlate() -> None:
    assert ranks([3.0, 1.0, 3.0, 2.0]) == [3.5, 1.0, 3.5, 2.0]
    assert rank_correlation([1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1.0)
    assert rank_correlation([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1.0)
    assert math.isnan(rank_correlation([1, 1, 1], [1, 2, 3]))


def test_an_interval_without_spread_is_decided() -> None:
    assert happens(Interval(1.0, 1.0, 1.0), 0.5) is Verdict.HARMFUL
