"""What all abstract values share: three-valued truth, and where something happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, cast, dataclass_transform

if TYPE_CHECKING:
    from clip_lint.core.place import Place
    from clip_lint.source.model import Source
    from clip_lint.syntax import nodes


Made = TypeVar("Made", bound="type[Any]")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def immutable(cls: Made) -> Made:
    """Make a class of values: slots, compared by their fields where the class says nothing else, never changed once made.

    Type checkers see it frozen; at run time it is not, for that would triple the time it takes to make one.
    """
    own = vars(cls)
    made = dataclass(slots=True, eq="__eq__" not in own, unsafe_hash="__hash__" not in own)(cls)
    return cast("Made", made)


class Tristate(Enum):
    """Yes, no, or depends on the path taken."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"

    @classmethod
    def of(cls, known: bool | None) -> Tristate:
        """YES or NO for a known truth value, MAYBE for None."""
        return cls.MAYBE if known is None else cls.YES if known else cls.NO

    def join(self, other: Tristate) -> Tristate:
        """What holds when either may be the case."""
        return self if self is other else Tristate.MAYBE


@immutable
class Site:
    """An expression or statement evaluated on behalf of ``entry``.

    ``entry`` names the function (``path::qualified.name``) whose stand-alone evaluation, with unknown arguments, led
    here; it is empty where the way began at a module's top level.
    """

    source: Source = field(compare=False, repr=False)
    node: nodes.expr | nodes.stmt = field(compare=False, repr=False)
    key: int
    entry: str = field(compare=False)
    function: str = field(default="", compare=False)
    """Qualified name of the function the node stands in, empty at module level."""
    name: str = field(default="", compare=False)
    """The variable that receives the value, else a short form of the expression."""
    via: Site | None = field(default=None, compare=False)
    """For a node of another file: the call in the file being linted that leads there."""

    @property
    def run_alone(self) -> tuple[str, ...]:
        """The functions whose stand-alone evaluation this is: the one it began with and the one it stands in."""
        if not self.entry:
            return ()
        return tuple(dict.fromkeys((self.entry, f"{self.source.path}::{self.function}")))

    @property
    def place(self) -> Place:
        """Where it stands in the file."""
        return self.source.place(self.node)


@immutable
class LazyPlace:
    """Where a node stands, worked out only when it is reported."""

    source: Source = field(repr=False)
    node: nodes.expr = field(repr=False)

    @property
    def place(self) -> Place:
        """The place in the file."""
        return self.source.place(self.node)


class Value:
    """Base of all values. What is worked out once about one is kept with it: its hash, its size."""

    __slots__ = ("known_hash", "size")

    known_hash: int
    size: tuple[int, int]


def remember_hash(value: Value, *parts: object) -> int:
    """The hash of a value that may hold thousands of others, which are asked once."""
    try:
        return value.known_hash
    except AttributeError:
        made = hash(parts)
        object.__setattr__(value, "known_hash", made)
        return made
