"""One import more: in the group of its kind, in order; of a notebook, in the cell that already imports what the repair is about."""

from __future__ import annotations

import sys
from itertools import dropwhile, pairwise, takewhile
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.import_cells import home
from clip_lint.codemods.nodes import dotted
from clip_lint.codemods.program import NoFixError, statement
from clip_lint.syntax.edits import Change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clip_lint.codemods.program import Program

Import = cst.Import | cst.ImportFrom
_Group = list[cst.SimpleStatementLine]


def added(program: Program, line: str, at: cst.CSTNode) -> Change:
    """One import line that a node needs among the others: in the group of its kind, in order."""
    new = statement(line)
    order = _order(_imports(new)[0])
    is_standard = order.root in sys.stdlib_module_names
    body = home(program, at)
    groups = list(_groups(body))
    standard = next((each for each in groups if _is_standard(each)), None)
    others = [each for each in groups if not _is_standard(each)]
    if is_standard and standard is None and others:
        standard = list(takewhile(lambda each: _is_standard([each]), others[0])) or None
    if is_standard and standard is None and others:
        change = program.before(others[0][0], new)
        return Change(change.start, change.end, f"{change.text}{program.module.default_newline}")
    group = standard if is_standard and standard is not None else (others[0] if others else standard)
    if group is None:
        return _on_top(program, body, new)
    if not is_standard and not others:  # only the standard library is imported: a group of its own
        return program.after(group[-1], statement(line, leading=1))
    own = list(dropwhile(lambda each: not is_standard and _is_standard([each]), group)) or group
    key, section = _sorted(groups, own)
    if section:
        before = [each for each in section if key(_order(_imports(each)[0])) < key(order)]
        return program.after(before[-1], new) if before else program.before(section[0], new)
    kin = [each for each in own if _is_standard([each]) == is_standard] or own
    before = [each for each in kin if _order(_imports(each)[0]) < order]
    alike = [
        each
        for each in before
        if _order(_imports(each)[0]).root == order.root
        and isinstance(_imports(each)[0], cst.Import) is order.is_from
    ]
    before = alike or before  # beside its like, where the group is in no order
    return program.after(before[-1], new) if before else program.before(kin[0], new)


def _sorted(groups: Sequence[_Group], group: _Group) -> tuple[Callable[[_Order], tuple[object, ...]], _Group]:
    """How a program sorts its imports, and the lines of a group that are sorted so: the project's own may follow. None where it does not."""
    key = min(_KEYS, key=lambda key: sum(len(_falls(key, each)) for each in groups))
    falls = _falls(key, group)
    return key, group if not falls else group[: falls[0]] if len(falls) == 1 < falls[0] else []


def _falls(key: Callable[[_Order], tuple[object, ...]], group: _Group) -> list[int]:
    """Where a group begins anew with a lower import."""
    keys = [key(_order(_imports(each)[0])) for each in group]
    return [index for index, (one, other) in enumerate(pairwise(keys), 1) if other < one]


class _Order(tuple[bool, str]):
    """Isort's and Ruff's order within a group: ``import`` first, then ``from``, each by module."""

    __slots__ = ()

    @property
    def is_from(self) -> bool:
        """Whether it is a ``from`` import."""
        return bool(self[0])

    @property
    def module(self) -> str:
        """The module, as it is sorted."""
        return str(self[1]).lower()

    @property
    def root(self) -> str:
        """The package."""
        return str(self[1]).partition(".")[0]


def _order(node: Import) -> _Order:
    if isinstance(node, cst.Import):
        return _Order((False, dotted(node.names[0].name)))
    return _Order((True, dotted(node.module)))


_KEYS: tuple[Callable[[_Order], tuple[object, ...]], ...] = (
    lambda each: (each.is_from, each.module),
    lambda each: (each.module, each.is_from),
    lambda each: (not each.is_from, each.module),
)
"""How sorters put imports: ``import`` first, by module alone, or ``from`` first."""


def _imports(line: cst.CSTNode) -> list[Import]:
    """The import that a line is, in a list; empty for other lines."""
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        small = line.body[0]
        if isinstance(small, (cst.Import, cst.ImportFrom)):
            return [small]
    return []


def _groups(body: Sequence[cst.CSTNode]) -> Iterator[list[cst.SimpleStatementLine]]:
    """The runs of imports at the top, without an empty line or a comment between; what stands after other code is left out."""
    group: list[cst.SimpleStatementLine] = []
    for index, line in enumerate(body):
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
        if group and line.leading_lines:
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


def _on_top(program: Program, body: Sequence[cst.CSTNode], new: cst.BaseStatement) -> Change:
    """Before the first statement that is neither the docstring nor about the future."""
    previous: cst.BaseStatement | None = None
    first: cst.BaseStatement | None = None
    for index, line in enumerate(body):
        found = _imports(line)
        is_future = (
            bool(found) and isinstance(found[0], cst.ImportFrom) and dotted(found[0].module) == "__future__"
        )
        if not (isinstance(line, cst.BaseStatement) and (is_future or (index == 0 and is_docstring(line)))):
            first = line if isinstance(line, cst.BaseStatement) else None
            break
        previous = line
    if previous is not None:
        return program.after(previous, new.with_changes(leading_lines=[cst.EmptyLine(indent=False)]))
    if first is None:
        raise NoFixError("there is no room for an import")
    change = program.before(first, new)
    return Change(change.start, change.end, f"{change.text}{program.module.default_newline}")
