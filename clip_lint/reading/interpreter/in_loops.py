"""Vectors that a loop runs over by their names: what changes the loop's own name in place changes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.values import UNKNOWN, Features, Value
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run

_NEW_EACH_TIME = frozenset({"jax", "tensorflow"})
"""Arrays that nothing changes in place: ``/=`` makes another."""


def names_in(iterated: nodes.expr | None) -> tuple[str, ...]:
    """The names of a tuple or a list that a loop runs over; nothing where something else is in it."""
    if not isinstance(iterated, (nodes.Tuple, nodes.List)):
        return ()
    names = tuple(item.id for item in iterated.elts if isinstance(item, nodes.Name))
    return names if len(names) == len(iterated.elts) else ()


def change_all(run: Run, name: str, value: Value) -> None:
    """``for each in (image, text): each /= ...`` changes both: what is known of the new ``value`` holds for them."""
    scope = run.scope
    for other in (other for loop in run.loops if loop.target == name for other in loop.names):
        held = scope.values.get(other)
        if isinstance(held, Features) and held.array not in _NEW_EACH_TIME:
            changed = (
                replace(held, is_unit=value.is_unit, mean=value.mean, is_scaled=value.is_scaled)
                if isinstance(value, Features)
                else UNKNOWN
            )
            scope.set(other, changed, scope.depends_on(other))
