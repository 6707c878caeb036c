"""The order of the channels: what a reader gave is compared with what is handed on, by what the pixels show."""

from __future__ import annotations

import weakref
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np

_SIDE = 8
_KEPT = 32
"""Pictures that are remembered: those of the last batch or two."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A picture as it was read: a small copy, and the array while it lives."""

    array: weakref.ref[Any]
    small: Any


class Pictures:
    """What was read with blue first."""

    def __init__(self) -> None:
        self._read: deque[_Read] = deque(maxlen=_KEPT)

    def read(self, array: Any) -> None:
        """A reader gave an array of rows, columns and blue, green, red."""
        if isinstance(array, np.ndarray) and array.ndim == 3 and array.shape[2] == 3:
            self._read.append(_Read(weakref.ref(array), _small(array)))

    def is_blue_first(self, array: Any) -> bool | None:
        """Whether an array has its channels as they were read; None where the pixels do not say."""
        if not self._read or not isinstance(array, np.ndarray) or array.ndim != 3 or array.shape[2] != 3:
            return None
        for read in reversed(self._read):
            whole = read.array()
            if whole is not None and np.may_share_memory(whole, array):
                order = _order(_small(whole), read.small)
                is_turned = array.strides[2] * whole.strides[2] < 0
                return None if order is None else order != is_turned
        small = _small(array)
        for read in reversed(self._read):
            order = _order(small, read.small)
            if order is not None:
                return order
        return None


def _small(array: Any) -> Any:
    """The means of the parts of a picture, from 0 to 1 in each."""
    rows = np.array_split(np.asarray(array, dtype=np.float32), min(_SIDE, array.shape[0]), axis=0)
    parts = [
        [part.mean(axis=(0, 1)) for part in np.array_split(row, min(_SIDE, array.shape[1]), axis=1)]
        for row in rows
    ]
    small = np.array(parts)
    return small / max(float(np.abs(small).max()), 1e-6)


def _order(small: Any, read: Any) -> bool | None:
    """Whether a picture is another as it is (True), or with its channels turned (False); None for neither, or both."""
    if small.shape != read.shape:
        return None
    same = float(np.abs(small - read).max())
    turned = float(np.abs(small[..., ::-1] - read).max())
    if max(same, turned) < 0.05 or min(same, turned) > 0.05 or abs(same - turned) < 0.04:
        return None
    return same < turned
