"""Conditions on one of several known texts: each text goes the way that its own condition says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.interpreter.state import Run
from clip_lint.reading.lattice import one_of
from clip_lint.reading.scope import Scope
from clip_lint.reading.values import Const, OneOf, Text, Value
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CHOICES = 200
"""Of more texts than these nobody asks one by one."""


class Choosing(Run):
    """Asks a condition once for each text that a name may hold."""

    def chosen(self, node: nodes.IfExp) -> Value | None:
        """``a if test else b`` for each text by itself; None where the test stays open for one of them."""
        decided = self._decided(node.test, node)
        if decided is None:
            return None
        together, ways = decided
        first = next(iter(together.values()))
        outer = self.frame.scope
        made = []
        for index, way in enumerate(ways):
            self._look_at(together, index, outer)
            made.append(self.eval(node.body if way else node.orelse))
        self.frame.scope = outer
        if first.rows and all(isinstance(each, (Text, Const)) for each in made):
            return OneOf(tuple(made), first.loop, first.rows)
        return one_of(made, first.loop)

    def ways(self, test: nodes.expr) -> tuple[dict[str, Value], dict[str, Value]] | None:
        """What the names of a condition hold where it is true, and where it is false; None where that is not known."""
        decided = self._decided(test, test)
        if decided is None:
            return None
        together, known = decided
        found: tuple[dict[str, Value], dict[str, Value]] = ({}, {})
        for names, way in zip(found, (True, False), strict=True):
            for name, value in together.items():
                kept = tuple(option for option, each in zip(value.options, known, strict=True) if each is way)
                if kept:
                    narrowed = replace(value, options=kept, rows=0)
                    names[name] = narrowed if value.loop or len(kept) > 1 else kept[0]
        return found

    def _decided(self, test: nodes.expr, within: nodes.expr) -> tuple[dict[str, OneOf], list[bool]] | None:
        """The names whose texts decide a condition, with those side by side, and its truth for each of the texts."""
        asked = self._texts_in(test)
        if not asked:
            return None
        first = next(iter(asked.values()))
        together = {
            name: value
            for name, value in {**asked, **self._texts_in(within)}.items()
            if value is first
            or (first.rows and value.rows == first.rows and len(value.options) == len(first.options))
        }
        if not asked.keys() <= together.keys():
            return None
        outer = self.frame.scope
        known: list[bool] = []
        for index in range(len(first.options)):
            self._look_at(together, index, outer)
            way = self.truth(self.eval(test), test)
            if way is None:
                break
            known.append(way)
        self.frame.scope = outer
        return (together, known) if len(known) == len(first.options) else None

    def _look_at(self, together: Mapping[str, OneOf], index: int, outer: Scope) -> None:
        """Let the names hold the texts of one index, in a scope of their own."""
        self.frame.scope = Scope(outer.source, outer)
        for name, value in together.items():
            self.frame.scope.set(name, value.options[index], outer.depends_on(name))

    def _texts_in(self, node: nodes.expr) -> dict[str, OneOf]:
        found: dict[str, OneOf] = {}
        for name in _names(node):
            value = self.scope.find(name)
            if (
                isinstance(value, OneOf)
                and 2 <= len(value.options) <= MOST_CHOICES
                and all(
                    isinstance(option, Const) or (isinstance(option, Text) and not option.is_holed)
                    for option in value.options
                )
            ):
                found[name] = value
        return found


@nodes.by_form
def _names(node: nodes.AST) -> tuple[str, ...]:
    """The names that stand in an expression, from the outside in."""
    return tuple(dict.fromkeys(each.id for each in nodes.walk(node) if isinstance(each, nodes.Name)))
