"""CLP203: the softmax over the labels' axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.codemod import UNSAFE, Patch, said
from clip_lint.codemods.fate import Fate
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import Replace
from clip_lint.codemods.sizes import fate_of_scores
from clip_lint.codemods.softmaxes import AXES, OF_SURE, OfSoftmax

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding


class SoftmaxOverLabels(OfSoftmax):
    """Take the softmax over the labels."""

    def patch(self, finding: Finding) -> Patch:
        """The right axis in place of the wrong one."""
        call = self.softmax(finding)
        right = said(finding, "dim")
        if not right:
            raise NoFixError("it is not known which axis the labels are")
        if fate_of_scores(self.program, self.calls, call, OF_SURE) is Fate.WANTED:
            raise NoFixError(
                "a number that shares of the pictures are held against is for its author to choose"
            )
        axis = self._axis(call)
        change = self.program.changed(axis, Replace(axis, lambda _: cst.Integer(right)))
        return Patch(UNSAFE, "take the softmax over the labels; the numbers change", (change,))

    def _axis(self, call: cst.Call) -> cst.BaseExpression:
        """The axis as it is written."""
        position = 0 if self.is_method(call) else 1
        if isinstance(call.func, cst.Call):  # a module that is made and called at once
            call, position = call.func, 0
        for each in call.args:
            if each.keyword is not None and each.keyword.value in AXES:
                return each.value
        if any(each.star for each in call.args) or len(call.args) <= position:
            raise NoFixError("the axis is not written out")
        return call.args[position].value
