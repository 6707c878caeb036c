"""What a function does with the variables of its module, by its form alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.forms import tests_absence, tests_presence
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@nodes.by_form
def sets_globals(function: nodes.AST) -> bool:
    """Whether a function sets a module's variables each time it runs, not only where they hold nothing yet."""
    names = {name for node in nodes.walk(function) if isinstance(node, nodes.Global) for name in node.names}
    return bool(names) and not names.isdisjoint(_always_set(getattr(function, "body", ())))


def _always_set(body: Sequence[nodes.stmt]) -> Iterator[str]:
    """The names that statements set, but for those under a test of what is not there yet."""
    for statement in body:
        if isinstance(statement, nodes.If):
            if isinstance(statement.body[-1], nodes.Return) and tests_presence(statement.test):
                return
            if tests_absence(statement.test):
                continue
        for node in nodes.walk(statement):
            if isinstance(node, nodes.Name) and isinstance(node.ctx, nodes.Store):
                yield node.id
