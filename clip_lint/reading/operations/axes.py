"""What a subscript does to the axes of an array."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from clip_lint.reading.values import Axes


def only_adds_axes(node: nodes.expr) -> bool:
    """``x[:, None, :]``: nothing is left out."""
    return isinstance(node, nodes.Tuple) and all(
        (isinstance(each, nodes.Constant) and each.value in {None, ...})
        or (isinstance(each, nodes.Slice) and each.lower is each.upper is each.step is None)
        for each in node.elts
    )


def picked_of_tokens(axes: Axes, node: nodes.expr) -> Axes:
    """The axes after ``[:, 0]`` of a vector for each token: all rows, and of their tokens one; None for anything else."""
    if axes is None or axes[1:] != ("token", "dim") or not isinstance(node, nodes.Tuple):
        return None
    first, second, *rest = node.elts
    is_one = isinstance(second, nodes.Constant) and isinstance(second.value, int)
    all_kept = all(
        isinstance(each, nodes.Slice) and each.lower is each.upper is each.step is None
        for each in (first, *rest)
    )
    return (axes[0], "dim") if is_one and all_kept else None
