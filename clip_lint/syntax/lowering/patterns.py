"""The patterns of `match` statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.syntax import nodes
from clip_lint.syntax.literals import identifier

if TYPE_CHECKING:
    from clip_lint.syntax.lowering.core import Lowering, Table

_SINGLETONS = {"None": None, "True": True, "False": False}


def _name(node: cst.Name | None) -> str | None:
    return identifier(node.value) if node is not None else None


def _value(lower: Lowering, node: cst.MatchValue) -> nodes.pattern:
    return nodes.MatchValue(node, lower.ground, lower.expression(node.value))


def _singleton(lower: Lowering, node: cst.MatchSingleton) -> nodes.pattern:
    return nodes.MatchSingleton(node, lower.ground, _SINGLETONS[node.value.value])


def _sequence(lower: Lowering, node: cst.MatchList | cst.MatchTuple) -> nodes.pattern:
    parts = tuple(
        lower.pattern(each if isinstance(each, cst.MatchStar) else each.value) for each in node.patterns
    )
    return nodes.MatchSequence(node, lower.ground, parts)


def _star(lower: Lowering, node: cst.MatchStar) -> nodes.pattern:
    return nodes.MatchStar(node, lower.ground, _name(node.name))


def _mapping(lower: Lowering, node: cst.MatchMapping) -> nodes.pattern:
    keys = tuple(lower.expression(each.key) for each in node.elements)
    parts = tuple(lower.pattern(each.pattern) for each in node.elements)
    return nodes.MatchMapping(node, lower.ground, keys, parts, _name(node.rest))


def _class(lower: Lowering, node: cst.MatchClass) -> nodes.pattern:
    return nodes.MatchClass(
        node,
        lower.ground,
        lower.expression(node.cls),
        tuple(lower.pattern(each.value) for each in node.patterns),
        tuple(identifier(each.key.value) for each in node.kwds),
        tuple(lower.pattern(each.pattern) for each in node.kwds),
    )


def _as(lower: Lowering, node: cst.MatchAs) -> nodes.pattern:
    inner = lower.pattern(node.pattern) if node.pattern is not None else None
    return nodes.MatchAs(node, lower.ground, inner, _name(node.name))


def _or(lower: Lowering, node: cst.MatchOr) -> nodes.pattern:
    return nodes.MatchOr(node, lower.ground, tuple(lower.pattern(each.pattern) for each in node.patterns))


PATTERNS: Table = {
    cst.MatchValue: _value, cst.MatchSingleton: _singleton, cst.MatchList: _sequence, cst.MatchTuple: _sequence,
    cst.MatchStar: _star, cst.MatchMapping: _mapping, cst.MatchClass: _class, cst.MatchAs: _as, cst.MatchOr: _or,
}  # fmt: skip
