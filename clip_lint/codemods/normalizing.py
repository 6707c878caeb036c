"""What CLP201 and CLP209 share: vectors brought to length one where they are made, or where they are compared.

Where they are made if nobody but comparisons uses them; else in the comparison, so that files, probes and logs keep the vectors
as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.codemod import UNSAFE, Codemod, Patch, Stage, said
from clip_lint.codemods.compared_with import check_others, check_sizes, meaning_of
from clip_lint.codemods.imports import module
from clip_lint.codemods.known import known, listed
from clip_lint.codemods.nodes import dotted
from clip_lint.codemods.program import NoFixError, statement
from clip_lint.codemods.shapes import AddArgument, Replace, Wrap
from clip_lint.codemods.shapes.expressions import keyword
from clip_lint.codemods.vectors import Vectors, compares, is_field, opened
from clip_lint.knowledge.tables import load_libraries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Detail, Finding
    from clip_lint.syntax.edits import Change

_MESSAGE = "normalise the vectors where they are {}; scores and thresholds change"


class Named(NamedTuple):
    """A variable that holds the vectors of a call as they are, but for type and device."""

    name: str
    statement: cst.Assign
    is_array: bool


class Normalize(Codemod):
    """Divide vectors by their lengths."""

    stage = Stage.NORMALIZE

    def __init__(self, program: Program, findings: Sequence[Finding]) -> None:
        super().__init__(program, findings)
        self.calls = Calls(program)
        self.vectors = Vectors(program, self.calls)

    def patch(self, finding: Finding) -> Patch:
        """Each raw side at its origin, or in the comparison."""
        if said(finding, "query"):
            raise NoFixError("how the vectors of the index were made is not seen")
        if finding.place.path == self.program.source.path:
            check_others(self.program, self.calls, self.vectors.stored, finding, self._comparison(finding))
        meaning = meaning_of(finding)
        changes: list[Change] = []
        at_origin = True
        sides = [each for each in finding.details if each.key == "features"]
        # One way of writing it for both sides.
        is_called = not all(self._has_name(each) for each in sides)
        for side in sides:
            call = self.program.node(side.place, cst.Call)
            try:
                check_sizes(self.program, self.calls, call, meaning)
                changes += self._at_origin(call, side.value, is_called=is_called)
            except NoFixError:
                comparison = self._comparison(finding)
                check_sizes(self.program, self.calls, comparison, meaning)
                changes += self._compared(call, side.value, comparison)
                at_origin = False
        if not changes:
            raise NoFixError("it is not known where the vectors come from")
        return Patch(UNSAFE, _MESSAGE.format("made" if at_origin else "compared"), tuple(changes))

    # --- where they are made

    def _has_name(self, side: Detail) -> bool:
        """Whether a side's tensor goes to a variable as it is made."""
        try:
            call = self.program.node(side.place, cst.Call)
            return self._named(self._opened(call, side.value)) is not None
        except NoFixError:
            return True

    def _at_origin(self, call: cst.Call, library: str, *, is_called: bool) -> list[Change]:
        if not self.vectors.are_only_compared(call):
            raise NoFixError("the vectors are used for more than comparing")
        argument = _keyword(call, library)
        if argument:
            return [self.program.changed(call, AddArgument(call, argument, cst.Name("True")))]
        value = self._opened(call, library)
        named = self._named(value)
        if named is not None:
            last = self._last_form(named)
            if not is_called or named.is_array:
                return divided(self.program, last, named.name, is_array=named.is_array)
            functional, changes = module(self.program, "torch.nn.functional", last)
            code = self.program.module.code_for_node(functional)
            line = statement(f"{named.name} = {code}.normalize({named.name}, dim=-1)")
            return [*changes, self.program.after(last, line)]
        if isinstance(self.program.parent(value), cst.Await):
            raise NoFixError("what is awaited is no tensor yet")
        functional, changes = module(self.program, "torch.nn.functional", call)
        wrapped = Wrap(value, cst.Attribute(functional, cst.Name("normalize")), keyword("dim", LAST))
        return [*changes, self.program.changed(value, wrapped)]

    def _opened(self, call: cst.Call, library: str) -> cst.BaseExpression:
        """The tensor: what an encoder gives, or the field that is taken out of an output object."""
        if load_libraries().of(library).array != "torch":
            raise NoFixError("it may be an array or a tensor")
        value = opened(self.program, call)
        if value is not call:
            return value
        if isinstance(call.func, cst.Attribute) and (
            "encode" in call.func.attr.value or "features" in call.func.attr.value
        ):
            return call
        raise NoFixError("the vectors are taken out of an output object elsewhere")

    def _named(self, value: cst.BaseExpression) -> Named | None:
        """The variable that gets a tensor, with what is done to it before that only changes its type, device or form."""
        node: cst.CSTNode = value
        is_array = False
        while True:
            above = self.program.parent(node)
            if isinstance(above, cst.Assign):
                target = above.targets[0].target
                if len(above.targets) > 1 or not isinstance(target, cst.Name) or above.value is not node:
                    return None
                self.program.line(above)
                return Named(target.value, above, is_array)
            if isinstance(above, cst.Attribute):
                user = self.program.parent(above)
                if not isinstance(user, cst.Call) or user.func is not above:
                    return None
                if above.attr.value == "numpy":
                    is_array = True
                elif above.attr.value not in listed("vectors", "of_arrays" if is_array else "of_tensors"):
                    return None
                node = user
            else:
                return None

    def _last_form(self, named: Named) -> cst.BaseStatement:
        """The line after which a variable's vectors have their form: its output object may be opened later in the block."""
        line = self.program.line(named.statement)
        block = list(self.program.block(line))
        last = line
        for following in block[block.index(line) + 1 :]:
            names = [
                each
                for each in self.program.names.below(following)
                if isinstance(each, cst.Name) and each.value == named.name
            ]
            if not names:
                continue
            small = (
                following.body[0]
                if isinstance(following, cst.SimpleStatementLine) and len(following.body) == 1
                else None
            )
            if not (isinstance(small, cst.Assign) and self._opens(small, named.name)):
                break
            last = following
        return last

    def _opens(self, node: cst.Assign, name: str) -> bool:
        value = node.value
        if len(node.targets) > 1 or dotted(node.targets[0].target) != name:
            return False
        if isinstance(value, cst.Attribute):
            return dotted(value.value) == name and value.attr.value in listed("vectors", "fields")
        if isinstance(value, cst.Subscript):
            return dotted(value.value) == name and is_field(self.program, value)
        return (
            isinstance(value, cst.Call)
            and dotted(value.func) == "getattr"
            and len(value.args) > 1
            and dotted(value.args[0].value) == name
            and self.program.code(value.args[1].value).strip("'\"") in listed("vectors", "fields")
        )

    # --- where they are compared

    def _comparison(self, finding: Finding) -> cst.BaseExpression:
        try:
            return self.program.node(finding.place, cst.BinaryOperation)
        except NoFixError:
            return self.program.node(finding.place, cst.Call)

    def _compared(self, call: cst.Call, library: str, comparison: cst.BaseExpression) -> list[Change]:
        """The variable that holds the vectors, wherever the comparison reads it."""
        named = self._named(self._opened(call, library))
        if named is None:
            raise NoFixError("the comparison does not name the vectors")
        names = self.program.names
        bound = names.owner(named.name, names.scope(named.statement.targets[0].target))
        if bound is None or len(bound.bindings[named.name]) > 1:
            raise NoFixError("the variable holds something else at other times")
        reads = [
            each
            for each in names.below(comparison)
            if isinstance(each, cst.Name) and any(each is read for read in bound.reads.get(named.name, ()))
        ]
        if not reads or not all(self._is_operand(each, comparison) for each in reads):
            raise NoFixError("the comparison does not name the vectors")
        changes: list[Change] = []
        for each in reads:
            changes += self._wrapped(each, is_array=named.is_array)
        return changes

    def _is_operand(self, name: cst.Name, comparison: cst.BaseExpression) -> bool:
        """Whether nothing but changes of form stands between a name and the comparison."""
        below: cst.CSTNode = name
        for above in self.program.names.above(name):
            if isinstance(above, cst.Attribute):
                if above.attr.value not in listed("vectors", "keeping") and above.attr.value not in listed(
                    "vectors", "comparing"
                ):
                    return False
            elif isinstance(above, cst.BinaryOperation):
                return above is comparison and isinstance(above.operator, cst.MatrixMultiply)
            elif isinstance(above, cst.Call) and above is comparison:
                path = self.calls.origin(above.func)
                method = above.func.attr.value if isinstance(above.func, cst.Attribute) else ""
                return compares(path) if path else method in listed("vectors", "comparing")
            elif isinstance(above, cst.Call):
                if below is not above.func and self.calls.origin(above.func) not in listed(
                    "vectors", "joining"
                ):
                    return False
            elif not isinstance(above, (cst.Arg, cst.Subscript)):
                return False
            below = above
        return False

    def _wrapped(self, name: cst.Name, *, is_array: bool) -> list[Change]:
        if not is_array:
            functional, changes = module(self.program, "torch.nn.functional", name)
            normalize = cst.Attribute(functional, cst.Name("normalize"))
            return [*changes, self.program.changed(name, Wrap(name, normalize, keyword("dim", LAST)))]
        numpy, changes = module(self.program, "numpy", name)
        code = self.program.module.code_for_node(numpy)
        unit = cst.parse_expression(
            f"({name.value} / {code}.linalg.norm({name.value}, axis=-1, keepdims=True))"
        )
        return [*changes, self.program.changed(name, Replace(name, lambda _: unit))]


LAST = cst.UnaryOperation(cst.Minus(), cst.Integer("1"))


def divided(program: Program, line: cst.BaseStatement, name: str, *, is_array: bool) -> list[Change]:
    """A line behind another one that divides a variable by its norm."""
    if not is_array:
        return [program.after(line, statement(f"{name} = {name} / {name}.norm(dim=-1, keepdim=True)"))]
    numpy, changes = module(program, "numpy", line)
    code = program.module.code_for_node(numpy)
    new = statement(f"{name} = {name} / {code}.linalg.norm({name}, axis=-1, keepdims=True)")
    return [*changes, program.after(line, new)]


def _keyword(call: cst.Call, library: str) -> str:
    """The argument with which an encoder is asked for vectors of length one, empty where there is none."""
    method = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
    return str(known()["vectors"]["keywords"].get(f"{library}.{method}", ""))
