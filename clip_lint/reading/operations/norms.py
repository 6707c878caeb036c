"""Lengths of vectors, and what division by them makes of features and products."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.usages import NORMS, Usage
from clip_lint.reading.values import UNKNOWN, Features, Norm, Pair, Scores, Tristate, Value
from clip_lint.syntax.unparse import unparse

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes

_ROUNDING = 1e-9
_MATRIX = 2


def same_vectors(one: Features, other: Features) -> bool:
    """Whether two values are the same vectors, or come from one encoding: shapes and names do not matter."""
    return (
        one.origin == other.origin and one.modality == other.modality and one.checkpoint == other.checkpoint
    )


def same_expression(one: nodes.expr | None, other: nodes.expr | None) -> bool:
    """Whether two expressions are written alike."""
    return one is not None and other is not None and unparse(one) == unparse(other)


def squared(value: Features) -> Norm:
    """The squares of the single numbers, on the way to a length."""
    return Norm((value,), power=2.0, is_summed=False)


def dot_with_itself(value: Features) -> Norm:
    """The squared length."""
    return Norm((value,), power=2.0)


def raised(norm: Norm, power: float) -> Norm:
    """Lengths to a power; 0.5 is the square root."""
    return replace(norm, power=norm.power * power)


def multiplied(left: Norm, right: Value) -> Value:
    """Lengths times lengths, or times something that is not known."""
    if not isinstance(right, Norm):
        return replace(left, with_others=True)
    if left.power != right.power or left.is_summed is not right.is_summed:
        return replace(left, of=left.of + right.of, with_others=True)
    return replace(
        left,
        of=left.of + right.of,
        axis_ok=left.axis_ok and right.axis_ok,
        axis=left.axis or right.axis,
        site=left.site if left.axis else right.site,
        with_others=left.with_others or right.with_others,
    )


def is_length(norm: Norm) -> bool:
    """Whether division by it divides by lengths, not by their squares."""
    return norm.is_summed and norm.axis_ok and not norm.axis and abs(norm.power - 1) < _ROUNDING


def divided(run: Run, value: Value, norm: Norm) -> Value:
    """``value / norm``: features of length one, or a product that owes its factors' lengths no more."""
    _note_axis(run, value, norm)
    if isinstance(value, Features):
        unit = Tristate.YES if is_length(norm) else Tristate.MAYBE
        return replace(value, is_unit=unit, is_scaled=Tristate.NO, factor=None)
    if isinstance(value, Pair):
        left, right = _paid((value.left, value.right), norm)
        return replace(value, left=left, right=right)
    if isinstance(value, Scores):
        return _settled(run, value, norm)
    if isinstance(value, Norm):
        return UNKNOWN
    return value


def axis_of(features: Features, dim: int | None, *, is_named: bool) -> str:
    """What a norm of features is surely taken along, where that is not their own axis; ``is_named``: an axis was given."""
    axes = features.axes
    if axes is None or len(axes) != _MATRIX or "dim" not in axes:
        return ""
    if not is_named:
        is_matrix = (features.is_many or (features.count or 0) > 1) and "1" not in axes
        return "all" if is_matrix else ""
    if dim is None or not -_MATRIX <= dim < _MATRIX or axes[dim] == "dim" or axes[dim] == "?":
        return ""
    return "batch"


def _note_axis(run: Run, value: Value, norm: Norm) -> None:
    """Note vectors, or products of them, that are divided by norms along the wrong axis."""
    factors = (value,) if isinstance(value, Features) else value.owed if isinstance(value, Scores) else ()
    if not norm.axis or norm.site is None or not norm.is_summed or abs(norm.power - 1) > _ROUNDING:
        return
    if any(same_vectors(factor, one) for factor in factors for one in norm.of):
        run.record(Usage(norm.site, NORMS[norm.axis], value), norm.site)


def inverse(norm: Norm) -> Norm:
    """``1 / norm``."""
    return raised(norm, -1)


def _paid(factors: tuple[Features, ...], norm: Norm) -> tuple[Features, ...]:
    """The factors after a division: those whose length is among the norms have length one."""
    left = list(norm.of) if is_length(norm) else []
    paid = []
    for factor in factors:
        found = next((one for one in left if same_vectors(one, factor)), None)
        if found is not None and factor.is_unit is not Tristate.YES:
            left.remove(found)
            paid.append(replace(factor, is_unit=Tristate.YES))
        else:
            paid.append(factor)
    return tuple(paid)


def _settled(run: Run, scores: Scores, norm: Norm) -> Scores:
    """A product of features divided by lengths: what is recorded of the comparison is corrected."""
    if scores.metric == "euclidean":
        return replace(scores.transformed(), is_unit=Tristate.MAYBE)
    paid = _paid(scores.owed, norm)
    owed = tuple(factor for factor in paid if factor.is_unit is not Tristate.YES)
    if norm.with_others or not is_length(norm) or len(owed) == len(scores.owed):
        return taken_back(run, scores)
    run.recorder.settle(scores, scores.owed, paid)
    unit = Tristate.YES if not owed else scores.is_unit
    return replace(scores, is_unit=unit, owed=owed)


def taken_back(run: Run, scores: Scores) -> Scores:
    """A product divided by what may well be lengths: nothing is known any more, and nothing is reported."""
    run.recorder.settle(scores, scores.owed, ())
    return replace(scores, is_unit=Tristate.MAYBE, owed=())
