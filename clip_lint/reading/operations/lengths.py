"""Lengths, division by them, sums and averages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.lattice import join_all
from clip_lint.reading.operations import norms
from clip_lint.reading.operations.arithmetic import number_of, power
from clip_lint.reading.operations.call import Call, number
from clip_lint.reading.operations.comparing import compare_elementwise, compare_features
from clip_lint.reading.operations.pictures import blended
from clip_lint.reading.operations.shapes import holds_features, stack_rows, unwrap
from clip_lint.reading.usages import NORMS, Usage
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    Const,
    Exponentials,
    Features,
    Image,
    Norm,
    Pair,
    Pixels,
    Probability,
    Scores,
    Seq,
    Text,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.models import UNIT_LENGTH
from clip_lint.reading.values.truths import truth

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run


def op_normalize(run: Run, call: Call) -> Value:
    """Division by the length."""
    result: list[Value] = []
    for option in options(call.subject()):
        value = unwrap(run, option, call.node, "passed to normalize()")
        if isinstance(value, Seq) and holds_features(value):
            value = stack_rows(value)
        if isinstance(value, Features):
            dim = number(call.value("dim"))
            wrong = norms.axis_of(value, dim, is_named=True) == "batch"
            if wrong:
                site = run.site(call.node)
                run.record(Usage(site, NORMS["batch"], value), site)
            result.append(
                replace(
                    value,
                    is_unit=Tristate.MAYBE if wrong else Tristate.YES,
                    is_scaled=Tristate.NO,
                    factor=None,
                    mean=None,
                )
            )
        else:
            result.append(_no_vectors(run, call, value))
    return join_all(result)


def _no_vectors(run: Run, call: Call, value: Value) -> Value:
    """Something else than features brought to length one: pixels, if a tower for pictures takes it."""
    if isinstance(value, Pixels):
        return value
    if isinstance(value, Image):
        return replace(value, steps=(*value.steps, UNIT_LENGTH), origin=run.site(call.node))
    return Unknown("normalized", source=UNIT_LENGTH)


def op_normalize_in_place(run: Run, call: Call) -> Value:
    """``faiss.normalize_L2(x)`` changes its argument."""
    node = call.node_of("x")
    value = call.value("x")
    if node is not None and isinstance(value, Features):
        run.store(node, replace(value, is_unit=Tristate.YES, mean=None), call.node)
    elif node is not None:
        run.store(node, UNKNOWN, call.node)
    return NONE


def op_norm(run: Run, call: Call) -> Value:
    """The length of features, or the distance when a difference is measured."""
    value = unwrap(run, call.subject(), call.node, "its norm is taken")
    if isinstance(value, Seq) and holds_features(value):
        value = stack_rows(value)
    if isinstance(value, Features):
        order = call.value("p")
        given = call.value("dim", NONE)
        is_told = call.arguments.has_more or "**" in call
        return Norm(
            (value,),
            axis="" if is_told else norms.axis_of(value, number(given), is_named=given != NONE),
            site=run.site(call.node),
            axis_ok=order in {UNKNOWN, NONE} or order in {Const(2), Const("fro")} or isinstance(order, Text),
        )
    if isinstance(value, Pair) and value.kind == "difference":
        return compare_features(run, call.node, value.left, value.right, "euclidean")
    return UNKNOWN


def op_root(_run: Run, call: Call) -> Value:
    """A square root: of squared lengths, the lengths."""
    value = call.subject()
    exponent = -0.5 if call.spec.get("inverse") else 0.5
    if isinstance(value, Scores) and value.metric == "euclidean" and exponent > 0:
        return value
    return norms.raised(value, exponent) if isinstance(value, Norm) else UNKNOWN


def op_power(_run: Run, call: Call) -> Value:
    """``pow`` and its like; the exponent is the entry's where it is no argument."""
    exponent = call.spec.get("exponent")
    given = number_of(call.value("exponent")) if exponent is None else float(exponent)
    return power(call.subject(), given)


_CHOICE = 3
"""A condition and two values."""


def op_either(_run: Run, call: Call) -> Value:
    """The greater of two, or one of two by a condition: lengths that are kept off zero."""
    given = [argument.value for argument in call.arguments.positional]
    if len(given) == _CHOICE and truth(given[0]) is not Tristate.MAYBE:
        return given[1 if truth(given[0]) is Tristate.YES else 2]
    values = [value for argument in call.arguments.values() for value in options(argument)]
    if call.receiver is not None:
        values.insert(0, call.receiver)
    return next((value for value in values if isinstance(value, Norm)), UNKNOWN)


def op_diagonal(run: Run, call: Call) -> Value:
    """The diagonal of all rows compared with all: squared lengths, where both sides are the same."""
    value = call.subject()
    if isinstance(value, Scores) and len(value.owed) == 2 and norms.same_vectors(*value.owed):
        run.recorder.settle(value, value.owed, ())
        return norms.dot_with_itself(value.owed[0])
    return replace(value, axes=None) if isinstance(value, (Scores, Probability)) else UNKNOWN


def op_mean(run: Run, call: Call) -> Value:
    """An average of embeddings, of scores, or of pictures."""
    value = call.subject()
    if isinstance(value, Pixels):
        return blended(run, call, value)
    if isinstance(value, Seq):
        value = stack_rows(value)
    if isinstance(value, Features):
        dim = number(call.value("dim"))
        keep = (
            truth(call.value("keepdim", Const(False))) is Tristate.YES
            or truth(call.value("keepdims", Const(False))) is Tristate.YES
        )
        axes = value.axes
        if axes is not None and dim is not None and -len(axes) <= dim < len(axes):
            if axes[dim] == "dim":
                return UNKNOWN
            listed = list(axes)
            if keep:
                listed[dim] = "1"
            else:
                del listed[dim]
            axes = tuple(listed) if any(axis != "dim" for axis in listed) else ("dim",)
        elif dim is None:
            return UNKNOWN
        if value.modality == "image" and value.is_unit is Tristate.NO and value.mean is None:
            return replace(value, axes=axes, count=1 if axes == ("dim",) else None)  # still raw, nothing else
        single = value.count == 1
        if not single and value.modality == "text" and value.origin is not None:
            run.recorder.averaged.add(value.origin.key)
        # a product with the mean of pictures is the mean of the products, and commonly meant to be
        of_many = Tristate.MAYBE if value.modality == "image" else Tristate.NO
        return replace(
            value,
            is_unit=value.is_unit if single else of_many,
            mean=value.mean if single else run.site(call.node),
            is_of_units=value.is_unit is Tristate.YES or value.is_of_units,
            axes=axes,
            count=None,
        )
    if isinstance(value, Scores):
        return replace(value, axes=None)
    return UNKNOWN


def op_sum(run: Run, call: Call) -> Value:
    """A sum: of squares on the way to a norm, of an elementwise product (a dot product), or of embeddings (a mean)."""
    value = call.subject()
    if isinstance(value, Seq):
        value = next((item for item in value.items if isinstance(item, (Norm, Pair, Exponentials))), value)
    if isinstance(value, Norm):
        given = call.value("dim", NONE)
        axis = norms.axis_of(value.of[0], number(given), is_named=given != NONE)
        return replace(value, is_summed=True, axis=axis, site=run.site(call.node))
    if isinstance(value, Exponentials):
        return replace(value, is_sum=True, dim=number(call.value("dim")))
    if isinstance(value, Pair):
        if value.kind == "product":
            return compare_elementwise(run, call.node, value, number(call.value("dim")))
        if value.kind == "squares":
            return compare_features(run, call.node, value.left, value.right, "euclidean")
        return UNKNOWN
    return op_mean(run, call) if isinstance(value, (Features, Seq)) else UNKNOWN
