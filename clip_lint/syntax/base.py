"""What all thin nodes share: their origin in libcst's tree, their positions, and how they are walked through."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, cast, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import libcst as cst

Class = TypeVar("Class", bound="type[AST]")
Asked = TypeVar("Asked", bound="AST")
Answer = TypeVar("Answer")
Extent = tuple[int, int, int, int]
"""Line (from 1) and column (from 0, in code points) of a beginning, and of an end."""


class Ground(Protocol):
    """What nodes stand on: it knows where they are."""

    def extent(self, node: Located) -> Extent:
        """Where a node begins and ends."""


@dataclass_transform(frozen_default=True, eq_default=False)
def node(cls: Class) -> Class:
    """Make a class of nodes: slots, compared by identity, never changed once made.

    Type checkers see it frozen; at run time it is not, for that would triple the time it takes to make one.
    """
    made: Any = dataclass(slots=True, eq=False, repr=False)(cls)
    made._fields = tuple(field.name for field in fields(made) if field.name not in ("origin", "ground"))
    return cast("Class", made)


class AST:
    """Any node. The fields are those of the standard library's `ast`, with tuples for its lists."""

    __slots__ = ("answers",)
    _fields: ClassVar[tuple[str, ...]] = ()
    answers: dict[object, Any]
    """What was asked of it by its form alone: see `by_form`."""

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({given})"


@node
class Located(AST):
    """A node that stands somewhere. ``origin`` is libcst's node, None where libcst could not parse the program."""

    origin: cst.CSTNode | None
    ground: Ground

    @property
    def extent(self) -> Extent:
        """Line and column of its beginning and of its end."""
        return self.ground.extent(self)

    @property
    def lineno(self) -> int:
        """The line it begins in, from 1."""
        return self.extent[0]

    @property
    def col_offset(self) -> int:
        """The column it begins at, from 0; unlike `ast`'s in code points."""
        return self.extent[1]

    @property
    def end_lineno(self) -> int:
        """The line it ends in, from 1."""
        return self.extent[2]

    @property
    def end_col_offset(self) -> int:
        """The column behind its end, from 0, in code points."""
        return self.extent[3]


@dataclass(frozen=True, slots=True)
class OneSpot:
    """The ground of a node that is made in another's place: it stands where that stands."""

    of: Located

    def extent(self, node: Located) -> Extent:  # noqa: ARG002  (as of any ground)
        """Where the other begins and ends."""
        return self.of.extent


class expr(Located):  # noqa: N801  (named as in `ast`)
    """An expression."""

    __slots__ = ()


class stmt(Located):  # noqa: N801
    """A statement."""

    __slots__ = ()


class pattern(Located):  # noqa: N801
    """A pattern of a `match` statement."""

    __slots__ = ()


class type_param(Located):  # noqa: N801
    """A type parameter of a function, class or type alias."""

    __slots__ = ()


class operator(AST):  # noqa: N801
    """An arithmetic operator."""

    __slots__ = ()


class boolop(AST):  # noqa: N801
    """``and`` or ``or``."""

    __slots__ = ()


class unaryop(AST):  # noqa: N801
    """An operator before its operand."""

    __slots__ = ()


class cmpop(AST):  # noqa: N801
    """A comparison."""

    __slots__ = ()


class expr_context(AST):  # noqa: N801
    """Whether an expression is read, written or deleted."""

    __slots__ = ()


def iter_child_nodes(node: AST) -> Iterator[AST]:
    """The nodes right below a node, in the order of its fields."""
    for name in node._fields:
        value = getattr(node, name)
        if isinstance(value, AST):
            yield value
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, AST):
                    yield item


def by_form(question: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
    """A question that a node answers by its form alone: asked once, for the answer is kept with the node."""

    @wraps(question)
    def ask(node: Asked) -> Answer:
        try:
            answers = node.answers
        except AttributeError:
            answers = node.answers = {}
        if question not in answers:
            answers[question] = question(node)
        answer: Answer = answers[question]
        return answer

    return ask


def in_order(node: AST) -> Iterator[AST]:
    """A node and all below it, in the order of the text."""
    pending = [node]
    while pending:
        each = pending.pop()
        yield each
        pending += reversed(tuple(iter_child_nodes(each)))


def walk(node: AST) -> Iterator[AST]:
    """A node and all below it, level by level as `ast.walk` does."""
    pending = [node]
    for each in pending:
        pending.extend(iter_child_nodes(each))
        yield each
