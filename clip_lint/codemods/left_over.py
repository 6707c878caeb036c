"""What a loop leaves behind: names that still have a value after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.program import NoFixError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.codemods.program import Program


def check_left(program: Program, loop: cst.For, nodes: Iterable[cst.CSTNode]) -> None:
    """NoFixError where something counts on a name that one of ``nodes`` is and that only a round of the loop gives its value."""
    names = program.names
    inside = {id(each) for each in names.below(loop)}
    here = names.function(loop)
    for name in nodes:
        if not isinstance(name, cst.Name) or id(name) not in names.stored:
            continue
        owner = names.owner(name.value, names.scope(name))
        if owner is None:
            raise NoFixError(f"{name.value} comes from elsewhere")
        is_only = all(id(each.node) in inside for each in owner.bindings[name.value])
        for each in owner.reads.get(name.value, ()):
            is_later = program.start(each) > program.start(loop)
            if (
                id(each) not in inside
                and (is_later or is_only or names.function(each) is not here)
                and not _is_of_another_loop(program, each)
            ):
                raise NoFixError("what the last round leaves is used outside the loop")


def _is_of_another_loop(program: Program, read: cst.Name) -> bool:
    """Whether a name gets its value by a loop round it, wherever else it has one."""
    below: cst.CSTNode = read
    for above in program.names.above(read):
        if isinstance(above, (cst.FunctionDef, cst.Lambda, *COMPREHENSIONS)):
            return False
        if isinstance(above, cst.For) and below is above.body and _binds(above.target, read.value):
            return True
        below = above
    return False


def _binds(target: cst.BaseExpression, name: str) -> bool:
    elements = target.elements if isinstance(target, (cst.Tuple, cst.List)) else ()
    return (isinstance(target, cst.Name) and target.value == name) or any(
        _binds(each.value, name) for each in elements
    )
