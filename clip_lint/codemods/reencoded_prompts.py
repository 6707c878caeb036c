"""CLP404: text features that never change, made once before the loop or beside the function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.codemod import UNSAFE, Codemod, Patch, Stage
from clip_lint.codemods.constancy import Constancy
from clip_lint.codemods.moving import (
    above_line,
    contexts,
    is_used_elsewhere,
    regions,
    removed_lines,
    under_contexts,
    without_comments,
)
from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import Replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.codemods.constancy import Region
    from clip_lint.codemods.names import Scope
    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Finding
    from clip_lint.syntax.edits import Change

_MESSAGE = "encode the texts once, before the loop; wrong if labels or model change in between unseen"
_REPEATED = (cst.Lambda, cst.IfExp, cst.BooleanOperation, *COMPREHENSIONS)


class EncodeTextsOnce(Codemod):
    """Encode constant texts before the loop."""

    stage = Stage.HOIST

    def __init__(self, program: Program, findings: Sequence[Finding]) -> None:
        super().__init__(program, findings)
        self.calls = Calls(program)

    def patch(self, finding: Finding) -> Patch:
        """The encoding, what it needs and what is made of it alone, out of the outermost loop that allows it, or the function."""
        if not finding.related:
            raise NoFixError("it is in no loop, and who calls the function may have texts of its own")
        call = self.program.node(finding.place, cst.Call)
        method = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
        if "text" not in method and method != "encode":
            raise NoFixError("the texts are encoded together with the images")
        for above in self.program.names.above(call):
            if isinstance(above, (cst.BaseStatement, cst.BaseSmallStatement)):
                break
            if isinstance(above, _REPEATED):
                raise NoFixError("the call may run several times in its statement")
        line = self.program.line(call)
        failed = NoFixError("it is in no loop")
        for region in regions(self.program, line):
            try:
                return Patch(UNSAFE, _MESSAGE, tuple(self._moved(call, line, region)))
            except NoFixError as error:
                failed = error
        raise failed

    def _moved(self, call: cst.Call, line: cst.BaseStatement, region: Region) -> list[Change]:
        constancy = Constancy(self.program, self.calls, region)
        constancy.check_rounds()
        heads = contexts(self.program, self.calls, line, region)
        if isinstance(region, cst.FunctionDef):
            own = [each.decorator for each in region.decorators]
            entered = [each.item for items in heads for each in items]
            _check_defined(self.program, region, [each for each in entered if each not in own])
        try:
            part = _Slice(self.program, self.calls, constancy, line)
            lines = [without_comments(each) for each in part.lines]
            changes = removed_lines(self.program, part.lines)
        except NoFixError:
            constancy.check_expression(call)
            self._check_kept(call, constancy)
            if isinstance(region, cst.FunctionDef):
                _check_defined(self.program, region, [call])
            name = self.program.fresh("text_features")
            assigned = cst.Assign([cst.AssignTarget(cst.Name(name))], call.with_changes(lpar=(), rpar=()))
            lines = [cst.SimpleStatementLine([assigned])]
            changes = [self.program.changed(call, Replace(call, lambda _: cst.Name(name)))]
        return [above_line(self.program, region, under_contexts(heads, lines)), *changes]

    def _check_kept(self, call: cst.Call, constancy: Constancy) -> None:
        """NoFixError where the name that gets the features, and stays in the loop, may have them changed in place."""
        names = self.program.names
        value: cst.CSTNode = call
        above = names.parent(value)
        while isinstance(
            above, (cst.Attribute, cst.Call)
        ):  # what only changes their form may give the same tensor
            value, above = above, names.parent(above)
        for each in above.targets if isinstance(above, cst.Assign) else ():
            if not isinstance(each.target, cst.Name):
                raise NoFixError("the features have no name of their own")
            owner = names.owner(each.target.value, names.scope(each.target))
            constancy.check_uses(owner.reads.get(each.target.value, ()) if owner is not None else ())


class _Slice:
    """The lines of a region that can move out of it together, in order: a line, what it needs, and what only changes what it makes."""

    def __init__(self, program: Program, calls: Calls, constancy: Constancy, line: cst.BaseStatement) -> None:
        self.program = program
        self.names = program.names
        self.constancy = constancy
        region = constancy.region
        chosen: dict[int, cst.BaseStatement] = {id(line): line}
        pending = [line]
        self.made: dict[tuple[int, str], Scope] = {}
        while pending:
            each = pending.pop()
            _assignment(each)
            contexts(program, calls, each, region)
            for more in self._tied(each):
                if id(more) not in chosen:
                    chosen[id(more)] = more
                    pending.append(more)
        self.lines = sorted(chosen.values(), key=program.start)
        self._check()

    def _tied(self, line: cst.BaseStatement) -> list[cst.BaseStatement]:
        """The lines of the region that give names of a line their values."""
        found = []
        for name in self.names.below(line):
            if not isinstance(name, cst.Name):
                continue
            owner = self.names.owner(name.value, self.names.scope(name))
            if owner is None or isinstance(owner.node, (cst.Lambda, *COMPREHENSIONS)):
                continue
            is_stored = id(name) in self.names.stored
            if is_stored:
                self.made[(id(owner), name.value)] = owner
            for binding in owner.bindings[name.value]:
                if self.constancy.is_inside(binding.node):
                    if binding.kind != "assignment":
                        raise NoFixError("what it depends on changes in the loop")
                    found.append(self.program.line(binding.node))
                elif is_stored:
                    raise NoFixError("its name has another value before or after")
        return found

    def _check(self) -> None:
        region = self.constancy.region
        if any(self.program.cell_of(each) != self.program.cell_of(region) for each in self.lines):
            raise NoFixError("it lies in another cell")
        own = {id(node) for line in self.lines for node in self.names.below(line)}
        for line in self.lines:
            self.constancy.check_expression(line, self.lines)
        for (_, name), owner in self.made.items():
            writes = [self.program.start(each.node) for each in owner.bindings[name]]
            others = [each for each in owner.reads.get(name, ()) if id(each) not in own]
            if any(
                self.constancy.is_inside(each) and self.program.start(each) < max(writes) for each in others
            ):
                raise NoFixError("it is read before it is made")
            self.constancy.check_uses(others)
            first = next(
                line
                for line in self.lines
                if any(id(each.node) in set(map(id, self.names.below(line))) for each in owner.bindings[name])
            )
            if any(
                isinstance(each, cst.Name) and each.value == name and id(each) not in self.names.stored
                for each in self.names.below(first)
            ) or isinstance(_assignment(first), cst.AugAssign):
                raise NoFixError("it builds on the round before")
            if isinstance(region, cst.FunctionDef) and is_used_elsewhere(self.program, name, owner):
                raise NoFixError("the module uses the name for something else")
        if isinstance(region, cst.FunctionDef):
            _check_defined(self.program, region, self.lines)


def _assignment(line: cst.BaseStatement) -> cst.Assign | cst.AugAssign:
    """A line that gives names a value and does nothing else."""
    small = line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else None
    if isinstance(small, cst.AugAssign) and isinstance(small.target, cst.Name):
        return small
    if isinstance(small, cst.Assign) and all(isinstance(each.target, cst.Name) for each in small.targets):
        return small
    raise NoFixError("the features have no name of their own")


def _check_defined(program: Program, function: cst.FunctionDef, parts: Sequence[cst.CSTNode]) -> None:
    """NoFixError where something that is needed is not there yet, for sure and for good, when the function is defined."""
    names = program.names
    own = {id(node) for part in parts for node in names.below(part)}
    for part in parts:
        for name in names.below(part):
            if not isinstance(name, cst.Name) or id(name) in names.stored:
                continue
            owner = names.owner(name.value, names.scope(name))
            if owner is not names.top:
                continue
            bindings = [each for each in owner.bindings[name.value] if id(each.node) not in own]
            for each in bindings:
                if len(bindings) > 1 or program.start(each.node) > program.start(function):
                    raise NoFixError("what it depends on is set somewhere else")
                if any(
                    isinstance(above, (cst.If, cst.Try, cst.For, cst.While))
                    for above in names.above(each.node)
                ):
                    raise NoFixError("what it depends on is not always set")
