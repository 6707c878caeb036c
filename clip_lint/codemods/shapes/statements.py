"""Statements put under others, and functions decorated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Sequence


def called(target: cst.BaseExpression, method: str) -> cst.SimpleStatementLine:
    """The statement ``target.method()``."""
    return cst.SimpleStatementLine([cst.Expr(cst.Call(cst.Attribute(target, cst.Name(method))))])


def under(
    context: cst.BaseExpression, lines: Sequence[cst.BaseStatement], step: str | None = None
) -> cst.With:
    """Statements under ``with context:``, indented by ``step``; what stands above the first of them stays above."""
    first = lines[0]
    leading = getattr(first, "leading_lines", ())
    inner = [first.with_changes(leading_lines=()), *lines[1:]]
    return cst.With([cst.WithItem(context)], cst.IndentedBlock(inner, indent=step), leading_lines=leading)


class Decorate(cst.CSTTransformer):
    """Put a decorator right above a function."""

    def __init__(self, function: cst.FunctionDef, decorator: cst.BaseExpression) -> None:
        super().__init__()
        self.function = function
        self.decorator = decorator

    def leave_FunctionDef(  # noqa: N802  (libcst's name)
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """The function with one decorator more."""
        if original_node is not self.function:
            return updated_node
        return updated_node.with_changes(decorators=[*updated_node.decorators, cst.Decorator(self.decorator)])
