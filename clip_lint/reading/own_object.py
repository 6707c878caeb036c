"""What a method does with its own object, by its form alone."""

from __future__ import annotations

from typing import TypeGuard

from clip_lint.syntax import nodes


@nodes.by_form
def sets_attributes(function: nodes.AST) -> bool:
    """Whether a method stores something on ``self``."""
    return any(
        isinstance(node, nodes.Assign)
        and any(isinstance(inner, nodes.Attribute) for target in node.targets for inner in nodes.walk(target))
        for node in nodes.walk(function)
    )


@nodes.by_form
def attributes_set(method: nodes.AST) -> frozenset[str]:
    """The attributes that a method sets on its own object, or changes in place: ``self.labels = read()``, ``self.labels.append(x)``."""
    found: set[str] = set()
    for node in nodes.walk(method):
        if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Attribute):
            held = [node.func.value] if node.func.attr in {"append", "extend", "insert"} else []
        else:
            held = (
                list(node.targets)
                if isinstance(node, nodes.Assign)
                else [node.target]
                if isinstance(node, (nodes.AnnAssign, nodes.AugAssign))
                else []
            )
        found.update(each.attr for target in held for each in nodes.walk(target) if _is_of_self(each))
    return frozenset(found)


def _is_of_self(node: nodes.AST) -> TypeGuard[nodes.Attribute]:
    return (
        isinstance(node, nodes.Attribute) and isinstance(node.value, nodes.Name) and node.value.id == "self"
    )


@nodes.by_form
def calls_of_self(method: nodes.AST) -> frozenset[str]:
    """The methods that a method calls on its own object: ``self.encode(x)``."""
    return frozenset(
        node.func.attr
        for node in nodes.walk(method)
        if isinstance(node, nodes.Call)
        and isinstance(node.func, nodes.Attribute)
        and isinstance(node.func.value, nodes.Name)
        and node.func.value.id == "self"
    )
