"""What all parts of lowering share: the tables of kinds, and targets of assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from clip_lint.syntax import nodes
from clip_lint.syntax.literals import identifier
from clip_lint.syntax.nodes import DEL, LOAD, STORE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clip_lint.syntax.nodes import Ground

Table = dict[type[cst.CSTNode], Any]
"""For each of libcst's kinds the function that lowers it: ``(lowering, node) -> thin node``."""


class LoweringError(Exception):
    """A node that has no meaning in Python, or one of libcst's that is not known here; ``node`` is where."""

    def __init__(self, message: str, node: cst.CSTNode) -> None:
        super().__init__(message)
        self.node = node


class Lowering:
    """One program on its way from libcst's tree to thin nodes, which all stand on ``ground``."""

    __slots__ = ("_expressions", "_patterns", "_statements", "ground")

    def __init__(self, ground: Ground, expressions: Table, statements: Table, patterns: Table) -> None:
        self.ground = ground
        self._expressions: Mapping[type[cst.CSTNode], Callable[[Lowering, Any], nodes.expr]] = expressions
        self._statements: Mapping[type[cst.CSTNode], Callable[[Lowering, Any], nodes.stmt]] = statements
        self._patterns: Mapping[type[cst.CSTNode], Callable[[Lowering, Any], nodes.pattern]] = patterns

    def expression(self, node: cst.CSTNode) -> nodes.expr:
        """An expression that is read."""
        return self._expressions[type(node)](self, node)

    def optional(self, node: cst.CSTNode | None) -> nodes.expr | None:
        """An expression that may be missing."""
        return None if node is None else self._expressions[type(node)](self, node)

    def pattern(self, node: cst.CSTNode) -> nodes.pattern:
        """A pattern of a `match` statement."""
        return self._patterns[type(node)](self, node)

    def target(self, node: cst.CSTNode, ctx: nodes.expr_context = STORE) -> nodes.expr:
        """An expression that is written or deleted."""
        if isinstance(node, cst.Name):
            return nodes.Name(node, self.ground, identifier(node.value), ctx)
        if isinstance(node, cst.Attribute):
            return nodes.Attribute(
                node, self.ground, self.expression(node.value), identifier(node.attr.value), ctx
            )
        if isinstance(node, cst.Tuple):
            return nodes.Tuple(node, self.ground, self._targets(node.elements, ctx), ctx)
        if isinstance(node, cst.List):
            return nodes.List(node, self.ground, self._targets(node.elements, ctx), ctx)
        if isinstance(node, cst.StarredElement):
            return nodes.Starred(node, self.ground, self.target(node.value, ctx), ctx)
        found = self.expression(node)
        if isinstance(found, nodes.Subscript):
            return nodes.Subscript(node, self.ground, found.value, found.slice, ctx)
        return found  # no target in Python, but libcst takes it

    def _targets(
        self, elements: Sequence[cst.BaseElement], ctx: nodes.expr_context
    ) -> tuple[nodes.expr, ...]:
        return tuple(
            self.target(each if type(each) is cst.StarredElement else each.value, ctx) for each in elements
        )

    def statements(self, body: Sequence[cst.CSTNode]) -> tuple[nodes.stmt, ...]:
        """Statements, those of one line among those of many."""
        table = self._statements
        found: list[nodes.stmt] = []
        for each in body:
            if type(each) is cst.SimpleStatementLine:  # `isinstance` asks libcst's abstract classes: slow
                found += [table[type(small)](self, small) for small in each.body]
            else:
                found.append(table[type(each)](self, each))
        return tuple(found)


__all__ = ["DEL", "LOAD", "STORE", "Lowering", "LoweringError", "Table"]
