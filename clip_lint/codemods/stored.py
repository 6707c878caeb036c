"""Vectors that a program reads from a file or a data base: nobody sees here how they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.definitions import assigned_value
from clip_lint.codemods.known import listed
from clip_lint.codemods.nodes import callee

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.codemods.calls import Calls

_MOST_STEPS = 5


class Stored:
    """What is read from files in one program."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.names = calls.names

    def is_stored(self, node: cst.BaseExpression | None, steps: int = 0) -> bool:
        """Whether an expression may hold what was read from a file, as far as names, attributes and functions tell."""
        if node is None or steps > _MOST_STEPS:
            return False
        return any(self._is_read(each, steps) for each in self._parts(node))

    def _parts(self, node: cst.BaseExpression) -> Iterator[cst.CSTNode]:
        """What a value is made of: the arguments of methods and layers are not."""
        for each in self.names.below(node):
            if isinstance(each, (cst.Call, cst.Name, cst.Attribute)):
                yield each

    def _is_read(self, node: cst.CSTNode, steps: int) -> bool:
        if isinstance(node, cst.Call):
            if callee(node) in listed("vectors", "loading") and not self._is_of_model(node):
                return True
            return any(
                self.is_stored(value.value, steps + 1)
                for function in self.calls.defined(node.func)
                for value in self.calls.returns(function)
            )
        if isinstance(node, cst.Attribute):
            return any(
                self.is_stored(each, steps + 1) for each in self.calls.attributes.get(node.attr.value, ())
            )
        if isinstance(node, cst.Name):
            owner = self.names.owner(node.value, self.names.scope(node))
            return any(
                self.is_stored(value, steps + 1)
                for each in (owner.bindings[node.value] if owner is not None else ())
                for value in self._values(each.kind, each.node)
            )
        return False

    def _values(self, kind: str, node: cst.CSTNode) -> Iterator[cst.BaseExpression | None]:
        if kind == "assignment":
            yield assigned_value(self.calls.program, node)
        elif kind == "parameter":
            yield from self.calls.arguments(node)

    def _is_of_model(self, call: cst.Call) -> bool:
        """Whether what is loaded is a model, weights or a processor of a known library."""
        path = self.calls.origin(call.func)
        return path in listed("vectors", "loading_models")
