"""CLP303: red and blue exchanged before the model sees an array of OpenCV's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.codemod import UNSAFE, Codemod, Patch, Stage, said
from clip_lint.codemods.definitions import assigned_value
from clip_lint.codemods.imports import module
from clip_lint.codemods.known import listed
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import Wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Finding

_PACKAGE = "cv2"
_MOST_STEPS = 8


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
        arrays = self._arrays(call, said(finding, "image"))
        if not all(self._is_bgr(array, 0) for array in arrays):
            raise NoFixError("other callers may give it RGB pixels")
        if self.calls.origin(call.func).endswith(".fromarray") and not self._is_only_encoded(call):
            raise NoFixError("the picture is used for more than the model")
        cv2, changes = module(program, _PACKAGE, call)
        code = cst.Arg(cst.Attribute(cv2, cst.Name("COLOR_BGR2RGB")))
        convert = cst.Attribute(cv2, cst.Name("cvtColor"))
        changes += [program.changed(array, Wrap(array, convert, code)) for array in arrays]
        return Patch(UNSAFE, "convert from BGR to RGB; vectors change", tuple(changes))

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
