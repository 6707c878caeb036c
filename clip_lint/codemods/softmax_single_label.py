"""CLP204: a label that contrasts, shown where the only label stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.codemods.codemod import SUGGESTION, Patch
from clip_lint.codemods.softmaxes import OfSoftmax

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding


class SuggestContrast(OfSoftmax):
    """Show how one label is judged."""

    def patch(self, finding: Finding) -> Patch:
        """What to do with the one score; no edits."""
        scores = " ".join(self.program.code(self.operand(self.softmax(finding))).split())
        message = (
            "add a label that contrasts, the caption of what is there when the answer is no, or judge the one score by itself:"
            f" `torch.sigmoid({scores})` for SigLIP, a cosine threshold calibrated on your images for CLIP"
        )
        return Patch(SUGGESTION, message)
