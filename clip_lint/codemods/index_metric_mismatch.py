"""CLP209: vectors of length one before a distance or an index compares them."""

from __future__ import annotations

from clip_lint.codemods.normalizing import Normalize


class NormalizeBeforeDistances(Normalize):
    """Divide vectors by their lengths before distances and indexes compare them."""
