"""Names and what they hold, with the loops their values depend on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clip_lint.reading.lattice import join

if TYPE_CHECKING:
    from clip_lint.reading.values import Site, Value
    from clip_lint.source.model import Source

NOTHING: frozenset[int] = frozenset()


ASKED = 0
"""The mark of what somebody asks a server for: it differs from call to call as a loop's variable does from round to round."""


def carried(loop: int) -> int:
    """The mark of a value that a round of a loop takes over from the one before, beside the loop's own key."""
    return -loop


@dataclass(frozen=True, slots=True)
class LoopSite:
    """A loop: ``kind`` is for, while or comprehension; ``batches`` when it runs over batches already."""

    key: int
    site: Site
    kind: str
    batches: bool
    target: str
    on_demand: frozenset[int] = frozenset()
    """Keys of the calls that a round makes only when somebody presses a key, clicks or gives a command."""
    names: tuple[str, ...] = ()
    """The names that it runs over, where they stand there: ``for each in (image, text)``."""


@dataclass(eq=False)
class Scope:
    """A module's, class's or function's names. ``depends`` tells in which loops a name changes from round to round.

    Names with a dot (``self.model``) hold what was last stored on that path in this scope.
    """

    source: Source
    parent: Scope | None = None
    is_class: bool = False
    values: dict[str, Value] = field(default_factory=dict)
    depends: dict[str, frozenset[int]] = field(default_factory=dict)
    outer: set[str] = field(default_factory=set)
    """Names declared global or nonlocal."""
    stars: list[tuple[str, int]] = field(default_factory=list)
    """Modules imported with ``*`` (name, level), looked into when a name is not found otherwise."""
    has_paths: bool = False
    given: dict[str, Value] = field(default_factory=dict)
    """The arguments that a caller passed to the function."""

    def find(self, name: str) -> Value | None:
        """The value of a name here or in an enclosing function or module."""
        scope: Scope | None = self
        first = True
        while scope is not None:
            if (first or not scope.is_class) and name in scope.values:
                return scope.values[name]
            scope, first = scope.parent, False
        return None

    def depends_on(self, name: str) -> frozenset[int]:
        """The loops a name's value changes in."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.depends:
                return scope.depends[name]
            if name in scope.values:
                return NOTHING
            scope = scope.parent
        return NOTHING

    def set(self, name: str, value: Value, depends: frozenset[int] = NOTHING) -> None:
        """Store a value under a name, forgetting what was known of its attributes."""
        if name in self.outer:
            home = self.module()
            home.values[name] = join(home.values[name], value) if name in home.values else value
            return
        self.values[name] = value
        if depends or name in self.depends:
            self.depends[name] = depends
        self.forget(name)

    def set_path(self, path: str, value: Value, depends: frozenset[int]) -> None:
        """Store what an attribute path holds."""
        self.has_paths = True
        self.values[path] = value
        self.depends[path] = depends

    def forget(self, name: str) -> None:
        """Drop what is known of the attributes of ``name``."""
        if not self.has_paths:
            return
        prefix = name + "."
        for path in [path for path in self.values if path.startswith(prefix)]:
            del self.values[path]

    def home(self, name: str) -> Scope | None:
        """The enclosing function or module whose name it is."""
        scope = self.parent
        while scope is not None and (scope.is_class or name not in scope.values):
            scope = scope.parent
        return scope

    def module(self) -> Scope:
        """The module's scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def snapshot(self) -> tuple[dict[str, Value], dict[str, frozenset[int]]]:
        """A copy of the names to come back to."""
        return dict(self.values), dict(self.depends)

    def restore(self, state: tuple[dict[str, Value], dict[str, frozenset[int]]]) -> None:
        """Go back to a copy."""
        self.values, self.depends = dict(state[0]), dict(state[1])


State = tuple[dict[str, "Value"], dict[str, frozenset[int]]]


def merge(states: list[State]) -> State | None:
    """What holds where several paths meet; None when no path arrives.

    A name that only some paths bind keeps that value: using it elsewhere would be an error of its own.
    """
    if not states:
        return None
    values, depends = dict(states[0][0]), dict(states[0][1])
    for other_values, other_depends in states[1:]:
        for name, value in other_values.items():
            known = values.get(name)
            if known is None:
                values[name] = value
            elif known is not value:
                values[name] = join(known, value)
        for name, loops in other_depends.items():
            depends[name] = depends.get(name, NOTHING) | loops
    return values, depends
