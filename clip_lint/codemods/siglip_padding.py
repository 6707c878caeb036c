"""CLP302: SigLIP text padded to full length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.codemods.arguments import with_argument
from clip_lint.codemods.codemod import UNSAFE, Codemod, Patch, Stage
from clip_lint.codemods.untruncated_text import check_library

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding


class PadToFullLength(Codemod):
    """Pad SigLIP text to the length that the model was trained on."""

    stage = Stage.FEED

    def patch(self, finding: Finding) -> Patch:
        """``padding="max_length"``."""
        call = self.program.node(finding.place, cst.Call)
        check_library(call, "padding")
        change = with_argument(self.program, call, "padding", self.program.string("max_length"))
        return Patch(UNSAFE, 'pass `padding="max_length"`; stored text vectors must be made again', (change,))
