"""Expressions, calls and comprehensions apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.core.bounds import check
from clip_lint.reading import texts
from clip_lint.reading.facts import HandedOut
from clip_lint.reading.forms import dotted_path, target_name
from clip_lint.reading.interpreter.choosing import Choosing
from clip_lint.reading.interpreter.imports import Imports
from clip_lint.reading.interpreter.names import Names
from clip_lint.reading.lattice import element, join, join_all, one_of
from clip_lint.reading.operations import arithmetic, scores, standard, subscripts
from clip_lint.reading.operations.gradients import outlives
from clip_lint.reading.operations.known import known_comparison
from clip_lint.reading.operations.moving import parts
from clip_lint.reading.operations.shown import formatted, stored
from clip_lint.reading.values import (
    UNKNOWN,
    Const,
    Dict,
    External,
    Imported,
    Inputs,
    OneOf,
    Scores,
    Seq,
    Task,
    Text,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.plain import UNDEFINED, as_set
from clip_lint.reading.values.size import is_too_large
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.reading.scope import Scope


_NODES_BETWEEN_CHECKS = 256
_ALTERNATIVES_FOR_ONE = 2
"""So many alternatives cost as much as one evaluated node."""


_NAMES = Names("eval_")


class Expressions(Imports, Choosing):
    """The value of an expression."""

    def eval(self, node: nodes.expr) -> Value:
        """The abstract value of an expression."""
        effort, kind = self.effort, type(node)
        effort.left -= 1
        if effort.left < 0:
            return UNKNOWN
        if not effort.left % _NODES_BETWEEN_CHECKS:
            check()
        method: Callable[[nodes.expr], Value] | None = getattr(self, _NAMES[kind], None)
        value = method(node) if method is not None else self._parts(node)
        if is_too_large(value):
            return UNKNOWN
        if isinstance(value, OneOf):
            effort.left -= len(value.options) // _ALTERNATIVES_FOR_ONE
        return value

    def _parts(self, node: nodes.expr) -> Value:
        """An expression of which nothing is known but what is in it."""
        for child in nodes.iter_child_nodes(node):
            if isinstance(child, nodes.expr):
                self.eval(child)
        return UNKNOWN

    def eval_Constant(self, node: nodes.Constant) -> Value:
        if isinstance(node.value, str):
            return Text(node.value, self._place(node))
        return Const(node.value, self.site(node) if isinstance(node.value, float) else None)

    def eval_JoinedStr(self, node: nodes.JoinedStr) -> Value:
        parts: list[Value] = []
        for part in node.values:
            if isinstance(part, nodes.FormattedValue):
                value = self.eval(part.value)
                formatted(self, part, value, node)
                if isinstance(value, Unknown) and not value.name:
                    value = Unknown(target_name(part.value))
                parts.append(
                    value
                    if part.conversion == -1 or isinstance(value, Text)
                    else Unknown(target_name(part.value))
                )
            else:
                parts.append(self.eval(part))
        return texts.concatenate(parts, self._place(node))

    def eval_Name(self, node: nodes.Name) -> Value:
        value = self.scope.find(node.id)
        if isinstance(value, (Imported, OneOf)) and any(
            isinstance(each, Imported) for each in options(value)
        ):
            found = self._settled(value, self.scope.source)
            home: Scope | None = self.scope
            while home is not None and home.values.get(node.id) is not value:
                home = home.parent
            if home is not None:
                home.values[node.id] = found
            return found
        if value is not None and (made := scores.made_at(value)) is not None:
            self.recorder.read[made.key] += 1
        if value is not None:
            return value
        if node.id in standard.BUILTINS:
            return External(f"builtins.{node.id}")
        module = self.scope.module()
        starred = self._from_star(module, node.id) if module.stars else None
        if starred is not None:
            return starred
        return Unknown(node.id, source="" if module.stars or "%run" in self.scope.source.text else UNDEFINED)

    def eval_List(self, node: nodes.List) -> Value:
        return self._sequence(node, "list")

    def eval_Tuple(self, node: nodes.Tuple) -> Value:
        return self._sequence(node, "tuple")

    def eval_Set(self, node: nodes.Set) -> Value:
        return self._sequence(node, "set")

    def _sequence(self, node: nodes.List | nodes.Tuple | nodes.Set, kind: str) -> Value:
        items: list[Value] = []
        whole = True
        for item in node.elts:
            if isinstance(item, nodes.Starred):
                inner = self.eval(item.value)
                if isinstance(inner, Seq):
                    items.extend(inner.items)
                    whole &= inner.is_whole
                else:
                    whole = False
            else:
                items.append(self.eval(item))
        return Seq(as_set(items) if kind == "set" else tuple(items), kind, whole, self._place(node))

    def eval_Dict(self, node: nodes.Dict) -> Value:
        entries: list[tuple[Value, Value]] = []
        whole = True
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                inner = self.eval(value)
                if isinstance(inner, Dict):
                    entries.extend(inner.entries)
                    whole &= inner.is_whole
                elif isinstance(inner, Inputs):
                    entries.extend(parts(inner))
                else:
                    whole = False
                continue
            known = self.eval(key)
            if isinstance(known, Text):
                before, self.target = self.target, known.text
                item = self.eval(value)
                self.target = before
                stored(self, value, item, known.text)
            else:
                item = self.eval(value)
            entries.append((known, item))
        return Dict(tuple(entries), whole, self._place(node))

    def eval_BinOp(self, node: nodes.BinOp) -> Value:
        left, right = self.eval(node.left), self.eval(node.right)
        return arithmetic.binary(self, node, node.op, left, right, (node.left, node.right))

    def eval_UnaryOp(self, node: nodes.UnaryOp) -> Value:
        value = self.eval(node.operand)
        if isinstance(node.op, nodes.Not):
            known = self.truth(value, node.operand)
            return UNKNOWN if known is None else Const(not known)
        if isinstance(node.op, nodes.USub):
            if isinstance(value, Const) and isinstance(value.value, (int, float)):
                return Const(-value.value, value.site)
            if isinstance(value, Scores):
                return replace(value.transformed(), is_negated=not value.is_transformed)
        return value if isinstance(node.op, nodes.UAdd) else UNKNOWN

    def eval_BoolOp(self, node: nodes.BoolOp) -> Value:
        values: list[Value] = []
        value: Value = UNKNOWN
        is_known = True
        for operand in node.values:
            value = self.eval(operand)
            known = self.truth(value, operand)
            if isinstance(node.op, nodes.And) and known is False:
                return value
            if isinstance(node.op, nodes.Or) and known is True:
                return join_all([*values, value])
            if isinstance(node.op, nodes.Or) and known is False:
                continue
            values.append(value)
            is_known &= known is not None
        if isinstance(node.op, nodes.Or):
            return join_all(values) if values else value
        return value if is_known else UNKNOWN

    def eval_IfExp(self, node: nodes.IfExp) -> Value:
        known = self.truth(self.eval(node.test), node.test)
        if known is True:
            return self.eval(node.body)
        if known is False:
            return self.eval(node.orelse)
        chosen = self.chosen(node)
        if chosen is not None:
            return chosen
        return join(self.eval(node.body), self.eval(node.orelse))

    def eval_NamedExpr(self, node: nodes.NamedExpr) -> Value:
        value = self.eval(node.value)
        self.assign(node.target, value, self.depends(node.value))
        return value

    def eval_Await(self, node: nodes.Await) -> Value:
        return join_all(
            option.result if isinstance(option, Task) else option for option in options(self.eval(node.value))
        )

    def eval_Yield(self, node: nodes.Yield) -> Value:
        self.frame.grads_at_yields.append(self.frame.grad)
        if node.value is not None:
            value = self.eval(node.value)
            self.frame.yields.append(value)
            if self.frame.called_at is None:
                outlives(self, HandedOut, value, node)
        return UNKNOWN

    def eval_YieldFrom(self, node: nodes.YieldFrom) -> Value:
        self.frame.yields.append(element(self.eval(node.value)))
        return UNKNOWN

    def eval_Starred(self, node: nodes.Starred) -> Value:
        return self.eval(node.value)

    def eval_Compare(self, node: nodes.Compare) -> Value:
        left = self.eval(node.left)
        right: Value = UNKNOWN
        for operator, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.eval(comparator)
            scores.record_threshold(self, node, operator, left, right, (node.left, comparator))
            if len(node.ops) > 1:
                left = right
        if len(node.ops) != 1:
            return UNKNOWN
        return known_comparison(node.ops[0], left, right, self._is_given(node.left))

    def _is_given(self, node: nodes.expr) -> bool:
        """Whether an expression is a parameter that still holds what the call gave it."""
        if not isinstance(node, nodes.Name):
            return False
        given = self.scope.given.get(node.id)
        return given is not None and self.scope.values.get(node.id) is given

    def eval_Subscript(self, node: nodes.Subscript) -> Value:
        path = dotted_path(node)
        if path and path in self.scope.values:
            return self.scope.values[path]
        value = self.eval(node.value)
        if isinstance(node.slice, nodes.Slice):
            for part in (node.slice.lower, node.slice.upper, node.slice.step):
                if part is not None:
                    self.eval(part)
            index: Value = UNKNOWN
        else:
            index = self.eval(node.slice)
        found = [subscripts.subscript(self, node, option, index) for option in options(value)]
        rounds = self._rounds(node, value, index)
        if not rounds:
            return join_all(found)
        made = one_of(found, rounds)
        return replace(made, rows=rounds) if isinstance(made, OneOf) else made

    def _rounds(self, node: nodes.Subscript, value: Value, index: Value) -> int:
        """The loop that counts through lists of texts: ``texts[i]`` is then what a loop over them gives."""
        if not isinstance(node.slice, nodes.Name) or not all(
            isinstance(option, Unknown) for option in options(index)
        ):
            return 0
        items = [item for option in options(value) if isinstance(option, Seq) for item in option.items]
        if not any(isinstance(item, Text) for item in items) or not all(
            isinstance(item, (Text, Unknown)) for item in items
        ):
            return 0
        counting = [loop.key for loop in self.loops if loop.target == node.slice.id]
        return counting[-1] if counting else 0
