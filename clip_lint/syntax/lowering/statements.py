"""Statements and type parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from clip_lint.syntax import nodes
from clip_lint.syntax.literals import identifier
from clip_lint.syntax.lowering.core import DEL, LoweringError
from clip_lint.syntax.lowering.expressions import BINARY, arguments_of, parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.syntax.lowering.core import Lowering, Table

_AUGMENTED: dict[type[cst.CSTNode], nodes.operator] = {
    cst.AddAssign: BINARY[cst.Add], cst.SubtractAssign: BINARY[cst.Subtract], cst.MultiplyAssign: BINARY[cst.Multiply],
    cst.MatrixMultiplyAssign: BINARY[cst.MatrixMultiply], cst.DivideAssign: BINARY[cst.Divide],
    cst.ModuloAssign: BINARY[cst.Modulo], cst.BitAndAssign: BINARY[cst.BitAnd], cst.BitOrAssign: BINARY[cst.BitOr],
    cst.BitXorAssign: BINARY[cst.BitXor], cst.LeftShiftAssign: BINARY[cst.LeftShift],
    cst.RightShiftAssign: BINARY[cst.RightShift], cst.PowerAssign: BINARY[cst.Power],
    cst.FloorDivideAssign: BINARY[cst.FloorDivide],
}  # fmt: skip

_CLAUSES = (cst.Else, cst.Finally)


def _body(lower: Lowering, suite: Any) -> tuple[nodes.stmt, ...]:
    """The statements of a suite, of an ``else`` or a ``finally``; none of None."""
    if suite is None:
        return ()
    return lower.statements(suite.body.body if type(suite) in _CLAUSES else suite.body)


def _function(lower: Lowering, node: cst.FunctionDef) -> nodes.stmt:
    made = nodes.AsyncFunctionDef if node.asynchronous is not None else nodes.FunctionDef
    decorators = tuple(lower.expression(each.decorator) for each in node.decorators)
    return made(
        node,
        lower.ground,
        identifier(node.name.value),
        parameters(lower, node.params),
        _body(lower, node.body),
        decorators,
        lower.expression(node.returns.annotation) if node.returns is not None else None,
        _type_parameters(lower, node.type_parameters),
    )


def _class(lower: Lowering, node: cst.ClassDef) -> nodes.stmt:
    bases, keywords = arguments_of(lower, (*node.bases, *node.keywords))
    return nodes.ClassDef(
        node,
        lower.ground,
        identifier(node.name.value),
        bases,
        keywords,
        _body(lower, node.body),
        tuple(lower.expression(each.decorator) for each in node.decorators),
        _type_parameters(lower, node.type_parameters),
    )


def _type_parameters(lower: Lowering, node: cst.TypeParameters | None) -> tuple[nodes.type_param, ...]:
    return () if node is None else tuple(_type_parameter(lower, each) for each in node.params)


def _type_parameter(lower: Lowering, node: cst.TypeParam) -> nodes.type_param:
    kind, default = node.param, lower.optional(node.default)
    if default is not None and node.star == "*":
        default = nodes.Starred(node.default, lower.ground, default, nodes.LOAD)
    if isinstance(kind, cst.TypeVar):
        return nodes.TypeVar(
            node, lower.ground, identifier(kind.name.value), lower.optional(kind.bound), default
        )
    made = nodes.TypeVarTuple if isinstance(kind, cst.TypeVarTuple) else nodes.ParamSpec
    return made(node, lower.ground, identifier(kind.name.value), default)


def _type_alias(lower: Lowering, node: cst.TypeAlias) -> nodes.stmt:
    name = lower.target(node.name)
    parameters_ = _type_parameters(lower, node.type_parameters)
    return nodes.TypeAlias(node, lower.ground, name, parameters_, lower.expression(node.value))


def _if(lower: Lowering, node: cst.If) -> nodes.stmt:
    test, body = lower.expression(node.test), _body(lower, node.body)
    other = node.orelse
    orelse = (_if(lower, other),) if type(other) is cst.If else _body(lower, other)
    return nodes.If(node, lower.ground, test, body, orelse)


def _for(lower: Lowering, node: cst.For) -> nodes.stmt:
    made = nodes.AsyncFor if node.asynchronous is not None else nodes.For
    target, iterable = lower.target(node.target), lower.expression(node.iter)
    return made(node, lower.ground, target, iterable, _body(lower, node.body), _body(lower, node.orelse))


def _while(lower: Lowering, node: cst.While) -> nodes.stmt:
    test, body = lower.expression(node.test), _body(lower, node.body)
    return nodes.While(node, lower.ground, test, body, _body(lower, node.orelse))


def _with(lower: Lowering, node: cst.With) -> nodes.stmt:
    made = nodes.AsyncWith if node.asynchronous is not None else nodes.With
    items = tuple(
        nodes.withitem(
            lower.expression(each.item), lower.target(each.asname.name) if each.asname is not None else None
        )
        for each in node.items
    )
    return made(node, lower.ground, items, _body(lower, node.body))


def _try(lower: Lowering, node: cst.Try | cst.TryStar) -> nodes.stmt:
    made = nodes.TryStar if isinstance(node, cst.TryStar) else nodes.Try
    body = _body(lower, node.body)
    handlers = tuple(_handler(lower, each) for each in node.handlers)
    return made(node, lower.ground, body, handlers, _body(lower, node.orelse), _body(lower, node.finalbody))


def _handler(lower: Lowering, node: cst.ExceptHandler | cst.ExceptStarHandler) -> nodes.ExceptHandler:
    kind = lower.optional(node.type)
    name = node.name.name if node.name is not None else None
    caught = identifier(name.value) if isinstance(name, cst.Name) else None
    return nodes.ExceptHandler(node, lower.ground, kind, caught, _body(lower, node.body))


def _match(lower: Lowering, node: cst.Match) -> nodes.stmt:
    subject = lower.expression(node.subject)
    cases = tuple(
        nodes.match_case(lower.pattern(each.pattern), lower.optional(each.guard), _body(lower, each.body))
        for each in node.cases
    )
    return nodes.Match(node, lower.ground, subject, cases)


def _expression(lower: Lowering, node: cst.Expr) -> nodes.stmt:
    return nodes.Expr(node, lower.ground, lower.expression(node.value))


def _assign(lower: Lowering, node: cst.Assign) -> nodes.stmt:
    targets = tuple(lower.target(each.target) for each in node.targets)
    return nodes.Assign(node, lower.ground, targets, lower.expression(node.value))


def _annotated(lower: Lowering, node: cst.AnnAssign) -> nodes.stmt:
    target, annotation = lower.target(node.target), lower.expression(node.annotation.annotation)
    simple = int(isinstance(node.target, cst.Name) and not node.target.lpar)
    return nodes.AnnAssign(node, lower.ground, target, annotation, lower.optional(node.value), simple)


def _augmented(lower: Lowering, node: cst.AugAssign) -> nodes.stmt:
    operator = _AUGMENTED[type(node.operator)]
    return nodes.AugAssign(
        node, lower.ground, lower.target(node.target), operator, lower.expression(node.value)
    )


def _return(lower: Lowering, node: cst.Return) -> nodes.stmt:
    return nodes.Return(node, lower.ground, lower.optional(node.value))


def _delete(lower: Lowering, node: cst.Del) -> nodes.stmt:
    target = node.target
    bare = isinstance(target, cst.Tuple) and not target.lpar
    targets = [each.value for each in target.elements] if isinstance(target, cst.Tuple) and bare else [target]
    return nodes.Delete(node, lower.ground, tuple(lower.target(each, DEL) for each in targets))


def _raise(lower: Lowering, node: cst.Raise) -> nodes.stmt:
    cause = lower.expression(node.cause.item) if node.cause is not None else None
    return nodes.Raise(node, lower.ground, lower.optional(node.exc), cause)


def _assert(lower: Lowering, node: cst.Assert) -> nodes.stmt:
    return nodes.Assert(node, lower.ground, lower.expression(node.test), lower.optional(node.msg))


def _import(lower: Lowering, node: cst.Import | cst.LazyImport) -> nodes.stmt:
    return nodes.Import(node, lower.ground, _aliases(lower, node.names))


def _import_from(lower: Lowering, node: cst.ImportFrom | cst.LazyImportFrom) -> nodes.stmt:
    module = _dotted(node.module) if node.module is not None else None
    if isinstance(node.names, cst.ImportStar):
        names: tuple[nodes.alias, ...] = (nodes.alias(node.names, lower.ground, "*", None),)
    else:
        names = _aliases(lower, node.names)
    return nodes.ImportFrom(node, lower.ground, module, names, len(node.relative))


def _aliases(lower: Lowering, names: Sequence[cst.ImportAlias]) -> tuple[nodes.alias, ...]:
    found = []
    for each in names:
        name = each.asname.name if each.asname is not None else None
        asname = identifier(name.value) if isinstance(name, cst.Name) else None
        found.append(nodes.alias(each, lower.ground, _dotted(each.name), asname))
    return tuple(found)


def _dotted(node: cst.CSTNode) -> str:
    parts = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        raise LoweringError("the name of a module is a chain of names", node)
    return identifier(".".join((node.value, *reversed(parts))))


def _global(lower: Lowering, node: cst.Global) -> nodes.stmt:
    return nodes.Global(node, lower.ground, tuple(identifier(each.name.value) for each in node.names))


def _nonlocal(lower: Lowering, node: cst.Nonlocal) -> nodes.stmt:
    return nodes.Nonlocal(node, lower.ground, tuple(identifier(each.name.value) for each in node.names))


def _pass(lower: Lowering, node: cst.Pass) -> nodes.stmt:
    return nodes.Pass(node, lower.ground)


def _break(lower: Lowering, node: cst.Break) -> nodes.stmt:
    return nodes.Break(node, lower.ground)


def _continue(lower: Lowering, node: cst.Continue) -> nodes.stmt:
    return nodes.Continue(node, lower.ground)


STATEMENTS: Table = {
    cst.FunctionDef: _function, cst.ClassDef: _class, cst.If: _if, cst.For: _for, cst.While: _while, cst.With: _with,
    cst.Try: _try, cst.TryStar: _try, cst.Match: _match, cst.Expr: _expression, cst.Assign: _assign,
    cst.AnnAssign: _annotated, cst.AugAssign: _augmented, cst.Return: _return, cst.Del: _delete, cst.Raise: _raise,
    cst.Assert: _assert, cst.Import: _import, cst.ImportFrom: _import_from, cst.LazyImport: _import,
    cst.LazyImportFrom: _import_from, cst.Global: _global, cst.Nonlocal: _nonlocal, cst.Pass: _pass,
    cst.Break: _break, cst.Continue: _continue, cst.TypeAlias: _type_alias,
}  # fmt: skip
