"""Thin trees beside those of the standard library: the same nodes, and the same places where that library is right."""

from __future__ import annotations

import ast
from typing import Any

from clip_lint.syntax import nodes

_LEFT_OUT = frozenset({"type_comment", "type_ignores", "is_lazy"})


def differences(thin: Any, standard: Any, text: str, *, places: bool = True) -> list[str]:
    """What is not the same, by the path to it."""
    found: list[str] = []
    _compare(thin, standard, "", found, text.split("\n") if places else None)
    return found


def _compare(thin: Any, standard: Any, path: str, found: list[str], lines: list[str] | None) -> None:
    if isinstance(standard, ast.AST):
        if type(thin).__name__ != type(standard).__name__:
            found.append(f"{path}: {type(thin).__name__} for {type(standard).__name__}")
            return
        if lines is not None and hasattr(standard, "lineno"):
            expected = _extent(standard, lines)
            if thin.extent != expected:
                found.append(f"{path}: {type(thin).__name__} at {thin.extent}, not {expected}")
        inside = (
            None if isinstance(standard, ast.JoinedStr) else lines
        )  # Python 3.11 misplaces what is in f-strings
        for name in standard._fields:
            if name not in _LEFT_OUT:
                _compare(getattr(thin, name), getattr(standard, name), f"{path}.{name}", found, inside)
    elif isinstance(standard, list):
        if len(thin) != len(standard):
            found.append(f"{path}: {len(thin)} for {len(standard)}")
        for number, (one, other) in enumerate(zip(thin, standard, strict=False)):
            _compare(one, other, f"{path}[{number}]", found, lines)
    elif type(thin) is not type(standard) or repr(thin) != repr(standard):
        found.append(f"{path}: {thin!r} for {standard!r}")


def _extent(node: Any, lines: list[str]) -> nodes.Extent:
    return (
        node.lineno,
        _column(lines, node.lineno, node.col_offset),
        node.end_lineno,
        _column(lines, node.end_lineno, node.end_col_offset),
    )


def _column(lines: list[str], line: int, offset: int) -> int:
    return len(lines[line - 1].encode()[:offset].decode(errors="replace"))


def located(tree: nodes.AST) -> list[nodes.Located]:
    """The nodes of a tree that have a place."""
    return [each for each in nodes.walk(tree) if isinstance(each, nodes.Located)]


def find(tree: nodes.AST, kind: type[nodes.AST]) -> Any:
    """The first node of a kind, from the top."""
    return next(each for each in nodes.walk(tree) if isinstance(each, kind))
