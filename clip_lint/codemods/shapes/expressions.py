"""Expressions put in the place of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable


class Replace(cst.CSTTransformer):
    """Put an expression where another one stands; ``make`` gets the old one."""

    def __init__(
        self, old: cst.BaseExpression, make: Callable[[cst.BaseExpression], cst.BaseExpression]
    ) -> None:
        super().__init__()
        self.old = old
        self.make = make

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        """The new expression for the old one, everything else as it is."""
        if original_node is self.old and isinstance(updated_node, cst.BaseExpression):
            return self.make(updated_node)
        return updated_node


class Unwrap(Replace):
    """Take an attribute of what an expression gives."""

    def __init__(self, old: cst.BaseExpression, attribute: str) -> None:
        super().__init__(old, lambda each: cst.Attribute(_bare(atom(each)), cst.Name(attribute)))


class Wrap(Replace):
    """Hand an expression to a function, with more arguments behind it."""

    def __init__(self, old: cst.BaseExpression, function: cst.BaseExpression, *more: cst.Arg) -> None:
        def wrapped(each: cst.BaseExpression) -> cst.BaseExpression:
            # Parentheses that were there for the old expression's sake are not needed inside a call's own.
            inner = each.with_changes(lpar=(), rpar=()) if _is_one_line(each) else each
            return cst.Call(function, [cst.Arg(inner), *more])

        super().__init__(old, wrapped)


def keyword(name: str, value: cst.BaseExpression) -> cst.Arg:
    """The argument ``name=value``."""
    none = cst.SimpleWhitespace("")
    return cst.Arg(value, keyword=cst.Name(name), equal=cst.AssignEqual(none, none))


def atom(node: cst.BaseExpression) -> cst.BaseExpression:
    """An expression as it may stand before a dot: with parentheses unless it needs none."""
    simple = (
        cst.Name,
        cst.Attribute,
        cst.Call,
        cst.Subscript,
        cst.List,
        cst.ListComp,
        cst.Dict,
        cst.Set,
        cst.BaseString,
    )
    if node.lpar or isinstance(node, simple):
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


_LOOSE = (cst.IfExp, cst.Lambda, cst.NamedExpr, cst.GeneratorExp, cst.Tuple)
"""What needs parentheses behind the ``in`` of a comprehension."""


def each_of(
    element: cst.BaseExpression, target: cst.BaseAssignTargetExpression | str, items: cst.BaseExpression
) -> cst.ListComp:
    """``[element for target in items]``."""
    variable = cst.Name(target) if isinstance(target, str) else target
    if isinstance(items, _LOOSE):
        source = atom(items)
    else:
        source = items.with_changes(lpar=(), rpar=()) if _is_one_line(items) else items
    return cst.ListComp(element, cst.CompFor(variable, source))


def _bare(node: cst.BaseExpression) -> cst.BaseExpression:
    """A name, attribute or call on one line without parentheses of its own, which no dot needs."""
    is_plain = isinstance(node, (cst.Name, cst.Attribute, cst.Call)) and _is_one_line(node)
    return node.with_changes(lpar=(), rpar=()) if is_plain else node


def _is_one_line(node: cst.BaseExpression) -> bool:
    if isinstance(node, (cst.GeneratorExp, cst.NamedExpr, cst.Yield, cst.Tuple)):
        return False
    return all(
        isinstance(each, cst.SimpleWhitespace)
        for each in (
            *(left.whitespace_after for left in node.lpar),
            *(right.whitespace_before for right in node.rpar),
        )
    )
