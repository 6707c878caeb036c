"""CLP201: vectors of length one before a product compares them."""

from __future__ import annotations

from clip_lint.codemods.normalizing import Normalize


class NormalizeBeforeProducts(Normalize):
    """Divide vectors by their lengths before products compare them."""
