"""From libcst's tree to thin nodes. What is here goes by libcst's kinds of node; one that is not known is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.syntax import nodes
from clip_lint.syntax.lowering.core import Lowering, LoweringError
from clip_lint.syntax.lowering.expressions import EXPRESSIONS
from clip_lint.syntax.lowering.patterns import PATTERNS
from clip_lint.syntax.lowering.statements import STATEMENTS

if TYPE_CHECKING:
    import libcst as cst

    from clip_lint.syntax.nodes import Ground


def lowered(module: cst.Module, ground: Ground) -> nodes.Module:
    """The thin tree of a module; LoweringError where it cannot be Python."""
    lower = Lowering(ground, EXPRESSIONS, STATEMENTS, PATTERNS)
    try:
        return nodes.Module(lower.statements(module.body))
    except KeyError as error:
        raise LoweringError(f"syntax that is not known here ({error})", module) from error


__all__ = ["LoweringError", "lowered"]
