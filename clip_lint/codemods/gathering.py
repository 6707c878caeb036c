"""Several statements that prepare one item of a loop, put in a loop of their own that gathers a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.feeding import fed
from clip_lint.codemods.imports import module
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.texts import mentions
from clip_lint.syntax.edits import Change, trimmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.codemods.program import Program

_SHAPED = frozenset({"to", "cuda", "cpu", "float", "half", "type", "clone", "contiguous", "detach"})
"""What leaves a tensor its axes."""
_ELSEWHERE = "the item is used in more than one place"


class Gathering:
    """The statements from the first that has to do with the item to the one that makes what the encoder takes.

    NoFixError where they do more than make names of the item, or something else uses those names.
    """

    def __init__(
        self, program: Program, statements: Sequence[cst.CSTNode], call: cst.Call, item: str
    ) -> None:
        self.program = program
        self.item = item
        users = [number for number, each in enumerate(statements) if mentions(program, each, item)]
        given = {each.value.value for each in call.args if isinstance(each.value, cst.Name)}
        before = program.start(call)
        made = [
            number
            for number, each in enumerate(statements)
            if program.start(each) < before and _stored(each) & given
        ]
        if not users or not made or made[-1] < users[0]:
            raise NoFixError("the item is not prepared in the loop")
        self.statements = [_one_name(each) for each in statements[users[0] : made[-1] + 1]]
        self.rest = [*statements[: users[0]], *statements[made[-1] + 1 :]]
        self._check()

    @property
    def last(self) -> cst.Assign | cst.AugAssign:
        """What makes the value that the encoder takes."""
        return self.statements[-1]

    def _check(self) -> None:
        """NoFixError where names of one item are used beside them, or they use what the rest of a round makes."""
        inner = {self.item, *map(_name, self.statements)} - {_name(self.last)}
        for each in self.rest:
            if any(mentions(self.program, each, name) for name in inner):
                raise NoFixError(_ELSEWHERE)
            if any(mentions(self.program, own, name) for own in self.statements for name in _changed(each)):
                raise NoFixError("an item is prepared with what another left")
        known: set[str] = set()
        for each in self.statements:
            late = _stored(each) - known
            for name in late:
                reads = each.value if isinstance(each, cst.Assign) else each
                if mentions(self.program, reads, name):
                    raise NoFixError("an item is prepared with what another left")
            known |= late

    def changes(self, batch: str, piece: cst.BaseExpression) -> list[Change]:
        """The loop over the items of ``piece``, and the batch made of what it gathers."""
        own, changes = self.statements, list[Change]()
        name, joined = _name(self.last), None
        change = fed(self.program, self.last, _name(own[-2]), batch, is_list=True) if len(own) > 1 else None
        if change is not None:
            own = own[:-1]
            name = _name(own[-1])
            others = {self.item, *map(_name, own)} - {name}
            if any(mentions(self.program, self.last, each) for each in others):
                raise NoFixError("it takes more of the item than one value")
            changes.append(change)
        elif not self._has_axis(own):
            raise NoFixError("one item has no axis to put batches along")
        else:
            torch, changes = module(self.program, "torch", self.last)
            value = cst.Call(cst.Attribute(torch, cst.Name("cat")), [cst.Arg(cst.Name(batch))])
            joined = _line(cst.Assign([cst.AssignTarget(cst.Name(name))], value))
        lines = self._lines(own)
        append = cst.Call(cst.Attribute(cst.Name(batch), cst.Name("append")), [cst.Arg(cst.Name(name))])
        first = lines[0]
        empty = _line(cst.Assign([cst.AssignTarget(cst.Name(batch))], cst.List([])))
        leading = [each for each in first.leading_lines if each.comment is None]
        inner = [
            first.with_changes(
                leading_lines=[each for each in first.leading_lines if each.comment is not None]
            ),
            *lines[1:],
            _line(cst.Expr(append)),
        ]
        step = self.program.spans.step(first)
        loop = cst.For(cst.Name(self.item), piece, cst.IndentedBlock(inner, indent=step))
        written: list[cst.BaseStatement] = [empty.with_changes(leading_lines=leading), loop]
        if joined is not None:
            written.append(joined)
        spans = self.program.spans
        start, end = spans.outer(first).start, spans.outer(lines[-1]).end
        text = "".join(spans.written(each, first) for each in written)
        return [*changes, trimmed(spans.text, Change(start, end, text))]

    def _has_axis(self, statements: Sequence[cst.Assign | cst.AugAssign]) -> bool:
        """Whether the last of some statements makes a tensor whose first axis is there for batches."""
        with_axis: set[str] = set()
        for each in statements:
            name = _name(each)
            is_kept = (
                name in with_axis if isinstance(each, cst.AugAssign) else _is_shaped(each.value, with_axis)
            )
            if is_kept or "unsqueeze(0)" in self.program.code(each.value):
                with_axis.add(name)
            else:
                with_axis.discard(name)
        return _name(statements[-1]) in with_axis

    def _lines(self, statements: Sequence[cst.CSTNode]) -> list[cst.SimpleStatementLine]:
        """The lines of statements that follow one another in one block; NoFixError for others."""
        lines = [self.program.line(each) for each in statements]
        block = self.program.block(lines[0])
        index = next(number for number, each in enumerate(block) if each is lines[0])
        there = block[index : index + len(lines)]
        found = [each for each in lines if isinstance(each, cst.SimpleStatementLine)]
        if (
            len(there) != len(lines)
            or len(found) != len(lines)
            or any(a is not b for a, b in zip(lines, there, strict=True))
        ):
            raise NoFixError("the item is not prepared in one place")
        return found


def _line(statement: cst.BaseSmallStatement) -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine([statement])


def _one_name(statement: cst.CSTNode) -> cst.Assign | cst.AugAssign:
    """A statement that gives one name a value; NoFixError for any other."""
    if isinstance(statement, (cst.Assign, cst.AugAssign)) and len(_stored(statement)) == 1:
        return statement
    raise NoFixError(_ELSEWHERE)


def _is_shaped(node: cst.BaseExpression, names: set[str]) -> bool:
    """Whether an expression has the first axis that some names have."""
    if isinstance(node, cst.BinaryOperation):
        return _is_shaped(node.left, names) or _is_shaped(node.right, names)
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        return node.func.attr.value in _SHAPED and _is_shaped(node.func.value, names)
    return isinstance(node, cst.Name) and node.value in names


def _name(statement: cst.CSTNode) -> str:
    return next(iter(_stored(statement)))


def _stored(statement: cst.CSTNode) -> set[str]:
    """The name that a statement gives a value, and nothing else."""
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        target: cst.CSTNode = statement.targets[0].target
    elif isinstance(statement, cst.AugAssign):
        target = statement.target
    else:
        return set()
    return {target.value} if isinstance(target, cst.Name) else set()


def _changed(statement: cst.CSTNode) -> set[str]:
    """The names that a statement gives a value, or a method of which it calls."""
    found = _stored(statement)
    value = getattr(statement, "value", None)
    func = value.func if isinstance(value, cst.Call) else None
    if isinstance(func, cst.Attribute) and isinstance(func.value, cst.Name):
        found.add(func.value.value)
    return found
