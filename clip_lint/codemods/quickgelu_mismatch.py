"""CLP306: the architecture with the activation of its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.arguments import with_argument
from clip_lint.codemods.calls import Calls
from clip_lint.codemods.codemod import UNSAFE, Codemod, Patch, Stage, said
from clip_lint.codemods.known import listed
from clip_lint.codemods.loading import argument_of, constant, name_argument, text_of
from clip_lint.codemods.nodes import callee
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import Replace
from clip_lint.codemods.stored import Stored

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Finding
    from clip_lint.syntax.edits import Change


_REMAKE = "stored vectors must be made again"


class MatchQuickGelu(Codemod):
    """Load the architecture whose activation the weights were trained with."""

    stage = Stage.LOAD

    def __init__(self, program: Program, findings: Sequence[Finding]) -> None:
        super().__init__(program, findings)
        self._calls = Calls(program)
        Stored(self._calls).check_program()
        # All places that load the architecture are mended, or none: vectors of two activations must not meet.
        self._patches = {id(each): self._patch(each) for each in findings}
        for wrong in {said(each, "written") for each in findings}:
            if self._meets_others() and program.project.names_elsewhere(program.source.path, wrong):
                raise NoFixError("other files go by the architecture's name as well")
            self._check_others(wrong, findings)

    def patch(self, finding: Finding) -> Patch:
        """The right name in the call, or where it is written; the activation as an argument where the name serves for more."""
        return self._patches[id(finding)]

    def _meets_others(self) -> bool:
        """Whether vectors or weights may go from this program to another, or come from there."""
        program = self.program
        met = {*listed("vectors", "storing"), *listed("vectors", "loading")}
        return program.project.is_imported(program.source.path) or any(
            callee(each) in met and not self._loads_other(each) for each in program.names.nodes
        )

    def _loads_other(self, call: cst.CSTNode) -> bool:
        """Whether a call loads a model, settings or pictures by a name that stands for vectors elsewhere."""
        func = call.func if isinstance(call, cst.Call) else None
        others = tuple(listed("vectors", "loading_others"))
        return func is not None and self._calls.origin(func).startswith(others)

    def _patch(self, finding: Finding) -> Patch:
        right, wrong = said(finding, "architecture"), said(finding, "written")
        call = self.program.node(finding.place, cst.Call)
        given = name_argument(self.program, finding.place)
        written = self._written(given)
        if written is None:
            if not right.startswith(wrong) or self.program.project.is_imported(self.program.source.path):
                raise NoFixError("the name is used for more than models")  # or other files load by it
            change = with_argument(self.program, call, "force_quick_gelu", cst.Name("True"))
            return Patch(UNSAFE, f"pass `force_quick_gelu=True`; {_REMAKE}", (change,))
        if isinstance(written, cst.Name):
            new_name = self.program.string(right, written)
            change = self.program.changed(written, Replace(written, lambda _: new_name))
            return Patch(UNSAFE, f"load {right!r}; {_REMAKE}", (change,))
        text = written.value if isinstance(written, cst.SimpleString) else ""
        if not isinstance(written, cst.SimpleString) or written.evaluated_value != wrong or wrong not in text:
            raise NoFixError("the architecture is not written in one piece")
        same = (
            [each for each in self._tokenizers(given) if each.evaluated_value == wrong]
            if given is written
            else []
        )
        changes = tuple(self._renamed(each, wrong, right) for each in (written, *same))
        return Patch(UNSAFE, f"load {right!r}; {_REMAKE}", changes)

    def _check_others(self, wrong: str, findings: Sequence[Finding]) -> None:
        """NoFixError where the program goes by the architecture's name in other places: some may load weights of this kind."""
        mended = [self._written(name_argument(self.program, each.place)) for each in findings]
        weights = {said(each, "weights") for each in findings}
        names = self.program.names
        for each in names.nodes:
            if not isinstance(each, cst.SimpleString) or each.evaluated_value != wrong:
                continue
            if any(each is one for one in mended) or self._is_noted(each):
                continue
            above = names.parent(each)
            call = names.parent(above)
            is_loaded = isinstance(call, cst.Call) and argument_of(self.program, each)
            if is_loaded and (callee(call) == "get_tokenizer" or self._is_right(call, weights)):
                continue
            if isinstance(above, cst.Assign) and None in mended:
                continue  # the name that keeps its value
            raise NoFixError("other code goes by the architecture's name")

    def _is_right(self, call: cst.CSTNode, weights: Collection[str]) -> bool:
        """Whether a call that was not reported says which weights it loads: a published tag, and none of those reported."""
        given = call.args if isinstance(call, cst.Call) else ()
        tags = [each.value for each in given if each.keyword is None or each.keyword.value == "pretrained"]
        tag = text_of(self.program, tags[-1]) if tags else None
        return tag is not None and tag.isidentifier() and tag not in weights

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

    def _written(self, given: cst.BaseExpression) -> cst.BaseExpression | None:
        """Where the value of an argument is written, None where it serves for more than making models and tokenizers."""
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
            name = function.name.value if isinstance(function, cst.FunctionDef) else ""
            if len(self._calls.sites.get(name, [])) > 1 or self.program.project.is_imported(
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
        return None

    def _is_noted(self, name: cst.BaseExpression) -> bool:
        """Whether a name only says which model it was: as a field of a record, or in what is printed."""
        above = self.program.parent(name)
        if isinstance(above, cst.DictElement):
            return above.value is name
        if isinstance(above, cst.FormattedStringExpression):
            above = self.program.parent(self.program.parent(above))
        call = self.program.parent(above) if isinstance(above, cst.Arg) else None
        return isinstance(call, cst.Call) and callee(call) in ("print", "info", "debug")
