"""The values used last, kept while they fit."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """The values used last, as many as their weights allow; the newest always stays."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._total = 0
        self._values: OrderedDict[str, tuple[V, int]] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def get(self, key: str) -> V:
        """The value of a key that is there, which is now the last used."""
        self._values.move_to_end(key)
        return self._values[key][0]

    def put(self, key: str, value: V, weight: int) -> None:
        """Keep a value, and drop those that no longer fit."""
        if key in self._values:
            self._total -= self._values.pop(key)[1]
        self._values[key] = (value, weight)
        self._total += weight
        while self._total > self._limit and len(self._values) > 1:
            _, (_, dropped) = self._values.popitem(last=False)
            self._total -= dropped
