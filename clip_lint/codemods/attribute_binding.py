"""CLP103: attributes are asked of each object by itself."""

from __future__ import annotations

from clip_lint.codemods.alternative import SuggestAlternative


class SuggestCrops(SuggestAlternative):
    """Show how each object is looked at by itself."""
