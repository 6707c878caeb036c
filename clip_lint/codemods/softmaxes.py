"""What CLP202 to CLP205 share: the softmax of a finding and what it is taken of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.calls import Calls
from clip_lint.codemods.codemod import Codemod, Stage
from clip_lint.codemods.nodes import argument
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.sizes import Meaning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Finding

_OPERANDS = frozenset({"input", "x", "a"})
AXES = frozenset({"dim", "axis"})
OF_SURE = Meaning(0.5, 1.0)
"""What only a probability that is sure reaches: such a number was never made for flat ones."""


class OfSoftmax(Codemod):
    """The repair of a softmax."""

    stage = Stage.SCORE

    def __init__(self, program: Program, findings: Sequence[Finding]) -> None:
        super().__init__(program, findings)
        self.calls = Calls(program)

    def softmax(self, finding: Finding) -> cst.Call:
        """The softmax a finding stands at; NoFixError where it stands at a call that leads there."""
        call = self.program.node(finding.place, cst.Call)
        func = call.func.func if isinstance(call.func, cst.Call) else call.func
        name = func.attr.value if isinstance(func, cst.Attribute) else getattr(func, "value", "")
        if "softmax" not in str(name).lower():
            raise NoFixError("the softmax stands elsewhere")
        return call

    def is_method(self, call: cst.Call) -> bool:
        """Whether the softmax is a method of the scores, not a function of a module."""
        return isinstance(call.func, cst.Attribute) and not self.calls.origin(call.func)

    def operand(self, call: cst.Call) -> cst.BaseExpression:
        """What the softmax is taken of."""
        if isinstance(call.func, cst.Attribute) and self.is_method(call):
            return call.func.value
        scores = argument(call, _OPERANDS)
        if scores is None:
            raise NoFixError("the argument of the softmax is not written out")
        return scores
