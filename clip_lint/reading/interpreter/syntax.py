"""What a piece of syntax says by its form or its names alone."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def dotted_path(node: ast.AST) -> str:
    """``a.b`` or ``a['b']`` for a chain of names, else the empty string."""
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif (
            isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        ):
            parts.append(f"[{node.slice.value}]")
            node = node.value
        else:
            break
    if not isinstance(node, ast.Name):
        return ""
    return ".".join((node.id, *reversed(parts)))


def target_name(node: ast.AST | None) -> str:
    """A short name of an expression for messages and heuristics."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return node.slice.value
        return target_name(node.value)
    if isinstance(node, ast.Call):
        return target_name(node.func)
    if isinstance(node, (ast.Tuple, ast.List)) and node.elts:
        return target_name(node.elts[-1])
    return ""


def decorator_name(node: ast.expr) -> str:
    """A decorator's name, called or not."""
    return target_name(node.func if isinstance(node, ast.Call) else node)


def as_load(node: ast.expr) -> ast.expr:
    """The same place read instead of written."""
    if isinstance(node, ast.Name):
        return ast.Name(node.id, ast.Load())
    if isinstance(node, ast.Attribute):
        return ast.Attribute(node.value, node.attr, ast.Load())
    if isinstance(node, ast.Subscript):
        return ast.Subscript(node.value, node.slice, ast.Load())
    return node


def tests_absence(test: ast.expr) -> bool:
    """``x is None``, ``key not in cache``, ``not self.model``: what comes under it is done once."""
    if isinstance(test, ast.Compare):
        return any(isinstance(op, (ast.Is, ast.NotIn)) for op in test.ops)
    if isinstance(test, ast.BoolOp):
        return any(tests_absence(value) for value in test.values)
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def tests_presence(test: ast.expr) -> bool:
    """``self.loaded``, ``key in cache``, ``_model is not None``: an early return when something is there."""
    if isinstance(test, ast.Compare):
        return any(isinstance(op, (ast.IsNot, ast.In)) for op in test.ops)
    if isinstance(test, ast.BoolOp):
        return any(tests_presence(value) for value in test.values)
    return isinstance(test, (ast.Attribute, ast.Name))


def is_main_test(test: ast.Compare) -> bool:
    """``__name__ == ...``: taken to hold, so that scripts are read whole."""
    return isinstance(test.left, ast.Name) and test.left.id == "__name__"


_BATCH_WORDS = ("batch", "loader", "chunk", "minibatch")


def runs_over_batches(iterable: ast.expr, target: ast.expr) -> bool:
    """Whether a loop runs over batches rather than single items, by its names and by ``range`` with a step."""
    text = ast.unparse(iterable).lower() + " " + ast.unparse(target).lower()
    if any(word in text for word in _BATCH_WORDS):
        return True
    return any(
        isinstance(inner, ast.Call) and target_name(inner.func) == "range" and len(inner.args) == 3
        for inner in ast.walk(iterable)
    )


_CHANGING = frozenset(
    {"add", "append", "clear", "discard", "extend", "insert", "pop", "popleft", "remove", "update"}
)


def bound_names(body: Sequence[ast.stmt]) -> frozenset[str]:
    """The names that statements bind or whose containers they change, those of functions within them left out."""
    names: set[str] = set()
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
            continue
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _CHANGING
            and isinstance(node.func.value, ast.Name)
        ):
            names.add(node.func.value.id)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(node))
    return frozenset(names)
