"""CLP202: cosines multiplied by the model's own scale before the softmax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.codemod import UNSAFE, Patch, place_of
from clip_lint.codemods.fate import Fate
from clip_lint.codemods.known import listed
from clip_lint.codemods.modes import is_off_already
from clip_lint.codemods.nodes import dotted
from clip_lint.codemods.program import NoFixError, expression
from clip_lint.codemods.shapes import Replace
from clip_lint.codemods.shapes.expressions import atom
from clip_lint.codemods.sizes import fate_of_scores
from clip_lint.codemods.softmaxes import OF_SURE, OfSoftmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.codemods.program import Program
    from clip_lint.core.finding import Finding

_USUAL = "100.0"
"""The scale of models that is not in reach: what trained ones end at."""
_ELSEWHERE = (".cpu(", ".numpy(", 'to("cpu"', "to('cpu'", ".tolist(")
_LOOSE = (
    cst.BinaryOperation, cst.UnaryOperation, cst.BooleanOperation, cst.Comparison, cst.IfExp, cst.Lambda, cst.NamedExpr, cst.Await,
)  # fmt: skip


class MultiplyByScale(OfSoftmax):
    """Multiply cosines by the logit scale before the softmax."""

    def __init__(self, program: Program, findings: Sequence[Finding]) -> None:
        super().__init__(program, findings)
        # Scores of one file are read beside each other: all of them have the scale, or none has.
        self.is_held = any(map(self._is_held, findings))

    def patch(self, finding: Finding) -> Patch:
        """The model's own scale where it is in reach, else 100; raw vectors get length one first (CLP201)."""
        if place_of(finding, "raw") is not None:
            raise NoFixError("products of raw vectors are large as they are")
        if place_of(finding, "unscaled") is not None:
            raise NoFixError("the model has no `logit_scale`")
        call = self.softmax(finding)
        if self.is_held:
            raise NoFixError("a number that flat probabilities are held against is for its author to choose")
        scores = self.operand(call)
        scale = expression(self._scale(finding, call, scores) or _USUAL)

        def scaled(each: cst.BaseExpression) -> cst.BaseExpression:
            each = _on_one_line(each)
            factor = atom(each) if isinstance(each, _LOOSE) else each
            product = cst.BinaryOperation(scale, cst.Multiply(), factor)
            return atom(product) if self.is_method(call) else product

        change = self.program.changed(scores, Replace(scores, scaled))
        return Patch(UNSAFE, "multiply by the logit scale; probabilities and thresholds change", (change,))

    def _is_held(self, finding: Finding) -> bool:
        """Whether the probabilities of a softmax are held against a number."""
        if place_of(finding, "raw") is not None:
            return False
        try:
            call = self.softmax(finding)
        except NoFixError:
            return False
        return fate_of_scores(self.program, self.calls, call, OF_SURE) is Fate.WANTED

    def _scale(self, finding: Finding, call: cst.Call, scores: cst.BaseExpression) -> str | None:
        """The model's own scale as an expression that holds at the softmax, None where that is not sure."""
        names = self.program.names
        for origin in (each for each in finding.details if each.key == "encoder"):
            if origin.value not in listed("vectors", "scaled_by"):
                return None
            try:
                encoder = self.program.node(origin.place, cst.Call)
            except NoFixError:
                continue
            model = encoder.func
            if isinstance(model, cst.Attribute) and model.attr.value.startswith(("encode_", "get_")):
                model = model.value
            if names.function(call) is not names.function(encoder) or not dotted(model):
                continue
            first, last = sorted((self.program.start(encoder), self.program.start(call)))
            text = self.program.source.text[first:last] + self.program.code(scores)
            if any(word in text for word in _ELSEWHERE):
                return None  # the scale may lie on another device than the scores, or they are no tensor
            found = f"{dotted(model)}.logit_scale.exp()"
            return found if is_off_already(self.program, call) else f"{found}.detach()"
        return None


def _on_one_line(node: cst.BaseExpression) -> cst.BaseExpression:
    """An operation that was opened in parentheses, in one line again: who lays it out sees it whole."""
    code = cst.Module([]).code_for_node(node)
    if "\n" not in code or not isinstance(node, cst.BinaryOperation) or "#" in code or not node.lpar:
        return node
    lines = [each.strip() for each in code.split("\n")]
    if any(each.endswith(("(", "[", "{", ",")) for each in lines[1:-1]):
        return node
    return cst.parse_expression(f"({' '.join(lines[1:-1])})") if (lines[0], lines[-1]) == ("(", ")") else node
