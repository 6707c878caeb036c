"""CLP104: absence is what a detector does not find."""

from __future__ import annotations

from clip_lint.codemods.alternative import SuggestAlternative


class SuggestPresence(SuggestAlternative):
    """Show how a detector tells that something is not there."""
