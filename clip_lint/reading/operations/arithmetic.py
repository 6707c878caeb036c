"""Binary operators on abstract values: norms divide, scales multiply, matrices multiply."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.facts import Compare
from clip_lint.reading.lattice import join_all
from clip_lint.reading.operations import norms
from clip_lint.reading.operations.comparing import known_together, product
from clip_lint.reading.operations.pictures import brought_to_one, multiplied_pixels
from clip_lint.reading.operations.pixel_arithmetic import normalized_by_hand
from clip_lint.reading.operations.plain_arithmetic import (
    adds_one,
    is_halved,
    is_level,
    is_text,
    longer,
    numbers,
    written,
)
from clip_lint.reading.operations.scores import (
    TEMPERATURE_WORDS,
    scale,
    sigmoid_written_out,
    softmax_written_out,
)
from clip_lint.reading.operations.shapes import unwrap
from clip_lint.reading.usages import LOG_SCALE, Usage
from clip_lint.reading.values import (
    UNKNOWN,
    Const,
    Exponentials,
    External,
    Features,
    Hidden,
    Image,
    Norm,
    OneOf,
    Pair,
    Pixels,
    Probability,
    Scale,
    Scores,
    Seq,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.syntax import nodes
from clip_lint.syntax.unparse import unparse

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run

Operands = tuple[nodes.expr, nodes.expr]
_SQUARE = 2.0


def binary(
    run: Run, node: nodes.expr | nodes.stmt, op: nodes.operator, left: Value, right: Value, operands: Operands
) -> Value:
    """The value of ``left op right``."""
    if is_text(left) or is_text(right):
        text = written(run, node, op, left, right, operands)
        if text is not None:
            return text
    left, right = _any_number(left), _any_number(right)
    if isinstance(op, nodes.Div):
        right = _their_length(left, right)
    lefts, rights = known_together(options(left), options(right))
    results = [_one(run, node, op, a, b, operands) for a in lefts[:6] for b in rights[:6]]
    return join_all(results)


def _any_number(value: Value) -> Value:
    """One of several numbers (a sweep over settings), or of a number and what a user says, is as good as unknown."""
    if not isinstance(value, OneOf) or not any(isinstance(option, Const) for option in value.options):
        return value
    others = [option for option in value.options if not isinstance(option, Const)]
    if not others:
        return Unknown("temperature") if value.loop else UNKNOWN
    return others[0] if all(isinstance(option, Unknown) for option in others) else value


def _their_length(left: Value, right: Value) -> Value:
    """What features are divided by where a path without features divides by something else."""
    lengths = [option for option in options(right) if isinstance(option, Norm)]
    if lengths and any(isinstance(option, Features) for option in options(left)):
        return join_all(lengths)
    return right


def _one(
    run: Run, node: nodes.expr | nodes.stmt, op: nodes.operator, left: Value, right: Value, operands: Operands
) -> Value:
    if isinstance(left, Const) and isinstance(right, Const):
        return numbers(op, left, right)
    if isinstance(op, nodes.Mult) and isinstance(right, Seq) and not isinstance(left, Seq):
        left, right = right, left
    if isinstance(left, Seq) and isinstance(op, (nodes.Add, nodes.Mult)):
        made = longer(op, left, right)
        if made is not None:
            return made
    if isinstance(op, nodes.MatMult):
        return product(run, node, left, right, operands=operands)
    if isinstance(left, Image) and (normalized := normalized_by_hand(op, left, right)) is not None:
        return normalized
    left = unwrap(run, left, node, "used in arithmetic")
    right = unwrap(run, right, node, "used in arithmetic")
    if isinstance(left, Hidden):
        return left if isinstance(op, nodes.Div) else UNKNOWN
    if isinstance(op, nodes.Div):
        return divide(run, node, left, right, operands)
    if isinstance(op, nodes.Mult):
        return multiply(run, node, left, right, operands)
    if isinstance(op, nodes.Pow):
        return power(left, number_of(right))
    if (
        isinstance(op, nodes.Add)
        and isinstance(left, Unknown)
        and number_of(right) == 1 / _SQUARE
        and is_halved(operands[0])
    ):
        return brought_to_one(run, node, left, None, is_from_below=True)
    if isinstance(op, (nodes.Add, nodes.Sub)):
        return _add(run, node, op, left, right, operands)
    return UNKNOWN


def _add(
    run: Run, node: nodes.expr | nodes.stmt, op: nodes.operator, left: Value, right: Value, operands: Operands
) -> Value:
    if isinstance(left, Features) and isinstance(right, Features):
        if isinstance(op, nodes.Sub):
            return Pair(left, right, "difference")
        return replace(
            left,
            is_unit=Tristate.NO,
            mean=run.site(node),
            is_of_units=all(
                each.is_unit is Tristate.YES or (each.is_mean and each.is_of_units) for each in (left, right)
            ),
            modality=left.modality if left.modality == right.modality else "",
            name=left.name if left.modality == right.modality else "",
        )
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Scores):
            if isinstance(other, Scale):
                return replace(value, has_bias=True)
            if isinstance(other, Scores) and isinstance(op, nodes.Sub) and _are_alike(value, other):
                # a margin, what a mean is less, or the largest score subtracted before exp
                return replace(value.transformed(), is_shifted=not value.is_transformed)
            if (
                value is left
                and isinstance(op, nodes.Sub)
                and is_level(number_of(other), _name(operands[1], other))
            ):
                return replace(value.transformed(), is_shifted=not value.is_transformed)
            if value is right and value.is_cosine and isinstance(op, nodes.Sub) and number_of(other) == 1:
                return replace(value, is_transformed=True, is_complement=True)
            is_mixed = isinstance(op, nodes.Add) and isinstance(other, (Unknown, Probability))
            mixed = run.site(node) if is_mixed and (value.is_cosine or value.is_weighted) else value.mixed
            return replace(value.transformed(), is_unit=Tristate.MAYBE, mixed=mixed)
        if isinstance(value, Features):
            if isinstance(other, Const) and isinstance(other.value, float) and abs(other.value) < 1e-3:
                return value
            return replace(value, is_unit=Tristate.MAYBE)
        if isinstance(value, Norm):
            return value
        if isinstance(value, Exponentials) and number_of(other) == 1 and isinstance(op, nodes.Add):
            return replace(value, is_with_one=True)
    return UNKNOWN


def _are_alike(one: Scores, other: Scores) -> bool:
    """Whether scores are of one comparison, or both plain cosines: their differences are as small as cosines are."""
    return one.origin == other.origin or (one.is_cosine and other.is_cosine)


def number_of(value: Value) -> float | None:
    """The number of a constant or a scale whose value is known."""
    if (
        isinstance(value, Const)
        and isinstance(value.value, (int, float))
        and not isinstance(value.value, bool)
    ):
        return float(value.value)
    return value.value if isinstance(value, Scale) else None


def power(value: Value, exponent: float | None) -> Value:
    """``value ** exponent``."""
    if exponent is None:
        return UNKNOWN
    if isinstance(value, Features):
        return norms.squared(value) if exponent == _SQUARE else UNKNOWN
    if isinstance(value, Pair):
        return replace(value, kind="squares") if _is_to_square(value, exponent) else UNKNOWN
    if isinstance(value, Scores) and value.metric == "euclidean":
        return value  # in the same order
    if isinstance(value, Norm):
        return norms.raised(value, exponent)
    if isinstance(value, Scale) and exponent == -1:
        return replace(value, is_inverse=not value.is_inverse, value=1 / value.value if value.value else None)
    return UNKNOWN


def _is_to_square(value: Pair, exponent: float) -> bool:
    return value.kind == "difference" and exponent == _SQUARE


def divide(run: Run, node: nodes.expr | nodes.stmt, left: Value, right: Value, operands: Operands) -> Value:
    """``left / right``."""
    if isinstance(right, Norm):
        if isinstance(left, (Features, Scores, Pair)):
            return norms.divided(run, left, right)
        return norms.inverse(right) if number_of(left) == 1 else UNKNOWN
    if isinstance(right, Scale) and isinstance(left, Const):
        return power(right, -1)
    if isinstance(right, Exponentials) and right.is_with_one:
        return sigmoid_written_out(run, node, right) if number_of(left) == 1 else UNKNOWN
    if isinstance(left, Exponentials) and isinstance(right, Exponentials):
        return softmax_written_out(run, node, left, right)
    if isinstance(left, Features):
        number = number_of(right)
        if number is not None and left.is_mean:
            return left
        if number is not None and number <= 0.5:
            return replace(left, is_scaled=Tristate.YES, factor=1 / number if number > 0 else None)
        return replace(left, is_unit=Tristate.MAYBE if not isinstance(right, Const) else left.is_unit)
    if isinstance(left, Scores):
        return _scores_divided(run, node, left, right, _name(operands[1], right))
    if isinstance(left, Unknown) and number_of(right) == _SQUARE and adds_one(operands[0]):
        return brought_to_one(run, node, left, None, is_from_below=True)
    if isinstance(left, (Image, Unknown)) and isinstance(right, Const):
        return brought_to_one(run, node, left, number_of(right))
    if (
        isinstance(left, Pair)
        and isinstance(right, Scores)
        and right.metric == "euclidean"
        and right.origin is not None
    ):
        run.recorder.drop(Compare, right.origin)  # a difference brought to length one, not a distance
        return left
    if isinstance(left, (Pixels, Norm, Pair)):
        return left
    return UNKNOWN


def _scores_divided(run: Run, node: nodes.expr | nodes.stmt, scores: Scores, by: Value, name: str) -> Value:
    """Scores divided by a scale, a temperature, a number, other scores or something unknown."""
    number = number_of(by)
    if isinstance(by, Scale):
        return scale(run, node, scores, 1.0 / number if number else None, power(by, -1), name)
    if number is not None:
        return scale(run, node, scores, 1.0 / number if number else None, by, name)
    if isinstance(by, Unknown) and any(word in name for word in TEMPERATURE_WORDS):
        return scale(run, node, scores, None, by, name, is_division=True)
    plain = norms.taken_back(run, scores) if isinstance(by, (Unknown, OneOf, External)) else scores
    return replace(plain.transformed(), is_unit=Tristate.MAYBE, is_scaled=Tristate.MAYBE)


def _name(node: nodes.expr, value: Value) -> str:
    """What a factor is called: by its value and by the expression."""
    known = value.name if isinstance(value, (Unknown, Scale)) else ""
    return f"{known} {unparse(node)}".lower()


def multiply(run: Run, node: nodes.expr | nodes.stmt, left: Value, right: Value, operands: Operands) -> Value:
    """``left * right``."""
    if isinstance(left, Features) and isinstance(right, Features):
        if norms.same_expression(*operands):
            return norms.squared(left)
        return Pair(left, right, "product")
    if isinstance(left, Pair) and norms.same_expression(*operands):
        return power(left, _SQUARE)
    for value, other, other_node in ((left, right, operands[1]), (right, left, operands[0])):
        number = number_of(other)
        if isinstance(other, Norm) and isinstance(value, (Features, Scores, Pair)):
            return norms.divided(run, value, norms.inverse(other))
        if isinstance(value, Norm):
            return value if number is not None else norms.multiplied(value, other)
        if isinstance(value, (Features, Scores)) and isinstance(other, Scale) and other.is_log:
            site = run.site(node)
            run.record(Usage(site, LOG_SCALE, value), site)
        if isinstance(value, Scores):
            if isinstance(other, (Scores, Probability, OneOf)):
                return UNKNOWN
            return scale(run, node, value, number, other, _name(other_node, other))
        if isinstance(value, Features):
            return _features_scaled(value, other, number, _name(other_node, other))
        if isinstance(value, Image) and number is not None:
            return multiplied_pixels(value, number)
        if isinstance(value, (Probability, Pixels)) and (number is not None or isinstance(value, Pixels)):
            return value
    if isinstance(left, Scale) or isinstance(right, Scale):
        return Scale(is_learned=any(isinstance(side, Scale) and side.is_learned for side in (left, right)))
    return UNKNOWN


def _features_scaled(features: Features, by: Value, number: float | None, name: str) -> Features:
    if isinstance(by, Scale) or (number is not None and abs(number) >= 2):
        is_first = features.is_scaled is Tristate.NO and not isinstance(by, Scale)
        return replace(features, is_scaled=Tristate.YES, factor=number if is_first else None)
    if number is not None and features.is_mean:
        return features
    if isinstance(by, Unknown) and any(word in name for word in TEMPERATURE_WORDS):
        return replace(features, is_scaled=Tristate.YES)
    return replace(features, is_unit=Tristate.MAYBE, is_scaled=Tristate.MAYBE)
