"""Thin nodes from the standard library's tree, for programs that libcst does not take: they are linted, but not fixed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from clip_lint.syntax.layout import Lines
    from clip_lint.syntax.nodes import AST, Extent, Located

_SINGLE = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)


class Known:
    """The ground of one node whose place `ast` knows, in bytes."""

    __slots__ = ("_lines", "_node")

    def __init__(self, lines: Lines, node: Any) -> None:
        self._lines = lines
        self._node = node

    def extent(self, node: Located) -> Extent:  # noqa: ARG002  (it stands under this one node)
        """Where the node begins and ends."""
        place = self._node
        start = self._column(place.lineno, place.col_offset)
        return (place.lineno, start, place.end_lineno, self._column(place.end_lineno, place.end_col_offset))

    def _column(self, line: int, utf8_offset: int) -> int:
        text = self._lines.of(line) if line <= len(self._lines) else ""
        if text.isascii():
            return utf8_offset
        return len(text.encode("utf-8", "surrogatepass")[:utf8_offset].decode("utf-8", "replace"))


def lowered_from_ast(tree: ast.Module, lines: Lines) -> nodes.Module:
    """The thin tree of a module."""
    singles: dict[type[ast.AST], AST] = {}
    return nodes.Module(tuple(_lower(each, lines, singles) for each in tree.body))


def _lower(node: ast.AST, lines: Lines, singles: dict[type[ast.AST], AST]) -> Any:
    """One node and all below it; one frame a level, for such programs may be deep."""
    kind = type(node)
    if isinstance(node, _SINGLE):
        if kind not in singles:
            singles[kind] = getattr(nodes, kind.__name__)()
        return singles[kind]
    made = getattr(nodes, kind.__name__)
    given: list[Any] = []
    if issubclass(made, nodes.Located):
        given += [None, Known(lines, node)]
    for name in made._fields:
        value = getattr(node, name, ())  # older Pythons have no type parameters
        if isinstance(value, list):
            items = []
            for item in value:  # no comprehension: it would take a frame more
                items.append(_lower(item, lines, singles) if isinstance(item, ast.AST) else item)  # noqa: PERF401
            value = tuple(items)
        elif isinstance(value, ast.AST):
            value = _lower(value, lines, singles)
        given.append(value)
    return made(*given)
