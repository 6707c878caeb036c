"""Assignments written below others: their signs stand below each other where those before have blanks for it."""

from __future__ import annotations

import libcst as cst


def aligned(new: cst.BaseStatement, line: cst.BaseStatement) -> cst.BaseStatement:
    """An assignment whose sign stands below that of a line with blanks more before it than one: others around have them too."""
    own, old = _target(new), _target(line)
    if own is None or old is None:
        return new
    before = _code(old.whitespace_before_equal)
    if len(before) < 2 or before.strip(" "):
        return new
    width = len(_code(old.target)) + len(before) - len(_code(own.target))
    blanks = cst.SimpleWhitespace(" " * max(1, width))
    made = new.with_deep_changes(own, whitespace_before_equal=blanks)
    return cst.ensure_type(made, cst.SimpleStatementLine)


def _target(line: cst.BaseStatement) -> cst.AssignTarget | None:
    """The only target of a line that is an assignment."""
    small = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
    return small.targets[0] if isinstance(small, cst.Assign) and len(small.targets) == 1 else None


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)
