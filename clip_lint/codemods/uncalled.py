"""Code that a line runs without calling it: writes into tensors that have a graph, generators, and operators of unseen classes."""

from __future__ import annotations

import builtins
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.definitions import assigned_value
from clip_lint.codemods.known import listed, packages
from clip_lint.codemods.nodes import dotted, targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.codemods.calls import Calls

_LITERALS = (
    cst.List, cst.Dict, cst.Set, cst.Tuple, cst.ListComp, cst.DictComp, cst.SetComp, cst.Integer, cst.Float, cst.SimpleString,
    cst.FormattedString, cst.Comparison,
)  # fmt: skip
_SHOWING = frozenset(
    {
        "print",
        "str",
        "repr",
        "format",
        "len",
        "bool",
        "sum",
        "sorted",
        "min",
        "max",
        "list",
        "tuple",
        "set",
        "dict",
        "iter",
        "next",
        "float",
        "int",
        "hash",
    }
)
"""Builtins that run what the class of their argument says."""
_MOST_STEPS = 8
"""How far the origin of what is written into is followed."""


class Uncalled:
    """What the lines of one program run without a call."""

    def __init__(self, calls: Calls) -> None:
        self.calls, self.names, self.program = calls, calls.names, calls.program

    def writes_into_graphs(self, line: cst.BaseStatement) -> bool:
        """Whether a line writes into what may be a tensor with a graph: what is written under ``no_grad`` is not in it."""
        return any(
            self._is_set_unseen(each)
            if isinstance(each, cst.Attribute) and not is_changed
            else not self._is_plain(each, _MOST_STEPS)
            for each, is_changed in _written_into(line)
        )

    def _is_set_unseen(self, target: cst.Attribute) -> bool:
        return self._is_made_unseen(target.value, is_object=True)

    def is_quiet(self, line: cst.BaseStatement) -> bool:
        """Whether nothing that a line goes through, prints, compares or combines may take a gradient on the way."""
        return not self._takes_gradients_inside and not any(
            isinstance(each, (cst.Name, cst.Attribute))
            and self._is_operand(each)
            and self._is_made_unseen(each, is_object=not isinstance(self.names.parent(each), cst.CompFor))
            for each in self.names.below(line)
        )

    @cached_property
    def _takes_gradients_inside(self) -> bool:
        """Whether an operator, a property or a setter of the program takes gradients."""
        asked = listed("gradients", "members")
        return any(
            isinstance(each, cst.Attribute) and each.attr.value in asked
            for scope in self.names.scopes()
            for name, bindings in (scope.bindings.items() if scope.is_class else ())
            for binding in bindings
            if isinstance(binding.node, cst.FunctionDef) and _runs_uncalled(name, binding.node)
            for each in self.names.below(binding.node.body)
        )

    def _is_operand(self, node: cst.CSTNode) -> bool:
        """Whether more is done with something than to read its attributes and to hand it to others."""
        above = self.names.parent(node)
        if isinstance(above, cst.Arg):
            call = self.names.parent(above)
            return isinstance(call, cst.Call) and self.calls.origin(call.func) in _SHOWING
        return not isinstance(above, (cst.Attribute, cst.Call, cst.AssignTarget, cst.AnnAssign))

    def _is_made_unseen(self, node: cst.BaseExpression, *, is_object: bool) -> bool:
        """Whether something comes from code that is not seen; as an object, whether it is of a class that is not."""
        return any(
            isinstance(value, cst.Call)
            and not self.calls.is_quiet(value)
            and not (is_object and not self._is_of_unseen_class(value))
            for value in self._values(node) or ()
        )

    def _is_of_unseen_class(self, call: cst.Call) -> bool:
        name = dotted(call.func)
        owner = self.names.owner(name, self.names.scope(call))
        is_own = owner is not None and any(each.kind == "class" for each in owner.bindings[name])
        return name.rpartition(".")[2][:1].isupper() and not is_own

    def _is_plain(self, node: cst.BaseExpression, steps: int) -> bool:
        """Whether something is known to be no tensor with a graph: a list, a table, an array, a fresh tensor."""
        while isinstance(node, cst.Subscript):
            node = node.value
        path = self.calls.origin(node)
        if path:
            return _is_of_known(path)
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
        return _is_of_known(path)

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


def _runs_uncalled(name: str, function: cst.FunctionDef) -> bool:
    """Whether a method is an operator of its class, or runs when an attribute is read or written."""
    is_operator = (
        name.startswith("__")
        and name.endswith("__")
        and name not in {"__init__", "__call__", "__enter__", "__exit__"}
    )
    return is_operator or any(
        dotted(each.decorator).rpartition(".")[2] in {"property", "setter", "cached_property", "deleter"}
        for each in function.decorators
    )


def _is_of_known(path: str) -> bool:
    """Whether a dotted path lies in a package that is known, and makes no tensors."""
    root = path.partition(".")[0]
    return root != "torch" and (root in packages() or hasattr(builtins, root))


def _written_into(line: cst.BaseStatement) -> Iterator[tuple[cst.BaseExpression, bool]]:
    """What a line writes besides names, and whether it changes it in place: what has the items that it writes, and what it adds to."""
    for each in line.body if isinstance(line, cst.SimpleStatementLine) else ():
        if isinstance(each, cst.AugAssign):
            yield each.target, True
        elif isinstance(each, (cst.Assign, cst.AnnAssign)):
            written = (
                [target.target for target in each.targets] if isinstance(each, cst.Assign) else [each.target]
            )
            for target in written:
                for one in targets(target):
                    if isinstance(one, (cst.Subscript, cst.Attribute)):
                        yield one, isinstance(one, cst.Subscript)
