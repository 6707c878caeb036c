"""One call of a table entry, and what is plainly known of its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.values import UNKNOWN, Const, Text, Value, options
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from clip_lint.knowledge.specs import Spec
    from clip_lint.reading.arguments import Argument, Arguments


class Call:
    """One call of a table entry: its arguments under canonical names."""

    def __init__(self, spec: Spec, arguments: Arguments, node: nodes.Call, receiver: Value | None) -> None:
        self.spec = spec
        self.node = node
        self.receiver = receiver
        self.arguments = arguments
        self.named: dict[str, Argument] = dict(zip(spec.signature, arguments.positional, strict=False))
        for name, argument in arguments.keywords.items():
            self.named[spec.keywords.get(name, name)] = argument

    def __contains__(self, name: str) -> bool:
        return name in self.named

    def value(self, name: str, default: Value = UNKNOWN) -> Value:
        """An argument's value."""
        argument = self.named.get(name)
        return argument.value if argument is not None else default

    def node_of(self, name: str) -> nodes.expr | None:
        """The expression an argument came from."""
        argument = self.named.get(name)
        return argument.node if argument is not None else None

    def subject(self, name: str = "x") -> Value:
        """What the operation works on: the receiver of a method, else the named argument."""
        return self.receiver if self.receiver is not None else self.value(name)


def text_of(value: Value) -> str | None:
    """A fully known string, None otherwise; of several, the first."""
    for option in options(value):
        if isinstance(option, Text) and not option.is_holed:
            return option.text
    return None


def number(value: Value) -> int | None:
    """A known whole number."""
    return value.value if isinstance(value, Const) and type(value.value) is int else None


def receiver_node(node: nodes.Call) -> nodes.expr | None:
    """The expression before the dot of a method call."""
    return node.func.value if isinstance(node.func, nodes.Attribute) else None
