"""Comparisons of what is written in the code."""

from __future__ import annotations

from clip_lint.reading.marks import DEFAULT
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    Component,
    Const,
    Dict,
    Index,
    Instance,
    Model,
    Norm,
    OneOf,
    Seq,
    Text,
    Unknown,
    Value,
)
from clip_lint.syntax import nodes


def known_comparison(operator: nodes.cmpop, left: Value, right: Value, is_given: bool) -> Value:
    """The result of a comparison between known constants; ``is_given``: the left side is an argument of this call.

    None gives way where paths join, so what was loaded on one path may be None still, unless a caller passed it in.
    """
    if isinstance(operator, (nodes.Is, nodes.IsNot)) and NONE in (left, right):
        other = right if left == NONE else left
        if isinstance(other, (Unknown, OneOf)) or (
            isinstance(other, (Instance, Model, Component, Index)) and not is_given
        ):
            return UNKNOWN
        return Const((other == NONE) is isinstance(operator, nodes.Is))
    if _is_default(left) or _is_default(right):
        return UNKNOWN
    if isinstance(operator, (nodes.In, nodes.NotIn)):
        return _found_in(operator, left, right)
    if isinstance(operator, (nodes.Eq, nodes.NotEq)):
        if isinstance(left, Text) and isinstance(right, Text) and not left.is_holed and not right.is_holed:
            return Const((left.text == right.text) is isinstance(operator, nodes.Eq))
        if isinstance(left, Const) and isinstance(right, Const):
            return Const((left.value == right.value) is isinstance(operator, nodes.Eq))
    if isinstance(left, Norm) and _is_about_zero(right):
        return _of_length(operator, (nodes.Gt, nodes.GtE), (nodes.Lt, nodes.LtE))
    if isinstance(right, Norm) and _is_about_zero(left):
        return _of_length(operator, (nodes.Lt, nodes.LtE), (nodes.Gt, nodes.GtE))
    return UNKNOWN


def _is_default(value: Value) -> bool:
    """Whether a text is but the default of a field, which the next request may fill otherwise."""
    return isinstance(value, Text) and value.source == DEFAULT


def _is_about_zero(value: Value) -> bool:
    return (
        isinstance(value, Const) and isinstance(value.value, (int, float)) and abs(value.value) <= _SHORTEST
    )


_SHORTEST = 0.01
"""No tower gives vectors so short; who asks for it only keeps from dividing by nothing."""


def _of_length(
    operator: nodes.cmpop, longer: tuple[type[nodes.cmpop], ...], shorter: tuple[type[nodes.cmpop], ...]
) -> Value:
    """Whether the length of features is more than next to nothing, as it always is."""
    if isinstance(operator, (*longer, nodes.NotEq)):
        return Const(True)
    return Const(False) if isinstance(operator, (*shorter, nodes.Eq)) else UNKNOWN


def _found_in(operator: nodes.cmpop, left: Value, right: Value) -> Value:
    """``left in right`` of what is known."""
    sought = _plain(left)
    if sought is None:
        return UNKNOWN
    if isinstance(right, Text) and not right.is_holed and isinstance(sought, str):
        return Const((sought in right.text) is isinstance(operator, nodes.In))
    members: list[Value] = []
    if isinstance(right, Seq) and right.is_whole:
        members = list(right.items)
    elif isinstance(right, Dict) and right.is_whole:
        members = [key for key, _ in right.entries]
    known = [_plain(member) for member in members]
    if not members or None in known:
        return UNKNOWN
    return Const((sought in known) is isinstance(operator, nodes.In))


def _plain(value: Value) -> str | int | float | None:
    """A known text or number as Python has it."""
    if isinstance(value, Text):
        return None if value.is_holed else value.text
    if isinstance(value, Const) and isinstance(value.value, (str, int, float)):
        return value.value
    return None
