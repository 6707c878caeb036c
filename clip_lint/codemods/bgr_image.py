"""CLP303: red and blue exchanged before the model sees an array of OpenCV's."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.codemod import UNSAFE, Codemod, Patch, Stage, said
from clip_lint.codemods.definitions import assigned_value
from clip_lint.codemods.imports import module
from clip_lint.codemods.known import listed
from clip_lint.codemods.names import COMPREHENSIONS
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import Wrap
from clip_lint.codemods.stored import Stored
from clip_lint.syntax.anew import length_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Finding
    from clip_lint.syntax.edits import Change

_PACKAGE = "cv2"
_LONGEST = 88
"""A picture is converted inside of what takes it where that does not make a longer line."""
_APART = (*COMPREHENSIONS, cst.Lambda, cst.IfExp, cst.BooleanOperation, cst.NamedExpr)
"""What runs never, later or more than once in its statement."""
_MOST_STEPS = 8
_MESSAGE = "convert from BGR to RGB; vectors change"
_OTHERS = "other callers may give it RGB pixels"
_MORE = "the picture is used for more than the model"


class ConvertToRgb(Codemod):
    """Convert OpenCV's images to RGB before they are encoded."""

    stage = Stage.LOAD

    def __init__(self, program: Program, findings: Sequence[Finding]) -> None:
        super().__init__(program, findings)
        self.calls = Calls(program)

    def patch(self, finding: Finding) -> Patch:
        """``cv2.cvtColor(..., cv2.COLOR_BGR2RGB)`` round the array in the call that takes it."""
        program = self.program
        call = program.node(finding.place, cst.Call)
        Stored(self.calls).check_program()
        arrays = self._arrays(call, said(finding, "image"))
        if not all(self._is_bgr(array, 0) for array in arrays):
            arrays = self._given(arrays)
        cv2, changes = module(program, _PACKAGE, call)
        code = cst.Arg(cst.Attribute(cv2, cst.Name("COLOR_BGR2RGB")))
        convert = cst.Attribute(cv2, cst.Name("cvtColor"))
        if self.calls.origin(call.func).endswith(".fromarray") and not self._is_only_encoded(call):
            changes += self._beside(call, arrays, Wrap(arrays[0], convert, code))
        else:
            changes += self._converted(arrays, [Wrap(array, convert, code) for array in arrays])
        return Patch(UNSAFE, _MESSAGE, tuple(changes))

    def _converted(self, arrays: Sequence[cst.BaseExpression], wraps: Sequence[Wrap]) -> list[Change]:
        """The arrays converted where they stand, or one of them on a line before where that would make a long line."""
        program, array = self.program, arrays[0]
        inside = [program.changed(each, wrap) for each, wrap in zip(arrays, wraps, strict=True)]
        if len(arrays) > 1 or not isinstance(array, cst.Name) or self._length(inside[0]) <= _LONGEST:
            return inside
        try:
            line = program.line(array)
        except NoFixError:
            return inside
        between = takewhile(lambda each: each is not line, program.names.above(array))
        if not isinstance(line, cst.SimpleStatementLine) or any(isinstance(each, _APART) for each in between):
            return inside
        made = array.visit(wraps[0])
        if not isinstance(made, cst.BaseExpression):
            return inside
        name = program.fresh(f"rgb_{array.value}")
        first = cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(name))], made)])
        return [program.before(line, first), program.replaced(array, cst.Name(name))]

    def _length(self, change: Change) -> int:
        """How long a line becomes, its comment left out."""
        number, column = self.program.spans.lines.at(change.start)
        line = self.program.spans.lines.of(number)
        return length_of(line[:column] + change.text + line[column + change.end - change.start :])

    def _given(self, arrays: Sequence[cst.BaseExpression]) -> list[cst.BaseExpression]:
        """What callers give a parameter in BGR, where all others give what is converted; NoFixError elsewhere."""
        names = self.program.names
        array = arrays[0]
        owner = names.owner(array.value, names.scope(array)) if isinstance(array, cst.Name) else None
        if len(arrays) != 1 or owner is None or not isinstance(array, cst.Name):
            raise NoFixError(_OTHERS)
        kinds = [each.kind for each in owner.bindings[array.value]]
        if kinds != ["parameter"] or owner.reads.get(array.value, []) != [array]:
            raise NoFixError(_OTHERS)
        values = list(self.calls.arguments(owner.bindings[array.value][0].node))
        found = [each for each in values if each is not None and self._is_bgr(each, 0)]
        others = [each for each in values if not any(each is known for known in found)]
        if not found or not all(self._is_rgb(each) for each in others):
            raise NoFixError(_OTHERS)
        for each in found:
            call = self.program.parent(self.program.parent(each))
            if not isinstance(call, cst.Call) or not self._is_only_encoded(call):
                raise NoFixError(_MORE)
        return found

    def _is_rgb(self, node: cst.BaseExpression | None) -> bool:
        """Whether an expression was converted from BGR to RGB."""
        if isinstance(node, cst.Call):
            codes = [self.calls.origin(each.value) for each in node.args[1:]]
            return self.calls.origin(node.func) == "cv2.cvtColor" and codes == ["cv2.COLOR_BGR2RGB"]
        if not isinstance(node, cst.Name):
            return False
        names = self.program.names
        owner = names.owner(node.value, names.scope(node))
        bindings = owner.bindings[node.value] if owner is not None else []
        values = [assigned_value(self.program, each.node) for each in bindings if each.kind == "assignment"]
        return (
            bool(values)
            and len(values) == len(bindings)
            and all(isinstance(each, cst.Call) and self._is_rgb(each) for each in values)
        )

    def _beside(self, call: cst.Call, arrays: Sequence[cst.BaseExpression], wrap: Wrap) -> list[Change]:
        """A second picture for the model, where the first is used for more; NoFixError where it is not clear who takes which."""
        names = self.program.names
        above = self.program.parent(call)
        target = (
            above.targets[0].target if isinstance(above, cst.Assign) and len(above.targets) == 1 else None
        )
        owner = names.owner(target.value, names.scope(target)) if isinstance(target, cst.Name) else None
        if (
            owner is None
            or not isinstance(target, cst.Name)
            or len(arrays) != 1
            or len(owner.bindings[target.value]) != 1
        ):
            raise NoFixError(_MORE)
        if not any(each is arrays[0] for each in names.below(call)):
            raise NoFixError(_MORE)
        reads = owner.reads.get(target.value, [])
        taken = [
            each
            for each in reads
            if isinstance(self.program.parent(each), cst.Arg) and self._is_only_encoded(each)
        ]
        if not taken or any(names.function(each) is not names.function(call) for each in reads):
            raise NoFixError(_MORE)
        others = [self.program.start(each) for each in reads if not any(each is other for other in taken)]
        if others and min(others) < max(map(self.program.start, taken)):
            raise NoFixError("the picture may be changed before it is encoded")
        name = self.program.fresh(f"rgb_{target.value}")
        made = call.visit(wrap)
        if not isinstance(made, cst.Call):
            raise NoFixError(_MORE)
        line = cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(name))], made)])
        changes = [self.program.replaced(each, cst.Name(name)) for each in taken]
        return [self.program.after(self.program.line(call), line), *changes]

    def _arrays(self, call: cst.Call, wanted: str) -> list[cst.BaseExpression]:
        """The arrays that a call takes, one by one where they stand in a list."""
        found: cst.CSTNode | None = None
        if isinstance(call.func, cst.Attribute) and call.func.attr.value == "fromarray" and call.args:
            found = call.args[0].value
        else:
            inside = (each for argument in call.args for each in self.program.names.below(argument.value))
            found = next(
                (
                    each
                    for each in inside
                    if isinstance(each, cst.BaseExpression) and self.program.code(each) == wanted
                ),
                None,
            )
        if isinstance(found, (cst.List, cst.Tuple)) and found.elements:
            return [each.value for each in found.elements]
        if isinstance(found, cst.ListComp):
            return [found.elt]
        if not isinstance(found, cst.BaseExpression) or isinstance(found, cst.GeneratorExp):
            raise NoFixError("the array is not named in the call")
        return [found]

    def _is_bgr(self, node: cst.BaseExpression | None, steps: int) -> bool:
        """Whether every value that an expression may have was read by OpenCV and never converted."""
        if node is None or steps > _MOST_STEPS:
            return False
        if isinstance(node, cst.Subscript):
            return self._is_bgr(node.value, steps + 1)
        if isinstance(node, cst.Call):
            path = self.calls.origin(node.func)
            if path:
                return path.startswith(f"{_PACKAGE}.") and not path.endswith(".cvtColor")
            own = self.calls.defined(node.func)
            if own:
                values = [each.value for function in own for each in self.calls.returns(function)]
                return bool(values) and all(self._is_bgr(value, steps + 1) for value in values)
            return isinstance(node.func, cst.Attribute) and self._is_bgr(node.func.value, steps + 1)
        if isinstance(node, cst.Attribute):
            values_of = self.calls.attributes.get(node.attr.value, [])
            return bool(values_of) and all(self._is_bgr(value, steps + 1) for value in values_of)
        if not isinstance(node, cst.Name):
            return False
        return self._is_bgr_name(node, steps)

    def _is_bgr_name(self, node: cst.Name, steps: int) -> bool:
        names = self.program.names
        owner = names.owner(node.value, names.scope(node))
        bindings = owner.bindings[node.value] if owner is not None else []
        for kind, bound in bindings:
            if kind == "parameter":
                values = list(self.calls.arguments(bound))
                if not values or not all(self._is_bgr(value, steps + 1) for value in values):
                    return False
            elif kind == "assignment":
                value = assigned_value(self.program, bound)
                if value is None:
                    if not self._is_bgr_item(bound, steps):
                        return False
                elif not self._is_bgr(value, steps + 1):
                    return False
            else:
                return False
        return bool(bindings)

    def _is_bgr_item(self, bound: cst.CSTNode, steps: int) -> bool:
        """Whether a loop's variable goes through a list of such arrays."""
        loop = next(
            (each for each in self.program.names.above(bound) if isinstance(each, (cst.For, cst.CompFor))),
            None,
        )
        if loop is None or not isinstance(loop.iter, cst.Name) or loop.target is not bound:
            return False
        names = self.program.names
        owner = names.owner(loop.iter.value, names.scope(loop.iter))
        if owner is None or len(owner.bindings[loop.iter.value]) != 1:
            return False
        value = assigned_value(self.program, owner.bindings[loop.iter.value][0].node)
        if isinstance(value, cst.ListComp):
            return self._is_bgr(value.elt, steps + 1)
        if not isinstance(value, cst.List) or value.elements:
            return False
        given = []
        for read in owner.reads.get(loop.iter.value, ()):
            member = self.program.parent(read)
            call = self.program.parent(member)
            if isinstance(member, cst.Attribute) and isinstance(call, cst.Call) and call.func is member:
                if member.attr.value != "append" or len(call.args) != 1:
                    return False
                given.append(call.args[0].value)
        return bool(given) and all(self._is_bgr(each, steps + 1) for each in given)

    def _is_only_encoded(self, node: cst.BaseExpression, steps: int = 0) -> bool:
        """Whether a picture goes to a processor or a transform, and nowhere else."""
        above = self.program.parent(node)
        if steps > _MOST_STEPS:
            return False
        if isinstance(above, (cst.Element, cst.List, cst.Tuple, cst.ListComp)):
            return isinstance(above, cst.Element) or self._is_only_encoded(above, steps + 1)
        if isinstance(above, cst.Arg):
            call = self.program.parent(above)
            return isinstance(call, cst.Call) and not self.calls.origin(call.func)
        if isinstance(above, cst.Attribute):
            call = self.program.parent(above)
            is_plain = above.attr.value in listed("methods", "plain")
            return is_plain and isinstance(call, cst.Call) and self._is_only_encoded(call, steps + 1)
        if isinstance(above, cst.Return):
            return True
        if (
            isinstance(above, cst.Assign)
            and len(above.targets) == 1
            and isinstance(above.targets[0].target, cst.Name)
        ):
            target = above.targets[0].target
            names = self.program.names
            owner = names.owner(target.value, names.scope(target))
            return owner is not None and all(
                self._is_only_encoded(read, steps + 1) for read in owner.reads.get(target.value, ())
            )
        return False
