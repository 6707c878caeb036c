"""How the dimensions of a followed value move: what each one of the result runs over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clip_lint.observation.tags import Axis

if TYPE_CHECKING:
    from collections.abc import Sequence

    Axes = tuple[Axis, ...]


def aligned(axes: Axes, old: Sequence[int], new: Sequence[int]) -> Axes:
    """The axes after dimensions of size one came or went, or were merged: sizes are matched in their order."""
    if len(old) == len(new):
        return axes
    rest = list(zip(old, axes, strict=True))
    found = []
    for size in new:
        axis = Axis.UNKNOWN
        for number, (was, what) in enumerate(rest):
            if was == size != 1:
                axis = what
                del rest[: number + 1]
                break
        found.append(axis)
    return tuple(found)


def transposed(axes: Axes, first: int = -2, second: int = -1) -> Axes:
    """Two axes exchanged; fewer than two stay."""
    if len(axes) < 2:
        return axes
    moved = list(axes)
    moved[first], moved[second] = moved[second], moved[first]
    return tuple(moved)


def without(axes: Axes, dimension: int) -> Axes:
    """The axes without one."""
    dimension %= len(axes)
    return axes[:dimension] + axes[dimension + 1 :]


def indexed(axes: Axes, index: Any, size: int) -> Axes | None:
    """The axes after ``value[index]``, which has ``size`` dimensions; None where that is not plain."""
    parts = list(index) if isinstance(index, tuple) else [index]
    taken = sum(part is not None and part is not Ellipsis for part in parts)
    if taken > len(axes):
        return None
    if Ellipsis not in [part if part is Ellipsis else None for part in parts]:
        parts.append(Ellipsis)
    found: list[Axis] = []
    place = 0
    for part in parts:
        if part is None:
            found.append(Axis.UNKNOWN)
        elif part is Ellipsis:
            rest = len(axes) - taken
            found += axes[place : place + rest]
            place += rest
        elif isinstance(part, slice):
            found.append(axes[place])
            place += 1
        elif getattr(part, "ndim", 0) == 1 or (isinstance(part, list) and part):
            found.append(axes[place])  # some of them, by number or by truth
            place += 1
        elif getattr(part, "ndim", 0) == 0 and not isinstance(part, (list, bool)):
            place += 1
        else:
            return None
    return tuple(found) if len(found) == size else None


def products(equation: str, one: Axes, other: Axes) -> Axes | None:
    """The axes of an einsum of two, where it sums over the width of both and over nothing else; None otherwise."""
    given, arrow, result = equation.replace(" ", "").partition("->")
    left, comma, right = given.partition(",")
    if not (arrow and comma) or "." in equation or (len(left), len(right)) != (len(one), len(other)):
        return None
    meaning = {**dict(zip(left, one, strict=True)), **dict(zip(right, other, strict=True))}
    gone = (set(left) | set(right)) - set(result)
    if len(gone) != 1 or not gone <= set(left) & set(right) or meaning[gone.pop()] is not Axis.WIDTH:
        return None
    return tuple(meaning[letter] for letter in result)
