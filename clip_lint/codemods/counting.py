"""CLP101: counting is a detector's work."""

from __future__ import annotations

from clip_lint.codemods.alternative import SuggestAlternative


class SuggestCounting(SuggestAlternative):
    """Show how a detector counts."""
