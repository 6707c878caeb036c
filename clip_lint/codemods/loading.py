"""Calls that load: which argument names the checkpoint, and where its text is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.nodes import argument
from clip_lint.codemods.program import NoFixError

if TYPE_CHECKING:
    from clip_lint.codemods.program import Program
    from clip_lint.core.place import Place

_NAMES = ("pretrained_model_name_or_path", "model_name", "name", "model_name_or_path")


def name_argument(program: Program, place: Place | None) -> cst.BaseExpression:
    """The argument of a loading call that names the checkpoint or architecture."""
    return name_of(program.node(place, cst.Call))


def name_of(call: cst.Call) -> cst.BaseExpression:
    """The argument of a call that names the checkpoint or architecture; NoFixError where none does."""
    name = argument(call, _NAMES)
    if name is None:
        raise NoFixError("the checkpoint is not written in the call")
    return name


def argument_of(program: Program, node: cst.CSTNode) -> bool:
    """Whether a node is what a call loads by: the argument that names the checkpoint."""
    call = program.parent(program.parent(node))
    try:
        return isinstance(call, cst.Call) and name_of(call) is node
    except NoFixError:
        return False


def constant(program: Program, name: cst.Name) -> cst.SimpleString | None:
    """The string that a module-level name is assigned once, None for anything else."""
    owner = program.names.owner(name.value, program.names.scope(name))
    if owner is not program.names.top:
        return None
    bindings = owner.bindings[name.value]
    statement = program.statement(bindings[0].node)
    if len(bindings) != 1 or not isinstance(statement, (cst.Assign, cst.AnnAssign)):
        return None
    return statement.value if isinstance(statement.value, cst.SimpleString) else None


def text_of(program: Program, node: cst.BaseExpression) -> str | None:
    """The string that an expression is, written there or as a constant of the module; None for anything else."""
    if isinstance(node, cst.Name):
        found = constant(program, node)
        if found is None:
            return None
        node = found
    if isinstance(node, cst.SimpleString) and isinstance(node.evaluated_value, str):
        return node.evaluated_value
    return None
