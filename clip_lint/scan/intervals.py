"""A share with the interval in which the true one lies, by Wilson's score: it holds for small counts too."""

from __future__ import annotations

from math import sqrt

Z = 1.959964
"""For 95%."""


def wilson(count: int, total: int) -> tuple[float, float, float]:
    """The share of ``count`` in ``total``, and the bounds of its 95% interval; all of it possible where nothing is counted."""
    if total <= 0:
        return 0.0, 0.0, 1.0
    share = count / total
    spread = Z * Z / total
    center = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    low = 0.0 if count == 0 else max(center - half, 0.0)
    high = 1.0 if count == total else min(center + half, 1.0)
    return share, low, high
