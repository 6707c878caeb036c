"""Thin nodes for expressions, named and built like those of the standard library's `ast`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clip_lint.syntax.base import expr, node

if TYPE_CHECKING:
    from clip_lint.syntax.base import boolop, cmpop, expr_context, operator, unaryop
    from clip_lint.syntax.parts import arguments, comprehension, keyword


@node
class BoolOp(expr):
    """``a and b and c``."""

    op: boolop
    values: tuple[expr, ...]


@node
class NamedExpr(expr):
    """``(target := value)``."""

    target: expr
    value: expr


@node
class BinOp(expr):
    """``left + right``."""

    left: expr
    op: operator
    right: expr


@node
class UnaryOp(expr):
    """``-operand``."""

    op: unaryop
    operand: expr


@node
class Lambda(expr):
    """``lambda args: body``."""

    args: arguments
    body: expr


@node
class IfExp(expr):
    """``body if test else orelse``."""

    test: expr
    body: expr
    orelse: expr


@node
class Dict(expr):
    """``{key: value}``; a key is None for ``**value``."""

    keys: tuple[expr | None, ...]
    values: tuple[expr, ...]


@node
class Set(expr):
    """``{a, b}``."""

    elts: tuple[expr, ...]


@node
class ListComp(expr):
    """``[elt for ...]``."""

    elt: expr
    generators: tuple[comprehension, ...]


@node
class SetComp(expr):
    """``{elt for ...}``."""

    elt: expr
    generators: tuple[comprehension, ...]


@node
class DictComp(expr):
    """``{key: value for ...}``; ``{**key for ...}`` has no value."""

    key: expr
    value: expr | None
    generators: tuple[comprehension, ...]


@node
class GeneratorExp(expr):
    """``(elt for ...)``."""

    elt: expr
    generators: tuple[comprehension, ...]


@node
class Await(expr):
    """``await value``."""

    value: expr


@node
class Yield(expr):
    """``yield value``."""

    value: expr | None


@node
class YieldFrom(expr):
    """``yield from value``."""

    value: expr


@node
class Compare(expr):
    """``left < b < c``."""

    left: expr
    ops: tuple[cmpop, ...]
    comparators: tuple[expr, ...]


@node
class Call(expr):
    """``func(args, key=value)``."""

    func: expr
    args: tuple[expr, ...]
    keywords: tuple[keyword, ...]


@node
class FormattedValue(expr):
    """``{value!r:spec}`` in an f-string; ``conversion`` is -1 or the code of its letter."""

    value: expr
    conversion: int
    format_spec: expr | None


@node
class Interpolation(expr):
    """``{value!r:spec}`` in a t-string; ``str`` is the value as written."""

    value: expr
    str: str
    conversion: int
    format_spec: expr | None


@node
class JoinedStr(expr):
    """An f-string, with the strings that it is joined to."""

    values: tuple[expr, ...]


@node
class TemplateStr(expr):
    """A t-string."""

    values: tuple[expr, ...]


@node
class Constant(expr):
    """A string, bytes, number, truth value, None or ellipsis; ``kind`` is "u" for ``u"..."``."""

    value: Any
    kind: str | None


@node
class Attribute(expr):
    """``value.attr``."""

    value: expr
    attr: str
    ctx: expr_context


@node
class Subscript(expr):
    """``value[slice]``."""

    value: expr
    slice: expr
    ctx: expr_context


@node
class Starred(expr):
    """``*value``."""

    value: expr
    ctx: expr_context


@node
class Name(expr):
    """A name."""

    id: str
    ctx: expr_context


@node
class List(expr):
    """``[a, b]``."""

    elts: tuple[expr, ...]
    ctx: expr_context


@node
class Tuple(expr):
    """``a, b``."""

    elts: tuple[expr, ...]
    ctx: expr_context


@node
class Slice(expr):
    """``lower:upper:step``."""

    lower: expr | None
    upper: expr | None
    step: expr | None
