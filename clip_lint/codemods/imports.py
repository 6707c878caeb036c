"""Modules that a repair needs: the name under which the program has them, or one import in the right place."""

from __future__ import annotations

import sys
from itertools import takewhile
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.known import known
from clip_lint.codemods.nodes import dotted, imported_as
from clip_lint.codemods.program import NoFixError, expression, statement
from clip_lint.syntax.edits import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.codemods.names import Scope
    from clip_lint.codemods.program import Program

Import = cst.Import | cst.ImportFrom


def module(program: Program, name: str, at: cst.CSTNode) -> tuple[cst.BaseExpression, list[Change]]:
    """An expression for a module that holds at a node, and the import it needs (none where the program has it)."""
    found = _known(program, name, at)
    if found is not None:
        return expression(found), []
    alias = known()["names"].get(name, name.rpartition(".")[2])
    if program.names.binds(alias):
        alias = program.fresh(alias)
    line = f"import {name}" if alias == name else f"import {name} as {alias}"
    return cst.Name(alias), [added(program, line)]


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
    if program.names.binds(name):
        fresh = program.fresh(name)
        return cst.Name(fresh), [added(program, f"from {origin} import {name} as {fresh}")]
    return cst.Name(name), [added(program, f"from {origin} import {name}")]


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
    """Whether an import is made by the time a node runs: not under a condition, and in a function before the node."""
    for above in program.names.above(alias):
        if above is scope.node:
            break
        if isinstance(
            above, (cst.Else, cst.ExceptHandler, cst.For, cst.While, cst.Match, cst.MatchCase, cst.Finally)
        ):
            return False
    is_global = scope is program.names.top
    in_function = program.names.function(at) is not None
    return (is_global and in_function) or program.start(alias) < program.start(at)


# --- one import more


def added(program: Program, line: str) -> Change:
    """One import line among the others: in the group of its kind, in order."""
    new = statement(line)
    order = _order(_imports(new)[0])
    is_standard = order.root in sys.stdlib_module_names
    groups = list(_groups(program))
    standard = next((each for each in groups if _is_standard(each)), None)
    others = [each for each in groups if not _is_standard(each)]
    if is_standard and standard is None and others:
        standard = list(takewhile(lambda each: _is_standard([each]), others[0])) or None
    if is_standard and standard is None and others:
        change = program.before(others[0][0], new)
        return Change(change.start, change.end, f"{change.text}{program.module.default_newline}")
    group = standard if is_standard and standard is not None else (others[0] if others else standard)
    if group is None:
        return _on_top(program, new)
    if not is_standard and not others:  # only the standard library is imported: a group of its own
        return program.after(group[-1], statement(line, leading=1))
    before = [each for each in group if _order(_imports(each)[0]) < order]
    alike = [
        each
        for each in before
        if _order(_imports(each)[0]).root == order.root
        and isinstance(_imports(each)[0], cst.Import) is order.is_from
    ]
    before = alike or before  # beside its like, where the group is in no order
    return program.after(before[-1], new) if before else program.before(group[0], new)


class _Order(tuple[bool, str]):
    """Isort's and Ruff's order within a group: ``import`` first, then ``from``, each by module."""

    __slots__ = ()

    @property
    def is_from(self) -> bool:
        """Whether it is a ``from`` import."""
        return bool(self[0])

    @property
    def root(self) -> str:
        """The package."""
        return str(self[1]).partition(".")[0]


def _order(node: Import) -> _Order:
    if isinstance(node, cst.Import):
        return _Order((False, dotted(node.names[0].name)))
    return _Order((True, dotted(node.module)))


def _imports(line: cst.CSTNode) -> list[Import]:
    """The import that a line is, in a list; empty for other lines."""
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        small = line.body[0]
        if isinstance(small, (cst.Import, cst.ImportFrom)):
            return [small]
    return []


def _groups(program: Program) -> Iterator[list[cst.SimpleStatementLine]]:
    """The runs of imports at the top, without an empty line or a comment between; what stands after other code is left out."""
    group: list[cst.SimpleStatementLine] = []
    for index, line in enumerate(program.module.body):
        found = _imports(line)
        if not found:
            if index == 0 and is_docstring(line):
                continue
            break
        node = found[0]
        if isinstance(node, cst.ImportFrom) and (node.relative or dotted(node.module) == "__future__"):
            continue
        if not isinstance(line, cst.SimpleStatementLine):
            continue
        if group and (line.leading_lines or program.cell_of(line) != program.cell_of(group[0])):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _is_standard(group: Sequence[cst.SimpleStatementLine]) -> bool:
    return all(_order(_imports(line)[0]).root in sys.stdlib_module_names for line in group)


def is_docstring(line: cst.CSTNode) -> bool:
    """Whether a line is nothing but a string."""
    if not isinstance(line, cst.SimpleStatementLine) or not isinstance(line.body[0], cst.Expr):
        return False
    return isinstance(line.body[0].value, (cst.SimpleString, cst.ConcatenatedString))


def _on_top(program: Program, new: cst.BaseStatement) -> Change:
    """Before the first statement that is neither the docstring nor about the future."""
    previous: cst.BaseStatement | None = None
    first: cst.BaseStatement | None = None
    for index, line in enumerate(program.module.body):
        found = _imports(line)
        is_future = (
            bool(found) and isinstance(found[0], cst.ImportFrom) and dotted(found[0].module) == "__future__"
        )
        if not (isinstance(line, cst.BaseStatement) and (is_future or (index == 0 and is_docstring(line)))):
            first = line if isinstance(line, cst.BaseStatement) else None
            break
        previous = line
    if previous is not None:
        if program.source.cells and program.cell_of(previous) == 0:
            raise NoFixError("there is no room for an import")
        return program.after(previous, new.with_changes(leading_lines=[cst.EmptyLine(indent=False)]))
    if first is None:
        raise NoFixError("there is no room for an import")
    change = program.before(first, new)
    return Change(change.start, change.end, f"{change.text}{program.module.default_newline}")
