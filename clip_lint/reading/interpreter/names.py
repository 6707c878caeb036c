"""The names of the methods that run a node, by the kind of node: ``eval_Call`` for a call."""

from __future__ import annotations


class Names(dict[type, str]):
    """Put together once for each kind: an interpreter asks for them at every node."""

    def __init__(self, beginning: str) -> None:
        super().__init__()
        self._beginning = beginning

    def __missing__(self, kind: type) -> str:
        name = self[kind] = self._beginning + kind.__name__
        return name
