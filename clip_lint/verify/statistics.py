"""Intervals and the rule that turns a measured proportion into a verdict."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clip_lint.core.evidence import Interval, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

Z_95 = 1.959963984540054
Z_99 = 2.5758293035489004


def wilson(hits: int, n: int, z: float = Z_95) -> Interval:
    """Wilson's score interval for a proportion; from 0 to 1 where ``n`` is 0.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    if not 0 <= hits <= n:
        msg = f"{hits} of {n} is no proportion"
        raise ValueError(msg)
    if n == 0:
        return Interval(math.nan, 0.0, 1.0)
    share = hits / n
    denominator = 1 + z * z / n
    middle = (share + z * z / (2 * n)) / denominator
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / denominator
    return Interval(share, 0.0 if hits == 0 else middle - half, 1.0 if hits == n else middle + half)


def bar(chance: float) -> float:
    """The accuracy that counts as being able to: half of what guessing leaves to be won."""
    return chance + (1 - chance) / 2


def cannot(task: Interval, control: Interval, chance: float, control_chance: float) -> Verdict:
    """Whether the model cannot do the task, given that it can do the control.

    Harmful where the whole interval of the task lies below the bar and that of the control above its own: a model
    that fails at everything on these images says nothing about the task. Harmless where the task's interval lies
    above the bar.
    """
    if task.low > bar(chance):
        return Verdict.HARMLESS
    if task.high < bar(chance) and control.low > bar(control_chance):
        return Verdict.HARMFUL
    return Verdict.UNDECIDED


def happens(share: Interval, least: float) -> Verdict:
    """Whether a harm befalls more than ``least`` of the cases: its interval decides, overlap leaves it open."""
    if share.low > least:
        return Verdict.HARMFUL
    if share.high < least:
        return Verdict.HARMLESS
    return Verdict.UNDECIDED


def mean_interval(values: Sequence[float]) -> Interval:
    """The mean of a few repeated measurements and its 95% interval by Student's t; two values at least."""
    n = len(values)
    if n < 2:
        msg = "an interval needs two measurements"
        raise ValueError(msg)
    mean = math.fsum(values) / n
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1))
    half = _t_95(n - 1) * spread / math.sqrt(n)
    return Interval(mean, mean - half, mean + half)


def ratio_interval(pairs: Sequence[tuple[float, float]]) -> Interval:
    """The geometric mean of repeated ratios of two times, with its 95% interval; two pairs at least.

    Ratios of times are skewed, their logarithms hardly: one slow round on a busy machine shifts the mean of the ratios most.
    """
    shortest = 1e-9
    logs = [math.log(max(one, shortest) / max(other, shortest)) for one, other in pairs]
    found = mean_interval(logs)
    return Interval(math.exp(found.value), math.exp(found.low), math.exp(found.high))


# Two-sided 95% points of Student's t for 1 to 30 degrees of freedom (any statistics handbook).
_T_95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip


def _t_95(freedom: int) -> float:
    # Beyond the table its last, slightly too wide, point holds.
    return _T_95[min(freedom, len(_T_95)) - 1]


def ranks(values: Sequence[float]) -> list[float]:
    """The rank of each value from 1, ties sharing their mean rank."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        stop = start
        while stop < len(order) and values[order[stop]] == values[order[start]]:
            stop += 1
        for place in order[start:stop]:
            found[place] = (start + 1 + stop) / 2
        start = stop
    return found


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's rank correlation; NaN where one side is constant."""
    a, b = ranks(one), ranks(other)
    mean = (len(a) + 1) / 2
    covariance = math.fsum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    spread = math.sqrt(math.fsum((x - mean) ** 2 for x in a) * math.fsum((y - mean) ** 2 for y in b))
    return covariance / spread if spread else math.nan
