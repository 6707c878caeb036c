"""What CLP101 to CLP105 share: another model where CLIP cannot answer, shown and never written.

Which detector, which threshold and where its code should live is a decision about the project. A helper that is put into each
file is nobody's choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.codemods.codemod import SUGGESTION, Codemod, Patch, Stage
from clip_lint.codemods.program import NoFixError
from clip_lint.knowledge.alternatives import for_code

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding


class SuggestAlternative(Codemod):
    """Show what to use in place of CLIP."""

    stage = Stage.LABEL

    def patch(self, finding: Finding) -> Patch:
        """The best alternative with a program that runs; no edits."""
        best = next(iter(for_code(finding.code)), None)
        if best is None:
            raise NoFixError("nothing better is known")
        return Patch(SUGGESTION, f"use {best.name} ({best.install}):\n\n{best.snippet}")
