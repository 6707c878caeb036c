"""Thin nodes for statements, named and built like those of the standard library's `ast`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.syntax.base import AST, expr, node, stmt

if TYPE_CHECKING:
    from clip_lint.syntax.base import operator, type_param
    from clip_lint.syntax.parts import ExceptHandler, alias, arguments, keyword, match_case, withitem


@node
class Module(AST):
    """A program."""

    body: tuple[stmt, ...]


@node
class FunctionDef(stmt):
    """``def name(args) -> returns:``."""

    name: str
    args: arguments
    body: tuple[stmt, ...]
    decorator_list: tuple[expr, ...]
    returns: expr | None
    type_params: tuple[type_param, ...]


@node
class AsyncFunctionDef(stmt):
    """``async def name(args) -> returns:``."""

    name: str
    args: arguments
    body: tuple[stmt, ...]
    decorator_list: tuple[expr, ...]
    returns: expr | None
    type_params: tuple[type_param, ...]


@node
class ClassDef(stmt):
    """``class name(bases, key=value):``."""

    name: str
    bases: tuple[expr, ...]
    keywords: tuple[keyword, ...]
    body: tuple[stmt, ...]
    decorator_list: tuple[expr, ...]
    type_params: tuple[type_param, ...]


@node
class Return(stmt):
    """``return value``."""

    value: expr | None


@node
class Delete(stmt):
    """``del a, b``."""

    targets: tuple[expr, ...]


@node
class Assign(stmt):
    """``a = b = value``."""

    targets: tuple[expr, ...]
    value: expr


@node
class TypeAlias(stmt):
    """``type name[T] = value``."""

    name: expr
    type_params: tuple[type_param, ...]
    value: expr


@node
class AugAssign(stmt):
    """``target += value``."""

    target: expr
    op: operator
    value: expr


@node
class AnnAssign(stmt):
    """``target: annotation = value``; ``simple`` is 1 for a name without parentheses."""

    target: expr
    annotation: expr
    value: expr | None
    simple: int


@node
class For(stmt):
    """``for target in iter:``."""

    target: expr
    iter: expr
    body: tuple[stmt, ...]
    orelse: tuple[stmt, ...]


@node
class AsyncFor(stmt):
    """``async for target in iter:``."""

    target: expr
    iter: expr
    body: tuple[stmt, ...]
    orelse: tuple[stmt, ...]


@node
class While(stmt):
    """``while test:``."""

    test: expr
    body: tuple[stmt, ...]
    orelse: tuple[stmt, ...]


@node
class If(stmt):
    """``if test:``; an ``elif`` is an `If` alone in ``orelse``."""

    test: expr
    body: tuple[stmt, ...]
    orelse: tuple[stmt, ...]


@node
class With(stmt):
    """``with items:``."""

    items: tuple[withitem, ...]
    body: tuple[stmt, ...]


@node
class AsyncWith(stmt):
    """``async with items:``."""

    items: tuple[withitem, ...]
    body: tuple[stmt, ...]


@node
class Match(stmt):
    """``match subject:``."""

    subject: expr
    cases: tuple[match_case, ...]


@node
class Raise(stmt):
    """``raise exc from cause``."""

    exc: expr | None
    cause: expr | None


@node
class Try(stmt):
    """``try:`` with ``except``."""

    body: tuple[stmt, ...]
    handlers: tuple[ExceptHandler, ...]
    orelse: tuple[stmt, ...]
    finalbody: tuple[stmt, ...]


@node
class TryStar(stmt):
    """``try:`` with ``except*``."""

    body: tuple[stmt, ...]
    handlers: tuple[ExceptHandler, ...]
    orelse: tuple[stmt, ...]
    finalbody: tuple[stmt, ...]


@node
class Assert(stmt):
    """``assert test, msg``."""

    test: expr
    msg: expr | None


@node
class Import(stmt):
    """``import names``."""

    names: tuple[alias, ...]


@node
class ImportFrom(stmt):
    """``from ..module import names``; ``level`` counts the dots."""

    module: str | None
    names: tuple[alias, ...]
    level: int


@node
class Global(stmt):
    """``global names``."""

    names: tuple[str, ...]


@node
class Nonlocal(stmt):
    """``nonlocal names``."""

    names: tuple[str, ...]


@node
class Expr(stmt):
    """An expression that stands alone."""

    value: expr


@node
class Pass(stmt):
    """``pass``."""


@node
class Break(stmt):
    """``break``."""


@node
class Continue(stmt):
    """``continue``."""
