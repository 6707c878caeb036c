"""Vectors that a program reads from a file or a data base: nobody sees here how they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.definitions import assigned_value
from clip_lint.codemods.known import listed
from clip_lint.codemods.nodes import callee
from clip_lint.codemods.program import NoFixError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from clip_lint.codemods.calls import Calls

_UNSEEN = "vectors that were read from a file are compared with those of the model, and were made with the same fault perhaps"


class Stored:
    """What is read from files in one program."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.names = calls.names
        self._unstored: set[Hashable] = set()  # found to hold nothing of the kind

    def is_stored(self, node: cst.BaseExpression | None) -> bool:
        """Whether an expression may hold what was read from a file, as far as names, attributes and functions tell."""
        seen: set[Hashable] = set()
        pending = [node]
        while pending:
            each = pending.pop()
            if each is None or (key := self._key(each)) in seen or key in self._unstored:
                continue
            if isinstance(each, cst.Call) and callee(each) in listed("vectors", "loading"):
                if not self.calls.origin(each.func).startswith(tuple(listed("vectors", "loading_others"))):
                    return True
                continue
            seen.add(key)
            pending += self._sources(each)
        self._unstored |= seen
        return False

    def _key(self, node: cst.BaseExpression) -> Hashable:
        """What tells an expression from others; a name of one scope is one, wherever it stands."""
        if isinstance(node, cst.Name):
            return id(self.names.owner(node.value, self.names.scope(node))), node.value
        return id(node)

    def is_compared(self, node: cst.CSTNode) -> bool:
        """Whether a node compares vectors that were read from a file with something."""
        if isinstance(node, cst.BinaryOperation):
            return isinstance(node.operator, cst.MatrixMultiply) and self.is_stored(node)
        if not isinstance(node, cst.Call):
            return False
        if callee(node) in listed("vectors", "searching") and isinstance(node.func, cst.Attribute):
            return self.is_stored(node.func.value)
        return callee(node) in listed("vectors", "products") and any(
            self.is_stored(each)
            for each in (*(each.value for each in node.args), getattr(node.func, "value", None))
            if isinstance(each, cst.BaseExpression)
        )

    def check_program(self) -> None:
        """NoFixError where the program compares such vectors: another way to make its own would part them."""
        if any(map(self.is_compared, self.names.nodes)):
            raise NoFixError(_UNSEEN)

    def _sources(self, node: cst.BaseExpression) -> Iterator[cst.BaseExpression | None]:
        """What the value of an expression is taken from, or made of without being encoded."""
        if isinstance(node, cst.Call):
            own = self.calls.defined(node.func)
            for function in own:
                yield from (each.value for each in self.calls.returns(function))
            if self.calls.origin(node.func) in listed("vectors", "joining"):
                yield from (each.value for each in node.args)
            elif isinstance(node.func, cst.Attribute) and callee(node) in listed("vectors", "passing"):
                yield node.func.value
        elif isinstance(node, cst.Attribute):
            yield from self.calls.attributes.get(node.attr.value, ())
            yield node.value
        elif isinstance(node, (cst.Subscript, cst.Await, cst.UnaryOperation)):
            yield node.expression if not isinstance(node, cst.Subscript) else node.value
        elif isinstance(node, cst.BinaryOperation):
            yield from (node.left, node.right)
        elif isinstance(node, cst.IfExp):
            yield from (node.body, node.orelse)
        elif isinstance(node, (cst.Tuple, cst.List)):
            yield from (each.value for each in node.elements)
        elif isinstance(node, cst.Name):
            owner = self.names.owner(node.value, self.names.scope(node))
            for kind, bound in owner.bindings[node.value] if owner is not None else ():
                if kind == "assignment":
                    yield assigned_value(self.calls.program, bound)
                elif kind == "parameter":
                    yield from self.calls.arguments(bound)
