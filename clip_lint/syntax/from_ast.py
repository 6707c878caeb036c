"""Thin nodes from the standard library's tree: for what is only looked into, and for what libcst does not take."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clip_lint.syntax import nodes
from clip_lint.syntax.lines import Lines
from clip_lint.syntax.problem import TOO_DEEP, UnparsableError
from clip_lint.syntax.recursion import deeply
from clip_lint.syntax.standard import standard_tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.syntax.nodes import AST, Extent, Ground, Located

_SINGLE = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)
_FORMATTED = (nodes.JoinedStr, nodes.TemplateStr)
_LEAVES = frozenset({str, int, type(None), bool, float, complex, bytes, type(...)})


class Deferred:
    """The ground of nodes that were made from `ast`, which knows where they stand, but for those in f-strings.

    ``exact`` gives the tree that libcst makes of the program, which has the right places there as well, and the same on every
    Python; None where it makes none, and `ast` has to know. It is asked for no more than it must be, for it takes its time.
    """

    def __init__(self, text: str, exact: Callable[[], nodes.Module | None]) -> None:
        self._text = text
        self._exact = exact
        self._tree: nodes.Module | None = None

    def hold(self, tree: nodes.Module) -> nodes.Module:
        """Take the tree whose nodes stand here."""
        self._tree = tree
        return tree

    def extent(self, node: Located) -> Extent:
        """Where a node begins and ends."""
        if id(node) in self._in_strings:
            twin = self.twin(node)
            if twin is not None:
                return twin.extent
        return _in_bytes(self._lines, self._standard[id(node)])

    def twin(self, node: Located) -> Located | None:
        """The node of libcst's program that stands for the same; None where libcst does not take the program."""
        return self._twins.get(id(node))

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self._text)

    @cached_property
    def _own(self) -> list[Located]:
        return _located(self._tree) if self._tree is not None else []

    @cached_property
    def _standard(self) -> dict[int, Any]:
        standard = [each for each in ast.walk(standard_tree(self._text)) if hasattr(each, "lineno")]
        return {id(each): same for each, same in zip(self._own, standard, strict=True)}

    @cached_property
    def _in_strings(self) -> set[int]:
        """What stands in f-strings, where Pythons before 3.12 are wrong about places."""
        strings = [each for each in self._own if isinstance(each, _FORMATTED)]
        return {id(each) for string in strings for each in nodes.walk(string) if each is not string}

    @cached_property
    def _twins(self) -> dict[int, Located]:
        other = self._exact()
        found = _located(other) if other is not None else []
        if [type(each) for each in self._own] != [type(each) for each in found]:
            return {}
        return {id(each): same for each, same in zip(self._own, found, strict=True)}


def _located(tree: nodes.Module) -> list[Located]:
    return [each for each in nodes.walk(tree) if isinstance(each, nodes.Located)]


def _in_bytes(lines: Lines, node: Any) -> Extent:
    start = _column(lines, node.lineno, node.col_offset)
    return (node.lineno, start, node.end_lineno, _column(lines, node.end_lineno, node.end_col_offset))


def _column(lines: Lines, line: int, utf8_offset: int) -> int:
    text = lines.of(line) if line <= len(lines) else ""
    if text.isascii():
        return utf8_offset
    return len(text.encode("utf-8", "surrogatepass")[:utf8_offset].decode("utf-8", "replace"))


def from_ast(text: str, exact: Callable[[], nodes.Module | None]) -> tuple[nodes.Module, Deferred]:
    """The thin tree of a program and the ground it stands on (see there for ``exact``); UnparsableError where there is none."""
    ground = Deferred(text, exact)
    standard = standard_tree(text)
    try:
        with deeply():
            tree = nodes.Module(tuple(_lower(each, ground, _KINDS) for each in standard.body))
    except RecursionError:
        raise UnparsableError(TOO_DEEP) from None
    return ground.hold(tree), ground


def _lower(node: ast.AST, ground: Ground, kinds: dict[type[ast.AST], Any]) -> Any:
    """One node and all below it; one frame a level, for such programs may be deep."""
    made, names, is_located = kinds[type(node)]
    if not names and not is_located:
        return made  # an operator or context
    given: list[Any] = [None, ground] if is_located else []
    for name in names:
        value: Any = getattr(node, name, ())  # older Pythons have no type parameters
        if type(value) is list:
            items = []
            for item in value:  # no comprehension: it would take a frame more
                items.append(item if type(item) in _LEAVES else _lower(item, ground, kinds))  # noqa: PERF401
            value = tuple(items)
        elif type(value) not in _LEAVES and type(value) is not tuple:
            value = _lower(value, ground, kinds)
        given.append(value)
    return made(*given)


def _kinds() -> dict[type[ast.AST], Any]:
    """For each of `ast`'s kinds of node: the thin kind, its fields and whether it has a place; operators themselves."""
    found: dict[type[ast.AST], Any] = {}
    for name, standard in vars(ast).items():
        thin: type[AST] | None = getattr(nodes, name, None)
        if thin is None or not isinstance(standard, type) or not issubclass(standard, ast.AST):
            continue
        if issubclass(standard, _SINGLE):
            found[standard] = (thin(), (), False)
        else:
            found[standard] = (thin, thin._fields, issubclass(thin, nodes.Located))
    return found


_KINDS = _kinds()
