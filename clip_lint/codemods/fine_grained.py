"""CLP105: narrow kinds are told apart by features of pictures."""

from __future__ import annotations

from clip_lint.codemods.alternative import SuggestAlternative


class SuggestExamples(SuggestAlternative):
    """Show how pictures are compared with examples of each class."""
