"""Expressions, strings apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.syntax import nodes
from clip_lint.syntax.literals import LiteralError, identifier, number
from clip_lint.syntax.lowering.core import LOAD, LoweringError
from clip_lint.syntax.lowering.strings import STRINGS
from clip_lint.syntax.positions import Parentheses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.syntax.lowering.core import Lowering, Table

_NAMED = {"None": None, "True": True, "False": False}
BINARY: dict[type[cst.CSTNode], nodes.operator] = {
    cst.Add: nodes.Add(), cst.Subtract: nodes.Sub(), cst.Multiply: nodes.Mult(), cst.MatrixMultiply: nodes.MatMult(),
    cst.Divide: nodes.Div(), cst.Modulo: nodes.Mod(), cst.Power: nodes.Pow(), cst.LeftShift: nodes.LShift(),
    cst.RightShift: nodes.RShift(), cst.BitOr: nodes.BitOr(), cst.BitXor: nodes.BitXor(), cst.BitAnd: nodes.BitAnd(),
    cst.FloorDivide: nodes.FloorDiv(),
}  # fmt: skip
_UNARY: dict[type[cst.CSTNode], nodes.unaryop] = {
    cst.Plus: nodes.UAdd(), cst.Minus: nodes.USub(), cst.BitInvert: nodes.Invert(), cst.Not: nodes.Not(),
}  # fmt: skip
_BOOLEAN: dict[type[cst.CSTNode], nodes.boolop] = {cst.And: nodes.And(), cst.Or: nodes.Or()}
_COMPARING: dict[type[cst.CSTNode], nodes.cmpop] = {
    cst.Equal: nodes.Eq(), cst.NotEqual: nodes.NotEq(), cst.LessThan: nodes.Lt(), cst.LessThanEqual: nodes.LtE(),
    cst.GreaterThan: nodes.Gt(), cst.GreaterThanEqual: nodes.GtE(), cst.Is: nodes.Is(), cst.IsNot: nodes.IsNot(),
    cst.In: nodes.In(), cst.NotIn: nodes.NotIn(),
}  # fmt: skip


def _name(lower: Lowering, node: cst.Name) -> nodes.expr:
    name = node.value
    if name in _NAMED:
        return nodes.Constant(node, lower.ground, _NAMED[name], None)
    return nodes.Name(node, lower.ground, identifier(name), LOAD)


def _number(lower: Lowering, node: cst.Integer | cst.Float | cst.Imaginary) -> nodes.expr:
    try:
        return nodes.Constant(node, lower.ground, number(node.value), None)
    except LiteralError as error:
        raise LoweringError(str(error), node) from None


def _ellipsis(lower: Lowering, node: cst.Ellipsis) -> nodes.expr:
    return nodes.Constant(node, lower.ground, ..., None)


def _attribute(lower: Lowering, node: cst.Attribute) -> nodes.expr:
    return nodes.Attribute(
        node, lower.ground, lower.expression(node.value), identifier(node.attr.value), LOAD
    )


def _call(lower: Lowering, node: cst.Call) -> nodes.expr:
    func = lower.expression(node.func)
    given = node.args
    if len(given) == 1 and type(given[0].value) is cst.GeneratorExp and not given[0].value.lpar:
        # The call's parentheses are the generator's as well.
        argument = _generator(lower, given[0].value)
        alone = nodes.GeneratorExp(
            argument.origin, Parentheses(lower.ground, node), argument.elt, argument.generators
        )
        return nodes.Call(node, lower.ground, func, (alone,), ())
    args, keywords = arguments_of(lower, given)
    return nodes.Call(node, lower.ground, func, args, keywords)


def arguments_of(
    lower: Lowering, given: Sequence[cst.Arg]
) -> tuple[tuple[nodes.expr, ...], tuple[nodes.keyword, ...]]:
    """The positional arguments (or bases) and the keywords of a call (or class)."""
    args: list[nodes.expr] = []
    keywords: list[nodes.keyword] = []
    for each in given:
        name = each.keyword
        value = lower.expression(each.value)
        if name is not None:
            keywords.append(nodes.keyword(each, lower.ground, identifier(name.value), value))
        elif not each.star:
            args.append(value)
        elif each.star == "*":
            args.append(nodes.Starred(each, lower.ground, value, LOAD))
        else:
            keywords.append(nodes.keyword(each, lower.ground, None, value))
    return tuple(args), tuple(keywords)


def _subscript(lower: Lowering, node: cst.Subscript) -> nodes.expr:
    value = lower.expression(node.value)
    parts = tuple(_slice(lower, element.slice) for element in node.slice)
    first = node.slice[0]
    is_tuple = len(parts) > 1 or isinstance(first.comma, cst.Comma) or isinstance(parts[0], nodes.Starred)
    # Such a tuple has no node of its own in libcst's tree.
    index = nodes.Tuple(node, lower.ground, parts, LOAD) if is_tuple else parts[0]
    return nodes.Subscript(node, lower.ground, value, index, LOAD)


def _slice(lower: Lowering, node: cst.BaseSlice) -> nodes.expr:
    if type(node) is cst.Slice:
        return nodes.Slice(
            node,
            lower.ground,
            lower.optional(node.lower),
            lower.optional(node.upper),
            lower.optional(node.step),
        )
    if not isinstance(node, cst.Index):
        raise LoweringError("this form of index is not known", node)
    value = lower.expression(node.value)
    return nodes.Starred(node, lower.ground, value, LOAD) if node.star else value


def _binary(lower: Lowering, node: cst.BinaryOperation) -> nodes.expr:
    left = lower.expression(node.left)
    return nodes.BinOp(node, lower.ground, left, BINARY[type(node.operator)], lower.expression(node.right))


def _unary(lower: Lowering, node: cst.UnaryOperation) -> nodes.expr:
    return nodes.UnaryOp(node, lower.ground, _UNARY[type(node.operator)], lower.expression(node.expression))


def _boolean(lower: Lowering, node: cst.BooleanOperation) -> nodes.expr:
    operator = type(node.operator)
    values = [lower.expression(node.right)]
    left = node.left
    while type(left) is cst.BooleanOperation and type(left.operator) is operator and not left.lpar:
        values.append(lower.expression(left.right))
        left = left.left
    values.append(lower.expression(left))
    return nodes.BoolOp(node, lower.ground, _BOOLEAN[operator], tuple(reversed(values)))


def _comparison(lower: Lowering, node: cst.Comparison) -> nodes.expr:
    return nodes.Compare(
        node,
        lower.ground,
        lower.expression(node.left),
        tuple(_COMPARING[type(each.operator)] for each in node.comparisons),
        tuple(lower.expression(each.comparator) for each in node.comparisons),
    )


def _if(lower: Lowering, node: cst.IfExp) -> nodes.expr:
    test, body = lower.expression(node.test), lower.expression(node.body)
    return nodes.IfExp(node, lower.ground, test, body, lower.expression(node.orelse))


def _lambda(lower: Lowering, node: cst.Lambda) -> nodes.expr:
    return nodes.Lambda(node, lower.ground, parameters(lower, node.params), lower.expression(node.body))


def parameters(lower: Lowering, node: cst.Parameters) -> nodes.arguments:
    """The parameters of a function or lambda."""
    star, double = node.star_arg, node.star_kwarg
    positional = (*node.posonly_params, *node.params)
    return nodes.arguments(
        tuple(_parameter(lower, each) for each in node.posonly_params),
        tuple(_parameter(lower, each) for each in node.params),
        _parameter(lower, star) if isinstance(star, cst.Param) else None,
        tuple(_parameter(lower, each) for each in node.kwonly_params),
        tuple(lower.optional(each.default) for each in node.kwonly_params),
        _parameter(lower, double) if double is not None else None,
        tuple(lower.expression(each.default) for each in positional if each.default is not None),
    )


def _parameter(lower: Lowering, node: cst.Param) -> nodes.arg:
    annotation = lower.expression(node.annotation.annotation) if node.annotation is not None else None
    return nodes.arg(node, lower.ground, identifier(node.name.value), annotation)


def _await(lower: Lowering, node: cst.Await) -> nodes.expr:
    return nodes.Await(node, lower.ground, lower.expression(node.expression))


def _yield(lower: Lowering, node: cst.Yield) -> nodes.expr:
    if isinstance(node.value, cst.From):
        return nodes.YieldFrom(node, lower.ground, lower.expression(node.value.item))
    return nodes.Yield(node, lower.ground, lower.optional(node.value))


def _walrus(lower: Lowering, node: cst.NamedExpr) -> nodes.expr:
    return nodes.NamedExpr(node, lower.ground, lower.target(node.target), lower.expression(node.value))


def _starred(lower: Lowering, node: cst.StarredElement) -> nodes.expr:
    return nodes.Starred(node, lower.ground, lower.expression(node.value), LOAD)


def _elements(lower: Lowering, elements: Sequence[cst.BaseElement]) -> tuple[nodes.expr, ...]:
    return tuple(lower.expression(each.value if type(each) is cst.Element else each) for each in elements)


def _list(lower: Lowering, node: cst.List) -> nodes.expr:
    return nodes.List(node, lower.ground, _elements(lower, node.elements), LOAD)


def _tuple(lower: Lowering, node: cst.Tuple) -> nodes.expr:
    return nodes.Tuple(node, lower.ground, _elements(lower, node.elements), LOAD)


def _set(lower: Lowering, node: cst.Set) -> nodes.expr:
    return nodes.Set(node, lower.ground, _elements(lower, node.elements))


def _dict(lower: Lowering, node: cst.Dict) -> nodes.expr:
    keys: list[nodes.expr | None] = []
    values = []
    for each in node.elements:
        keys.append(lower.expression(each.key) if type(each) is cst.DictElement else None)
        values.append(lower.expression(each.value))
    return nodes.Dict(node, lower.ground, tuple(keys), tuple(values))


def _generators(lower: Lowering, node: cst.CompFor) -> tuple[nodes.comprehension, ...]:
    found = []
    current: cst.CompFor | None = node
    while current is not None:
        target = lower.target(current.target)
        iterable = lower.expression(current.iter)
        tests = tuple(lower.expression(each.test) for each in current.ifs)
        found.append(nodes.comprehension(target, iterable, tests, int(current.asynchronous is not None)))
        current = current.inner_for_in
    return tuple(found)


def _generator(lower: Lowering, node: cst.GeneratorExp) -> nodes.GeneratorExp:
    return nodes.GeneratorExp(node, lower.ground, lower.expression(node.elt), _generators(lower, node.for_in))


def _list_comprehension(lower: Lowering, node: cst.ListComp) -> nodes.expr:
    return nodes.ListComp(node, lower.ground, lower.expression(node.elt), _generators(lower, node.for_in))


def _set_comprehension(lower: Lowering, node: cst.SetComp) -> nodes.expr:
    return nodes.SetComp(node, lower.ground, lower.expression(node.elt), _generators(lower, node.for_in))


def _dict_comprehension(lower: Lowering, node: cst.DictComp) -> nodes.expr:
    key, value = lower.expression(node.key), lower.expression(node.value)
    return nodes.DictComp(node, lower.ground, key, value, _generators(lower, node.for_in))


def _spread_comprehension(lower: Lowering, node: cst.StarredDictComp) -> nodes.expr:
    mapping = lower.expression(node.value)
    return nodes.DictComp(node, lower.ground, mapping, None, _generators(lower, node.for_in))


EXPRESSIONS: Table = {
    **STRINGS,
    cst.Name: _name, cst.Integer: _number, cst.Float: _number, cst.Imaginary: _number, cst.Ellipsis: _ellipsis,
    cst.Attribute: _attribute, cst.Call: _call, cst.Subscript: _subscript, cst.BinaryOperation: _binary,
    cst.UnaryOperation: _unary, cst.BooleanOperation: _boolean, cst.Comparison: _comparison, cst.IfExp: _if,
    cst.Lambda: _lambda, cst.Await: _await, cst.Yield: _yield, cst.NamedExpr: _walrus, cst.StarredElement: _starred,
    cst.List: _list, cst.Tuple: _tuple, cst.Set: _set, cst.Dict: _dict, cst.GeneratorExp: _generator,
    cst.ListComp: _list_comprehension, cst.SetComp: _set_comprehension, cst.DictComp: _dict_comprehension,
    cst.StarredDictComp: _spread_comprehension,
}  # fmt: skip
