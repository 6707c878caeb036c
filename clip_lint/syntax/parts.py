"""Thin nodes that are neither statement nor expression: arguments, clauses, patterns, type parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.syntax.base import AST, Located, expr, node, pattern, type_param

if TYPE_CHECKING:
    from clip_lint.syntax.base import stmt


@node
class arg(Located):  # noqa: N801  (named as in `ast`)
    """A parameter of a function."""

    arg: str
    annotation: expr | None


@node
class arguments(AST):  # noqa: N801
    """The parameters of a function; ``kw_defaults`` has None for those without, ``defaults`` belong to the last ones."""

    posonlyargs: tuple[arg, ...]
    args: tuple[arg, ...]
    vararg: arg | None
    kwonlyargs: tuple[arg, ...]
    kw_defaults: tuple[expr | None, ...]
    kwarg: arg | None
    defaults: tuple[expr, ...]


@node
class keyword(Located):  # noqa: N801
    """``arg=value`` in a call; ``arg`` is None for ``**value``."""

    arg: str | None
    value: expr


@node
class alias(Located):  # noqa: N801
    """``name as asname`` in an import."""

    name: str
    asname: str | None


@node
class withitem(AST):  # noqa: N801
    """``context_expr as optional_vars``."""

    context_expr: expr
    optional_vars: expr | None


@node
class comprehension(AST):  # noqa: N801
    """``for target in iter if ...``."""

    target: expr
    iter: expr
    ifs: tuple[expr, ...]
    is_async: int


@node
class ExceptHandler(Located):
    """``except type as name:``."""

    type: expr | None
    name: str | None
    body: tuple[stmt, ...]


@node
class match_case(AST):  # noqa: N801
    """``case pattern if guard:``."""

    pattern: pattern
    guard: expr | None
    body: tuple[stmt, ...]


@node
class MatchValue(pattern):
    """A value to be equal to."""

    value: expr


@node
class MatchSingleton(pattern):
    """None, True or False."""

    value: bool | None


@node
class MatchSequence(pattern):
    """``[a, b]`` or ``(a, b)``."""

    patterns: tuple[pattern, ...]


@node
class MatchMapping(pattern):
    """``{key: pattern, **rest}``."""

    keys: tuple[expr, ...]
    patterns: tuple[pattern, ...]
    rest: str | None


@node
class MatchClass(pattern):
    """``cls(pattern, attribute=pattern)``."""

    cls: expr
    patterns: tuple[pattern, ...]
    kwd_attrs: tuple[str, ...]
    kwd_patterns: tuple[pattern, ...]


@node
class MatchStar(pattern):
    """``*name``; None for ``*_``."""

    name: str | None


@node
class MatchAs(pattern):
    """``pattern as name``, ``name`` or ``_``."""

    pattern: pattern | None
    name: str | None


@node
class MatchOr(pattern):
    """``pattern | pattern``."""

    patterns: tuple[pattern, ...]


@node
class TypeVar(type_param):
    """``name: bound = default_value``."""

    name: str
    bound: expr | None
    default_value: expr | None


@node
class ParamSpec(type_param):
    """``**name = default_value``."""

    name: str
    default_value: expr | None


@node
class TypeVarTuple(type_param):
    """``*name = default_value``."""

    name: str
    default_value: expr | None
