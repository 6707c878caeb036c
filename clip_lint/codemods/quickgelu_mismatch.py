"""CLP306: the architecture with the activation of its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.codemod import UNSAFE, Codemod, Patch, Stage, said
from clip_lint.codemods.loading import argument_of, constant, name_argument
from clip_lint.codemods.nodes import callee
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import Replace
from clip_lint.codemods.stored import Stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.syntax.edits import Change


class MatchQuickGelu(Codemod):
    """Load the architecture whose activation the weights were trained with."""

    stage = Stage.LOAD

    def patch(self, finding: Finding) -> Patch:
        """The right name in the call, or where it is written if nothing else uses it."""
        right, wrong = said(finding, "architecture"), said(finding, "written")
        given = name_argument(self.program, finding.place)
        Stored(Calls(self.program)).check_program()
        written = self._written(given)
        if isinstance(written, cst.Name):
            new_name = self.program.string(right, written)
            change = self.program.changed(written, Replace(written, lambda _: new_name))
            return Patch(UNSAFE, f"load {right!r}; stored vectors must be made again", (change,))
        text = written.value if isinstance(written, cst.SimpleString) else ""
        if not isinstance(written, cst.SimpleString) or written.evaluated_value != wrong or wrong not in text:
            raise NoFixError("the architecture is not written in one piece")
        same = (
            [each for each in self._tokenizers(given) if each.evaluated_value == wrong]
            if given is written
            else []
        )
        changes = tuple(self._renamed(each, wrong, right) for each in (written, *same))
        return Patch(UNSAFE, f"load {right!r}; stored vectors must be made again", changes)

    def _renamed(self, written: cst.SimpleString, wrong: str, right: str) -> Change:
        new = written.with_changes(value=written.value.replace(wrong, right))
        return self.program.changed(written, Replace(written, lambda _: new))

    def _tokenizers(self, given: cst.BaseExpression) -> Iterator[cst.SimpleString]:
        """The names that tokenizers are got by in the function of a model: they are its architecture's."""
        names = self.program.names
        for each in names.nodes:
            if isinstance(each, cst.Call) and callee(each) == "get_tokenizer" and each.args:
                name = each.args[0].value
                if isinstance(name, cst.SimpleString) and names.function(each) is names.function(given):
                    yield name

    def _written(self, given: cst.BaseExpression) -> cst.BaseExpression:
        """Where the value of an argument is written, if only models and tokenizers are made of it; else the argument itself."""
        if not isinstance(given, cst.Name):
            return given
        names = self.program.names
        owner = names.owner(given.value, names.scope(given))
        parameter = (
            next((each for each in owner.bindings[given.value] if each.kind == "parameter"), None)
            if owner
            else None
        )
        if parameter is not None and isinstance(parameter.node, cst.Param):
            function = names.function(given)
            calls = Calls(self.program)
            name = function.name.value if isinstance(function, cst.FunctionDef) else ""
            if len(calls.sites.get(name, [])) > 1 or self.program.project.is_imported(
                self.program.source.path
            ):
                raise NoFixError("other callers rely on the default")
            return parameter.node.default or given
        value = constant(self.program, given)
        if value is None or owner is None:
            raise NoFixError("the architecture is not written in the program")
        reads = owner.reads.get(given.value, ())
        if all(
            (isinstance(self.program.parent(each), cst.Arg) and argument_of(self.program, each))
            or self._is_noted(each)
            for each in reads
        ):
            return value
        return given  # the name is used for more than models

    def _is_noted(self, name: cst.Name) -> bool:
        """Whether a name only says which model it was: as a field of a record, or in what is printed."""
        above = self.program.parent(name)
        if isinstance(above, cst.DictElement):
            return above.value is name
        if isinstance(above, cst.FormattedStringExpression):
            above = self.program.parent(self.program.parent(above))
        call = self.program.parent(above) if isinstance(above, cst.Arg) else None
        return isinstance(call, cst.Call) and callee(call) in ("print", "info", "debug")
