"""Arithmetic of numbers, texts and lists."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading import texts
from clip_lint.reading.lattice import MOST_TEXTS, one_of
from clip_lint.reading.values import UNKNOWN, Const, LazyPlace, OneOf, Seq, Text, Value, options
from clip_lint.reading.values.size import MOST_PARTS, MOST_WRITTEN
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run


def is_text(value: Value) -> bool:
    """Whether a value may be a text."""
    return any(isinstance(option, Text) for option in options(value))


def written(
    run: Run,
    node: nodes.expr | nodes.stmt,
    op: nodes.operator,
    left: Value,
    right: Value,
    operands: tuple[nodes.expr, nodes.expr],
) -> Value | None:
    """Texts added, formatted or joined as paths; None where no text comes of it."""
    place = LazyPlace(run.scope.source, node) if isinstance(node, nodes.expr) else None
    if isinstance(op, nodes.Add):
        literal = [
            isinstance(operands[0], (nodes.Constant, nodes.BinOp)) and _literal(operands[0]),
            _literal(operands[1]),
        ]
        return texts.concatenate([left, right], place, literal)
    if isinstance(op, nodes.Div):
        return texts.path_join([left, right])
    if isinstance(op, nodes.Mod) and is_text(left):
        return texts.percent(left, right, place)
    if isinstance(op, nodes.Mult):
        return _repeated(left, right, place) if is_text(left) else _repeated(right, left, place)
    return None


def _repeated(value: Value, times: Value, place: LazyPlace | None) -> Value | None:
    """A text so many times; what is longer than anybody writes is a hole. None where that makes no text."""
    if not isinstance(times, Const) or type(times.value) is not int:
        return None
    made: list[Value] = []
    for option in options(value):
        if not isinstance(option, Text):
            return None
        count = max(times.value, 0)
        is_known = len(option.text) * count <= MOST_WRITTEN
        text, holes = (option.text * count, option.holes * count) if is_known else (texts.HOLE, ())
        made.append(Text(text, place or option.place, is_holed=option.is_holed or not is_known, holes=holes))
    return one_of(made, value.loop if isinstance(value, OneOf) else 0)


def _literal(node: nodes.expr) -> bool:
    if isinstance(node, nodes.BinOp):
        return _literal(node.left) and _literal(node.right)
    return isinstance(node, nodes.Constant)


def numbers(op: nodes.operator, left: Const, right: Const) -> Value:
    """What comes of two constants."""
    a, b = left.value, right.value
    if not isinstance(a, (int, float)) or not isinstance(b, (int, float)):
        return UNKNOWN
    site = left.site or right.site
    try:
        if isinstance(op, nodes.Add):
            return Const(a + b, site)
        if isinstance(op, nodes.Sub):
            return Const(a - b, site)
        if isinstance(op, nodes.Mult):
            return Const(a * b, site)
        if isinstance(op, nodes.Div):
            return Const(a / b, site)
        if isinstance(op, nodes.FloorDiv):
            return Const(a // b, site)
    except (ZeroDivisionError, OverflowError):
        return UNKNOWN
    return UNKNOWN


def longer(op: nodes.operator, left: Seq, right: Value) -> Value | None:
    """A list with another behind it, or several times over; None where that cannot be said."""
    if isinstance(op, nodes.Add) and isinstance(right, Seq):
        if len(left.items) + len(right.items) > MOST_PARTS:
            return UNKNOWN
        return replace(left, items=left.items + right.items, is_whole=left.is_whole and right.is_whole)
    if isinstance(op, nodes.Add):
        return replace(left, is_whole=False)
    if isinstance(right, Const) and isinstance(right.value, int):
        times = min(max(right.value, 0), MOST_TEXTS)
        return replace(left, items=(left.items[:MOST_TEXTS] * times)[:MOST_TEXTS])
    if any(isinstance(item, Text) for item in left.items):
        return replace(left, is_whole=False)  # the same texts, nobody knows how often
    return None


_LEVEL = re.compile(
    r"(?:^|[_.(\s])(?:mean|means|avg|average|baseline|center|centre|mu|offset|threshold|min|max)(?:$|[_.()\s\d])"
)
"""What scores are lowered by as a whole is called so: the differences between them stay as they are."""


def is_level(number: float | None, name: str) -> bool:
    """Whether scores are lowered by a number, or by what they are on average."""
    return number is not None or _LEVEL.search(name) is not None


def adds_one(node: nodes.expr) -> bool:
    """``x + 1`` or ``x.add(1)``."""
    if isinstance(node, nodes.BinOp):
        return isinstance(node.op, nodes.Add) and any(_is_one(side) for side in (node.left, node.right))
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.func, nodes.Attribute)
        and node.func.attr == "add"
        and len(node.args) == 1
        and _is_one(node.args[0])
    )


def is_halved(node: nodes.expr) -> bool:
    """``x / 2`` or ``x * 0.5``."""
    return (
        isinstance(node, nodes.BinOp)
        and isinstance(node.right, nodes.Constant)
        and (type(node.op), node.right.value) in {(nodes.Div, 2), (nodes.Mult, 0.5)}
    )


def _is_one(node: nodes.expr) -> bool:
    return isinstance(node, nodes.Constant) and node.value == 1
