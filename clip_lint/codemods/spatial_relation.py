"""CLP102: relations are those of boxes."""

from __future__ import annotations

from clip_lint.codemods.alternative import SuggestAlternative


class SuggestBoxes(SuggestAlternative):
    """Show how the boxes of a detector are compared."""
