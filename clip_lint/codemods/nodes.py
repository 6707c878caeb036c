"""What a node says by itself: its dotted name, its parameters, the targets in it, the nodes right below."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_LAYOUT = frozenset(
    {
        "lpar", "rpar", "leading_lines", "lines_after_decorators", "trailing_whitespace", "header", "footer", "comma",
        "equal", "semicolon", "lbracket", "rbracket", "lbrace", "rbrace", "dot", "asynchronous", "first_colon",
        "second_colon", "separator", "operator", "lines_after_module_docstring",
    }
)  # fmt: skip
"""Fields that say how a node is written, not what it means."""


def parameters(node: cst.Parameters) -> list[cst.Param]:
    """All parameters in order, those with stars included."""
    found = [*node.posonly_params, *node.params]
    if isinstance(node.star_arg, cst.Param):
        found.append(node.star_arg)
    found += node.kwonly_params
    if node.star_kwarg is not None:
        found.append(node.star_kwarg)
    return found


def imported_as(alias: cst.ImportAlias) -> str:
    """The name that an import binds: the last word of the module, or what it is imported as."""
    if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
        return alias.asname.name.value
    return dotted(alias.name).partition(".")[0]


def dotted(node: cst.BaseExpression | None) -> str:
    """``a.b.c`` as text; empty for anything else."""
    parts = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return ""
    return ".".join([node.value, *reversed(parts)])


def targets(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The names, attributes and items that a target writes, one by one."""
    if isinstance(node, (cst.Tuple, cst.List)):
        for element in node.elements:
            yield from targets(element.value)
    else:
        yield node


def argument(call: cst.Call, names: Collection[str]) -> cst.BaseExpression | None:
    """The argument under one of ``names``, else the first one by position; None where neither is written out."""
    for each in call.args:
        if each.keyword is not None and each.keyword.value in names:
            return each.value
    first = call.args[0] if call.args else None
    return first.value if first is not None and first.keyword is None and not first.star else None


def callee(node: cst.CSTNode | None) -> str:
    """The last word of what a call calls, empty for other nodes."""
    func = node.func if isinstance(node, cst.Call) else None
    if isinstance(func, cst.Attribute):
        return func.attr.value
    return func.value if isinstance(func, cst.Name) else ""


def loops(comprehension: cst.CSTNode) -> Iterator[cst.CompFor]:
    """The loops of a comprehension, the outermost first."""
    loop = getattr(comprehension, "for_in", None)
    while isinstance(loop, cst.CompFor):
        yield loop
        loop = loop.inner_for_in


@cache
def meaningful_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a kind of node that say what it means, not how it is written."""
    names = (field.name for field in fields(kind))
    return tuple(name for name in names if name not in _LAYOUT and not name.startswith("whitespace"))


def nodes_of(value: Any) -> tuple[cst.CSTNode, ...]:
    """The nodes in a field."""
    if type(value) in (list, tuple):
        return tuple(each for each in value if hasattr(each, "_codegen"))
    return (value,) if hasattr(value, "_codegen") else ()  # asking an abstract class takes much longer
