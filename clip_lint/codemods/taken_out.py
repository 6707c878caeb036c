"""Encodings taken out of a statement that calls what is not known, to lines of their own before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.shapes import Replace
from clip_lint.codemods.vectors import opened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from clip_lint.codemods.program import Program
    from clip_lint.syntax.edits import Change

_SOMETIMES = (*COMPREHENSIONS, cst.Lambda, cst.IfExp, cst.BooleanOperation, cst.NamedExpr)
"""What may run a part of itself never, or more than once."""


class Taken(NamedTuple):
    """An encoding, what is taken out with it, and the name that it gets."""

    call: cst.Call
    value: cst.BaseExpression
    name: str

    def assigned(self) -> cst.SimpleStatementLine:
        """The line of its own."""
        value = self.value.with_changes(lpar=(), rpar=())
        return cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(self.name))], value)])

    def replaced(self, program: Program) -> Change:
        """The name in its place."""
        return program.changed(self.value, Replace(self.value, lambda _: cst.Name(self.name)))


def taken_out(program: Program, line: cst.BaseStatement, calls: Iterable[cst.Call]) -> Iterator[Taken]:
    """Those of a line's encodings that may run before everything else in it, in order; none before one that stays."""
    written = set(_written_afterwards(program, line))
    ends = sorted(
        (program.spans.span(each).end, program.start(each))
        for each in program.names.below(line)
        if isinstance(each, (cst.Call, cst.NamedExpr, cst.Subscript)) and id(each) not in written
    )
    names: list[str] = []
    begin = end = done = 0
    for call in sorted(calls, key=program.start):
        start = program.start(call)
        while done < len(ends) and ends[done][0] <= start:
            if not begin <= ends[done][1] < ends[done][0] <= end:
                return  # it would run before what runs before it now
            done += 1
        if start < end:
            continue  # it goes along with one that it helps to make
        if not _runs_once(program, call, line):
            return
        value = _value(program, call)
        names.append(_name(program, call, value, names))
        span = program.spans.span(value)
        begin, end = (begin if names[1:] else span.start), span.end
        yield Taken(call, value, names[-1])


def _written_afterwards(program: Program, line: cst.BaseStatement) -> Iterator[int]:
    """The identities of what a line looks up only to write it, when its value is there."""
    for each in program.names.below(line):
        if isinstance(each, cst.AssignTarget):
            yield from (id(below) for below in program.names.below(each))
        elif isinstance(each, cst.AugAssign):
            yield id(each.target)


def _runs_once(program: Program, call: cst.Call, line: cst.BaseStatement) -> bool:
    for above in program.names.above(call):
        if above is line:
            break
        if isinstance(above, _SOMETIMES):
            return False
    return True


def _value(program: Program, call: cst.Call) -> cst.BaseExpression:
    value = opened(program, call)
    return (
        call if isinstance(value, cst.Subscript) else value
    )  # the first row, where the library gives tensors


def _name(program: Program, call: cst.Call, value: cst.BaseExpression, others: Collection[str]) -> str:
    """A name that says what is encoded, and stands nowhere else."""
    field = value.attr.value if isinstance(value, cst.Attribute) else ""
    said = f"{program.code(call.func)} {field}"
    modality = next((each for each in ("image", "text") if each in said), "")
    return program.fresh(f"{modality}_features" if modality else "outputs", others)
