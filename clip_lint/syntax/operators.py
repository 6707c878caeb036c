"""Operators and contexts: nodes without place or content, one of each kind is enough for all programs."""

from __future__ import annotations

from clip_lint.syntax.base import boolop, cmpop, expr_context, operator, unaryop


class Load(expr_context):
    """Read."""

    __slots__ = ()


class Store(expr_context):
    """Written."""

    __slots__ = ()


class Del(expr_context):
    """Deleted."""

    __slots__ = ()


class And(boolop):
    """``and``."""

    __slots__ = ()


class Or(boolop):
    """``or``."""

    __slots__ = ()


class Add(operator):
    """``+``."""

    __slots__ = ()


class Sub(operator):
    """``-``."""

    __slots__ = ()


class Mult(operator):
    """``*``."""

    __slots__ = ()


class MatMult(operator):
    """``@``."""

    __slots__ = ()


class Div(operator):
    """``/``."""

    __slots__ = ()


class Mod(operator):
    """``%``."""

    __slots__ = ()


class Pow(operator):
    """``**``."""

    __slots__ = ()


class LShift(operator):
    """``<<``."""

    __slots__ = ()


class RShift(operator):
    """``>>``."""

    __slots__ = ()


class BitOr(operator):
    """``|``."""

    __slots__ = ()


class BitXor(operator):
    """``^``."""

    __slots__ = ()


class BitAnd(operator):
    """``&``."""

    __slots__ = ()


class FloorDiv(operator):
    """``//``."""

    __slots__ = ()


class Invert(unaryop):
    """``~``."""

    __slots__ = ()


class Not(unaryop):
    """``not``."""

    __slots__ = ()


class UAdd(unaryop):
    """``+``."""

    __slots__ = ()


class USub(unaryop):
    """``-``."""

    __slots__ = ()


class Eq(cmpop):
    """``==``."""

    __slots__ = ()


class NotEq(cmpop):
    """``!=``."""

    __slots__ = ()


class Lt(cmpop):
    """``<``."""

    __slots__ = ()


class LtE(cmpop):
    """``<=``."""

    __slots__ = ()


class Gt(cmpop):
    """``>``."""

    __slots__ = ()


class GtE(cmpop):
    """``>=``."""

    __slots__ = ()


class Is(cmpop):
    """``is``."""

    __slots__ = ()


class IsNot(cmpop):
    """``is not``."""

    __slots__ = ()


class In(cmpop):
    """``in``."""

    __slots__ = ()


class NotIn(cmpop):
    """``not in``."""

    __slots__ = ()


LOAD, STORE, DEL = Load(), Store(), Del()
