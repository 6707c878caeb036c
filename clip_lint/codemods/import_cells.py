"""In which cell of a notebook an import stands that a repair needs: cells are run one by one, and some stand alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clip_lint.codemods.names import Binding
    from clip_lint.codemods.program import Program

_MOST_STEPS = 3
"""So far names are followed from the line that is repaired to what was imported for it."""


def home(program: Program, at: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The statements among which an import belongs that a node needs: the module's, or those of one cell before the node."""
    body = program.module.body
    if not program.source.cells:
        return body
    top = _top(program, at)
    own = program.cell_of(at)
    before = [each for each in body if program.start(each) < program.start(top) or each is top]
    importing = [each for each in before if _imports(each)]
    cell = own if stands_alone(program, at) else _importing_cell(program, at, importing, own)
    inside = [each for each in before if program.cell_of(each) == cell and not _is_magic(each)]
    first = next((index for index, each in enumerate(inside) if _imports(each)), 0)
    return inside[first:]


def stands_alone(program: Program, at: cst.CSTNode) -> bool:
    """Whether the cell of a node is run without others: it imports and makes all that it reads, or is a file of its own."""
    own = program.cell_of(at)
    if not own or own in program.source.file_cells:
        return bool(own)
    lines = [each for each in program.module.body if program.cell_of(each) == own]
    if not any(map(_imports, lines)):
        return False
    top = program.names.top
    return all(
        any(program.cell_of(each.node) == own for each in bindings)
        for name, bindings in top.bindings.items()
        if any(program.cell_of(each) == own for each in top.reads.get(name, ()))
    )


def is_seen(program: Program, binding: cst.CSTNode, at: cst.CSTNode) -> bool:
    """Whether a node can count on what another one binds: in its own cell, or in others where it needs those anyway."""
    cell = program.cell_of(binding)
    return cell == program.cell_of(at) or not (cell in program.source.file_cells or stands_alone(program, at))


def _importing_cell(program: Program, at: cst.CSTNode, importing: Sequence[cst.CSTNode], own: int) -> int:
    """The cell that imports what the line of a node is made of, else the one that imports most; its own where none does."""
    cells = [program.cell_of(each) for each in importing]
    cells = [each for each in cells if each not in program.source.file_cells]
    if not cells:
        return own
    names = list(_names(program, [_top(program, at)]))
    for _ in range(_MOST_STEPS):
        bound = list(_bindings(program, names))
        reached = {
            program.cell_of(each.node) for each in bound if isinstance(each.node, cst.ImportAlias)
        }.intersection(cells)
        if reached:
            return max(sorted(reached), key=cells.count)
        names = list(_names(program, (_top(program, each.node) for each in bound)))
    return max(sorted(set(cells)), key=cells.count)


def _names(program: Program, lines: Iterable[cst.CSTNode]) -> Iterator[cst.Name]:
    seen = {id(line): line for line in lines}
    for line in seen.values():
        yield from (each for each in program.names.below(line) if isinstance(each, cst.Name))


def _bindings(program: Program, names: Iterable[cst.Name]) -> Iterator[Binding]:
    """What binds names in the module's scope."""
    top = program.names.top
    for name in sorted({each.value for each in names}):
        yield from top.bindings.get(name, ())


def _top(program: Program, node: cst.CSTNode) -> cst.CSTNode:
    """The statement of the module that a node belongs to."""
    found = node
    for each in (node, *program.names.above(node)):
        if each is program.module:
            break
        found = each
    return found


def _imports(line: cst.CSTNode) -> bool:
    return isinstance(line, cst.SimpleStatementLine) and any(
        isinstance(each, (cst.Import, cst.ImportFrom)) for each in line.body
    )


def _is_magic(line: cst.CSTNode) -> bool:
    """Whether a line is what stands in for a magic."""
    return isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.Pass)
