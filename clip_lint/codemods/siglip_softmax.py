"""CLP205: the function that the checkpoint was trained with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.codemod import UNSAFE, Patch, said
from clip_lint.codemods.fate import Fate
from clip_lint.codemods.imports import imported, module
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.shapes import Replace
from clip_lint.codemods.sizes import Meaning, fate_of_scores
from clip_lint.codemods.softmaxes import AXES, OfSoftmax
from clip_lint.knowledge.tables import load_libraries

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding

_MESSAGE = "use the sigmoid; the values no longer add up to one, thresholds change"


class UseSigmoid(OfSoftmax):
    """Take the sigmoid in place of the softmax."""

    def patch(self, finding: Finding) -> Patch:
        """The sigmoid of the same logits, for tensors and arrays; NoFixError where somebody needs shares."""
        call = self.softmax(finding)
        if said(finding, "logits") != "whole":
            raise NoFixError("without the model's scale and bias a sigmoid is no better")
        if isinstance(call.func, cst.Call):
            raise NoFixError("the softmax is a module that other code may use")
        scores = self.operand(call)
        others = [each for each in call.args if each.value is not scores]
        if any(
            each.keyword.value not in AXES if each.keyword is not None else bool(each.star) for each in others
        ):
            raise NoFixError("the softmax is told to do more")
        if len(others) > 1 or "#" in self.program.code(call).replace(self.program.code(scores), ""):
            raise NoFixError("the softmax is told to do more, or has a comment")
        meaning = Meaning(are_shares=True, are_all=said(finding, "labels") == "all there is")
        if fate_of_scores(self.program, self.calls, call, meaning) is not Fate.ENDS:
            raise NoFixError("somebody reads how large the shares are, or is not seen")
        array = self._array(finding, call)
        if array == "torch":
            torch, changes = module(self.program, "torch", call)
            function: cst.BaseExpression = cst.Attribute(torch, cst.Name("sigmoid"))
        elif array == "numpy":
            function, changes = imported(self.program, "scipy.special", "expit", call)
        else:
            raise NoFixError("it may be an array or a tensor")
        inner = scores.with_changes(lpar=(), rpar=()) if "\n" not in self.program.code(scores) else scores
        change = self.program.changed(call, Replace(call, lambda _: cst.Call(function, [cst.Arg(inner)])))
        return Patch(UNSAFE, _MESSAGE, (*changes, change))

    def _array(self, finding: Finding, call: cst.Call) -> str:
        """What the scores are: by the softmax itself, which takes one of both, or by what the check knows."""
        root = self.calls.origin(call.func).partition(".")[0]
        if root == "torch" or self.is_method(call):
            return "torch"  # arrays have no such method
        return load_libraries().of(root).array or said(finding, "array")
