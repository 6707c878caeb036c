"""CLP401: `eval()` after the load of a model that nobody trains."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.codemod import SAFE, UNSAFE, Codemod, Patch, Stage
from clip_lint.codemods.fate import Fate
from clip_lint.codemods.flow import Flow
from clip_lint.codemods.known import listed
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import Replace, called
from clip_lint.codemods.shapes.expressions import atom
from clip_lint.codemods.uses import Uses
from clip_lint.knowledge.tables import load_libraries
from clip_lint.syntax.edits import Change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Finding

_MESSAGE = "call `eval()` after loading"


class SwitchToEvaluation(Codemod):
    """Put models that are only used into evaluation mode."""

    stage = Stage.EVALUATE

    def __init__(self, program: Program, findings: Sequence[Finding]) -> None:
        super().__init__(program, findings)
        if program.project.is_trained_with(program.source.path):
            raise NoFixError("a file that imports this one trains")
        calls = Calls(program)
        self.flow = Flow(program, calls, Uses(calls, is_model=True))

    def patch(self, finding: Finding) -> Patch:
        """``model.eval()`` behind the statement, or ``.eval()`` behind the expression."""
        call = self.program.node(finding.place, cst.Call)
        value = self._model(call)
        statement = self.program.statement(value)
        targets = _targets(statement, value)
        is_tuple = value is call and _gives_several(call)
        if not targets:
            if is_tuple:
                raise NoFixError("the model stays inside a tuple")
            return self._appended(value, self.flow.fate(value))
        target = targets[0]
        if is_tuple:
            if not isinstance(target, (cst.Tuple, cst.List)) or len(targets) > 1 or not target.elements:
                raise NoFixError("the model stays inside a tuple")
            target = target.elements[0].value
        if not isinstance(target, (cst.Name, cst.Attribute)):
            raise NoFixError("the model goes to no name")
        self._check_draws(target)
        fate = max(self.flow.fate_of_target(each if each is not targets[0] else target) for each in targets)
        if self.program.names.scope(statement).is_class:
            if is_tuple:
                raise NoFixError("the body of a class holds no calls")
            return self._appended(value, fate)
        plain = target.with_changes(lpar=(), rpar=())
        line = called(plain, "eval")
        try:
            change = self.program.after(self.program.line(statement), line)
        except NoFixError:
            change = self._beside(statement, line)
        return self._graded(fate, change)

    def _check_draws(self, target: cst.BaseExpression) -> None:
        """NoFixError where a loop that only counts asks the model for the same: what train mode draws is then the point."""
        names = self.program.names
        model = self.program.code(target)
        for each in names.nodes:
            loop = names.parent(each) if isinstance(each, cst.CompFor) else each
            if (
                isinstance(each, (cst.For, cst.CompFor))
                and self.program.code(each.iter).startswith("range(")
                and not self._is_read(each.target, loop)
                and any(
                    isinstance(below, cst.Attribute) and self.program.code(below.value) == model
                    for below in names.below(loop)
                )
            ):
                raise NoFixError(
                    "a loop that only counts asks the model for the same, and gets another draw each time"
                )

    def _is_read(self, target: cst.BaseExpression, loop: cst.CSTNode) -> bool:
        """Whether a loop reads the name that it counts with."""
        return any(
            isinstance(each, cst.Name) and each is not target and each.value == self.program.code(target)
            for each in self.program.names.below(loop)
        )

    def _beside(self, statement: cst.CSTNode, line: cst.SimpleStatementLine) -> Change:
        """The call behind a statement that shares its line with others."""
        above = self.program.parent(statement)
        if not isinstance(above, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
            raise NoFixError("there is no room for a statement")
        end = self.program.spans.span(statement).end
        return Change(end, end, f"; {self.program.module.code_for_node(line.body[0])}")

    def _model(self, call: cst.Call) -> cst.BaseExpression:
        """The expression that is the model: the call, with what moves it, or the first of what the call gives."""
        value: cst.BaseExpression = call
        while True:
            above = self.program.parent(value)
            user = self.program.parent(above) if isinstance(above, cst.Attribute) else None
            if (
                isinstance(above, cst.Attribute)
                and isinstance(user, cst.Call)
                and user.func is above
                and above.attr.value in (*listed("methods", "of_models"), "requires_grad_")
            ):
                value = user
            elif (
                isinstance(above, cst.Subscript)
                and value is call
                and self.program.code(above).endswith("[0]")
            ):
                value = above
            else:
                return value

    def _appended(self, value: cst.BaseExpression, fate: Fate) -> Patch:
        def make(each: cst.BaseExpression) -> cst.BaseExpression:
            return cst.Call(cst.Attribute(atom(each), cst.Name("eval")))

        return self._graded(fate, self.program.changed(value, Replace(value, make)))

    @staticmethod
    def _graded(fate: Fate, change: Change) -> Patch:
        if fate is Fate.WANTED:
            raise NoFixError("the model is trained, or its weights are handed out")
        if fate is Fate.LEAVES:
            message = f"{_MESSAGE}; code that is not seen gets the model, and may train it"
            return Patch(UNSAFE, message, (change,))
        return Patch(SAFE, _MESSAGE, (change,))


def _targets(statement: cst.CSTNode, value: cst.BaseExpression) -> list[cst.BaseExpression]:
    """What the statement of a value assigns it to; empty where it does something else."""
    if isinstance(statement, cst.Assign) and statement.value is value:
        return [each.target for each in statement.targets]
    if isinstance(statement, cst.AnnAssign) and statement.value is value:
        return [statement.target]
    return []


def _gives_several(call: cst.Call) -> bool:
    """Whether a factory gives the model first and its transforms after it."""
    name = call.func.attr.value if isinstance(call.func, cst.Attribute) else getattr(call.func, "value", "")
    if any(each.keyword is not None and each.keyword.value == "return_transform" for each in call.args):
        raise NoFixError("what the call gives depends on an argument")
    return name in _factories_of_tuples()


@cache
def _factories_of_tuples() -> frozenset[str]:
    """The last names of functions that give a model in train mode, and its transforms after it, as the tables have them."""
    return frozenset(
        path.rpartition(".")[2]
        for path, entry in load_libraries().calls.items()
        if entry.op == "load" and entry.get("mode") == "train" and isinstance(entry.get("returns"), list)
    )
