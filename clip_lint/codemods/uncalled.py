"""Code that a line runs without calling it: writes into tensors that have a graph, and iteration over what unseen code made."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.definitions import assigned_value
from clip_lint.codemods.known import listed, takes_gradients
from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.nodes import loops, targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.codemods.calls import Calls

_LITERALS = (
    cst.List, cst.Dict, cst.Set, cst.Tuple, cst.ListComp, cst.DictComp, cst.SetComp, cst.Integer, cst.Float, cst.SimpleString,
    cst.FormattedString, cst.Comparison,
)  # fmt: skip
_MOST_STEPS = 8
"""How far the origin of what is written into is followed."""


class Uncalled:
    """What the lines of one program run without a call."""

    def __init__(self, calls: Calls) -> None:
        self.calls, self.names, self.program = calls, calls.names, calls.program

    def writes_into_graphs(self, line: cst.BaseStatement) -> bool:
        """Whether a line writes into what may be a tensor with a graph: what is written under ``no_grad`` is not in it."""
        return any(not self._is_plain(each, _MOST_STEPS) for each in _written_into(line))

    def iterates_unseen(self, line: cst.BaseStatement) -> bool:
        """Whether a line goes through what code that is not seen made: its generators run as they are gone through."""
        return any(
            self._is_made_unseen(loop.iter)
            for each in self.names.below(line)
            if isinstance(each, COMPREHENSIONS)
            for loop in loops(each)
        )

    def _is_made_unseen(self, node: cst.BaseExpression) -> bool:
        return any(
            isinstance(value, cst.Call) and not self.calls.is_quiet(value)
            for value in self._values(node) or ()
        )

    def _is_plain(self, node: cst.BaseExpression, steps: int) -> bool:
        """Whether something is known to be no tensor with a graph: a list, a table, an array, a fresh tensor."""
        while isinstance(node, cst.Subscript):
            node = node.value
        path = self.calls.origin(node)
        if path:
            return path.partition(".")[0] != "torch"
        values = self._values(node) if steps else None
        return bool(values) and all(
            value is not None and self._is_plain_value(value, steps - 1) for value in values or ()
        )

    def _is_plain_value(self, node: cst.BaseExpression, steps: int) -> bool:
        if isinstance(node, _LITERALS) or self.calls.gives_numbers(node):
            return True
        if isinstance(node, cst.BinaryOperation):
            return self._is_plain_value(node.left, steps) and self._is_plain_value(node.right, steps)
        if isinstance(node, cst.UnaryOperation):
            return self._is_plain_value(node.expression, steps)
        if isinstance(node, cst.Call):
            return self._makes_plain(node)
        if isinstance(node, cst.Name) and node.value in {"None", "True", "False"}:
            return True
        return isinstance(node, (cst.Name, cst.Attribute, cst.Subscript)) and self._is_plain(node, steps)

    def _makes_plain(self, call: cst.Call) -> bool:
        path = self.calls.origin(call.func)
        if path in listed("numbers", "fresh"):
            return not self._asks_for_gradients
        return (
            bool(path) and path.partition(".")[0] != "torch" and not takes_gradients(path)
        ) or self.calls.is_component(call)

    @cached_property
    def _asks_for_gradients(self) -> bool:
        asked = {"requires_grad", "requires_grad_"}
        return not asked.isdisjoint(self.calls.members) or any(
            isinstance(each, cst.Arg) and each.keyword is not None and each.keyword.value in asked
            for each in self.names.nodes
        )

    def _values(self, node: cst.BaseExpression) -> Sequence[cst.BaseExpression | None] | None:
        """What a name or an attribute gets anywhere in the program, what adds to it left aside; None where that is not seen."""
        if isinstance(node, cst.Attribute):
            return [
                value for value in self.calls.attributes.get(node.attr.value, ()) if value is not None
            ] or None
        if not isinstance(node, cst.Name):
            return None
        owner = self.names.owner(node.value, self.names.scope(node))
        if owner is None:
            return None
        return [
            assigned_value(self.program, each.node) if each.kind == "assignment" else None
            for each in owner.bindings[node.value]
            if not isinstance(self.names.parent(each.node), cst.AugAssign)
        ]


def _written_into(line: cst.BaseStatement) -> Iterator[cst.BaseExpression]:
    """What a line changes in place: what has the items that it writes, and what it adds to."""
    for each in line.body if isinstance(line, cst.SimpleStatementLine) else ():
        if isinstance(each, cst.AugAssign):
            yield each.target
        elif isinstance(each, (cst.Assign, cst.AnnAssign)):
            written = (
                [target.target for target in each.targets] if isinstance(each, cst.Assign) else [each.target]
            )
            for target in written:
                yield from (one for one in targets(target) if isinstance(one, cst.Subscript))
