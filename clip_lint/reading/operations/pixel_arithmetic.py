"""Pixels normalised by hand: ``(pixels - mean) / deviation``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.values import Const, Image, Seq, Value
from clip_lint.reading.values.models import LESS_MEAN
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHANNELS = 3
_TOP = 255


def normalized_by_hand(op: nodes.operator, image: Image, by: Value) -> Image | None:
    """A picture less a mean, and what is left divided by a deviation; None where it is anything else."""
    if isinstance(op, nodes.Sub):
        mean = _numbers(by, image)
        return (
            replace(image, steps=(*image.steps, LESS_MEAN), stats=mean) if mean and not image.stats else None
        )
    if not isinstance(op, nodes.Div) or image.steps[-1:] != (LESS_MEAN,):
        return None
    deviation = _numbers(by, image)
    if not deviation or (len(set(image.stats)) > 1 and len(tuple(_flat(by))) == 1):
        return None  # one number for all channels beside three means is somebody's own, near enough to theirs
    return replace(image, steps=(*image.steps[:-1], "normalize"), stats=image.stats + deviation)


def _numbers(by: Value, image: Image) -> tuple[float, ...]:
    """The numbers of three channels, as they are for pixels of 0..1; empty where they are not known."""
    found = tuple(_flat(by))
    if len(found) == 1:
        found *= _CHANNELS
    if len(found) != _CHANNELS or None in found:
        return ()
    if {"rescale", "to-tensor"} & set(image.steps):
        return tuple(each or 0.0 for each in found)
    # Of 0..255, or of a range that is not known.
    return tuple((each or 0.0) / _TOP for each in found) if max(each or 0.0 for each in found) > 1 else ()


def _flat(value: Value) -> Iterator[float | None]:
    """Numbers in a list, in lists of one each as well."""
    if isinstance(value, Seq) and value.is_whole:
        for item in value.items:
            yield from _flat(item)
    elif isinstance(value, Const) and isinstance(value.value, (int, float)):
        yield float(value.value)
    else:
        yield None
