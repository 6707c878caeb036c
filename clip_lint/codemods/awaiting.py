"""An encoding whose argument is waited for: ``await`` may not stand in a block that changes the mode of the thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from clip_lint.codemods.lines import SIMPLE
from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.nodes import dotted
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import Replace

if TYPE_CHECKING:
    from clip_lint.codemods.program import Program

_SOMETIMES = (*COMPREHENSIONS, cst.Lambda, cst.IfExp, cst.BooleanOperation, cst.NamedExpr, cst.Comparison)
"""What may run a part of itself never, or more than once."""


class Awaited(NamedTuple):
    """A line, what it waits for on a line of its own, and the line with the name of that."""

    line: cst.SimpleStatementLine
    first: cst.SimpleStatementLine
    rest: cst.SimpleStatementLine


def awaited(program: Program, call: cst.Call) -> Awaited | None:
    """The line of an encoding in two, where it waits for one argument before anything else runs; None for other lines."""
    try:
        line = program.line(call)
    except NoFixError:
        return None
    if not isinstance(line, cst.SimpleStatementLine) or not isinstance(line.body[0], (*SIMPLE, cst.Return)):
        return None
    found = [each for each in program.names.below(call) if isinstance(each, cst.Await)]
    argument = program.parent(found[0]) if len(found) == 1 else None
    if not isinstance(argument, cst.Arg) or argument.star or program.parent(argument) is not call:
        return None
    if isinstance(line.body[0], cst.AugAssign) or not _is_constant(program, call.func):
        return None
    wait = found[0]
    for above in program.names.above(call):
        if above is line:
            break
        if isinstance(above, _SOMETIMES):
            return None
    start = program.start(wait)
    for each in program.names.below(line):
        is_before = program.start(each) < start if isinstance(each, cst.BaseExpression) else False
        inside = any(above is wait for above in program.names.above(each))
        around = any(above is each for above in program.names.above(wait))
        if is_before and not inside and not around and not isinstance(each, (cst.Name, cst.Attribute)):
            return None
    name = program.fresh("image" if "image" in program.code(call.func) else "inputs")
    new = line.visit(Replace(wait, lambda _: cst.Name(name)))
    if not isinstance(new, cst.SimpleStatementLine) or _waits(new):
        return None
    own = cst.Assign([cst.AssignTarget(cst.Name(name))], wait.with_changes(lpar=(), rpar=()))
    return Awaited(line, cst.SimpleStatementLine([own]), new)


def _waits(line: cst.SimpleStatementLine) -> bool:
    found: list[cst.CSTNode] = [line]
    while found:
        node = found.pop()
        if isinstance(node, (cst.Await, cst.Yield)) or (
            isinstance(node, cst.CompFor) and node.asynchronous is not None
        ):
            return True
        found += node.children
    return False


def _is_constant(program: Program, func: cst.BaseExpression) -> bool:
    """Whether a method belongs to a name that has one value, so that others can change nothing of it while it waits."""
    root = dotted(func).partition(".")[0]
    if not isinstance(func, cst.Attribute) or not isinstance(func.value, cst.Name):
        return False
    owner = program.names.owner(root, program.names.scope(func))
    return owner is not None and len(owner.bindings[root]) == 1
