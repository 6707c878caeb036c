"""Modules that a repair needs: the name under which the program has them, or one import in the right place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.import_cells import is_seen
from clip_lint.codemods.import_lines import added
from clip_lint.codemods.known import known
from clip_lint.codemods.nodes import dotted, imported_as
from clip_lint.codemods.program import expression

if TYPE_CHECKING:
    from clip_lint.codemods.names import Scope
    from clip_lint.codemods.program import Program
    from clip_lint.syntax.edits import Change

Import = cst.Import | cst.ImportFrom
_BRANCHES = (cst.If, cst.Else, cst.ExceptHandler, cst.For, cst.While, cst.Match, cst.MatchCase, cst.Finally)
"""What may run a part of itself never, as `if TYPE_CHECKING` does."""


def module(program: Program, name: str, at: cst.CSTNode) -> tuple[cst.BaseExpression, list[Change]]:
    """An expression for a module that holds at a node, and the import it needs (none where the program has it)."""
    found = _known(program, name, at)
    if found is not None:
        return expression(found), []
    alias = known()["names"].get(name, name.rpartition(".")[2])
    if _is_taken(program, alias, name, at):
        alias = program.fresh(alias)
    line = f"import {name}" if alias == name else f"import {name} as {alias}"
    return cst.Name(alias), [added(program, line, at)]


def imported(
    program: Program, origin: str, name: str, at: cst.CSTNode
) -> tuple[cst.BaseExpression, list[Change]]:
    """A name imported from a module, as an expression that holds at a node, and the import it needs."""
    found = _known(program, f"{origin}.{name}", at)
    if found is not None:
        return expression(found), []
    around = _known(program, origin, at)
    if around is not None:
        return expression(f"{around}.{name}"), []
    if _is_taken(program, name, f"{origin}.{name}", at):
        fresh = program.fresh(name)
        return cst.Name(fresh), [added(program, f"from {origin} import {name} as {fresh}", at)]
    return cst.Name(name), [added(program, f"from {origin} import {name}", at)]


def _is_taken(program: Program, alias: str, name: str, at: cst.CSTNode) -> bool:
    """Whether a name means anything else than what an import is to bring: another cell may have that import.

    A function that imports it somewhere has it as its own from the beginning, where it means nothing yet.
    """
    owner = program.names.owner(alias, program.names.scope(at))
    return (owner is not None and owner is not program.names.top) or any(
        not isinstance(each.node, cst.ImportAlias) or _reaches(program, each.node, name) != alias
        for scope in program.names.scopes()
        for each in scope.bindings.get(alias, ())
    )


# --- what the program has


def _known(program: Program, name: str, at: cst.CSTNode) -> str | None:
    """How the program reaches a module or a name of one at a node; None where it does not, or means something else there."""
    scope = program.names.scope(at)
    for around in scope.chain():
        for bindings in around.bindings.values():
            for binding in bindings:
                alias = binding.node
                if not isinstance(alias, cst.ImportAlias):
                    continue
                found = _reaches(program, alias, name)
                bound = imported_as(alias)
                if (
                    found is not None
                    and program.names.owner(bound, scope) is around
                    and _means_one_thing(program, around, bound, name)
                    and _is_sure(program, alias, around, at)
                ):
                    return found
    return None


def _reaches(program: Program, alias: cst.ImportAlias, name: str) -> str | None:
    """The expression that is ``name`` after an import."""
    above = program.names.parent(alias)
    path = dotted(alias.name)
    if isinstance(above, cst.ImportFrom):
        whole = "" if above.relative else f"{dotted(above.module)}.{path}"
        return imported_as(alias) if whole == name else None
    if path == name:
        return imported_as(alias) if alias.asname is not None else name
    if alias.asname is None and path.startswith(f"{name}.") and "." not in name:
        return name
    return None


def _means_one_thing(program: Program, scope: Scope, bound: str, name: str) -> bool:
    """Whether nothing but imports that bring the same gives a name its value in a scope."""
    for binding in scope.bindings[bound]:
        alias = binding.node
        if not isinstance(alias, cst.ImportAlias):
            return False
        root = name.partition(".")[0]
        is_same_root = (
            alias.asname is None and bound == root and isinstance(program.names.parent(alias), cst.Import)
        )
        if _reaches(program, alias, name) is None and not is_same_root:
            return False
    return True


def _is_sure(program: Program, alias: cst.ImportAlias, scope: Scope, at: cst.CSTNode) -> bool:
    """Whether an import is made by the time a node runs: not in a branch that the node is not in, and in a function before the node."""
    if not is_seen(program, alias, at):
        return False
    around = {id(each) for each in program.names.above(at)}
    below: cst.CSTNode = alias
    for above in program.names.above(alias):
        if above is scope.node:
            break
        if isinstance(above, _BRANCHES) and id(below) not in around:
            return False
        below = above
    is_global = scope is program.names.top
    in_function = program.names.function(at) is not None
    return (is_global and in_function) or program.start(alias) < program.start(at)
