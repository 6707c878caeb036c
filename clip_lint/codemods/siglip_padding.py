"""CLP302: SigLIP text padded to full length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.arguments import with_keywords
from clip_lint.codemods.calls import Calls
from clip_lint.codemods.codemod import UNSAFE, Codemod, Patch, Stage, said
from clip_lint.codemods.fate import Fate
from clip_lint.codemods.flow import Flow
from clip_lint.codemods.program import NoFixError
from clip_lint.codemods.untruncated_text import TokenUses, check_library, check_purpose

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding


class PadToFullLength(Codemod):
    """Pad SigLIP text to the length that the model was trained on."""

    stage = Stage.FEED

    def patch(self, finding: Finding) -> Patch:
        """``padding="max_length"``, with the length where the tokenizer does not know it."""
        call = self.program.node(finding.place, cst.Call)
        check_library(call, "padding")
        check_purpose(self.program, call)
        calls = Calls(self.program)
        if Flow(self.program, calls, TokenUses(calls)).fate(call) is Fate.WANTED:
            raise NoFixError("somebody asks how many tokens there are")
        wanted: dict[str, cst.BaseExpression] = {"padding": self.program.string("max_length", call)}
        length = said(finding, "length")
        if length and not any(each.keyword and each.keyword.value == "max_length" for each in call.args):
            wanted["max_length"] = cst.Integer(length)
        change = with_keywords(self.program, call, wanted)
        told = ", ".join(
            f"{name}={self.program.module.code_for_node(value)}" for name, value in wanted.items()
        )
        return Patch(UNSAFE, f"pass `{told}`; stored text vectors must be made again", (change,))
