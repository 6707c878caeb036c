"""A call's evaluated arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.reading.values import Value
    from clip_lint.syntax import nodes


@dataclass
class Argument:
    """A call's evaluated argument and the expression it came from."""

    value: Value
    node: nodes.expr | None
    depends: frozenset[int] = frozenset()
    """The loops that it changes with, beside those of its expression."""


@dataclass
class Arguments:
    """A call's arguments, bound to an operation's canonical names by `named`."""

    positional: list[Argument]
    keywords: dict[str, Argument]
    has_more: bool = False
    """There are ``*args`` or ``**kwargs`` whose content is not known."""

    @classmethod
    def of(cls, *values: Value) -> Arguments:
        """Arguments without syntax behind them."""
        return cls([Argument(value, None) for value in values], {})

    def values(self) -> Iterable[Value]:
        """All argument values."""
        yield from (argument.value for argument in self.positional)
        yield from (argument.value for argument in self.keywords.values())
