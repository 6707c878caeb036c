"""Expressions of one line, laid out over several as formatters do it."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNS = "+-*/@%|&^<>"


class AsItIsError(Exception):
    """Formatters would lay it out in a way that is not known here."""


class Layout:
    """Expressions of one line, over several. All methods raise AsItIsError where the form is not a plain one."""

    def __init__(self, line: str, limit: int, number: int) -> None:
        self._bytes = line.encode()
        self._limit = limit
        self._number = number

    def start(self, node: ast.expr) -> int:
        """Where an expression begins, in code points."""
        return len(self._bytes[: node.col_offset].decode())

    def end(self, node: ast.expr) -> int:
        """Where an expression ends, in code points."""
        return len(self._bytes[: node.end_col_offset].decode())

    def _text(self, first: int | None, last: int | None) -> str:
        return self._bytes[first:last].decode()

    def _fits(self, line: str) -> bool:
        return len(line) <= self._limit

    def expression(self, node: ast.expr, indent: int, head: str, tail: str) -> list[str]:
        """An expression between a head and a tail: on one line if it fits, else over several."""
        flat = " " * indent + head + self._text(node.col_offset, node.end_col_offset) + tail
        return [flat] if self._fits(flat) else self.split(node, indent, head, tail)

    def split(self, node: ast.expr, indent: int, head: str, tail: str) -> list[str]:
        """An expression opened at the last of its brackets that hold something."""
        if len(_dots_after_calls(node)) > 1:
            raise AsItIsError
        link, behind = node, ""
        while isinstance(link, (ast.Attribute, ast.Call, ast.Subscript)):
            below = link.func if isinstance(link, ast.Call) else link.value
            if isinstance(link, ast.Call) and (link.args or link.keywords):
                opening = head + self._text(node.col_offset, below.end_col_offset) + "("
                if self._fits(" " * indent + opening):
                    return self._opened(parts_of(link), indent, opening, ")" + behind + tail)
            if isinstance(link, ast.Subscript) and self._fits(
                " " * indent + head + self._text(node.col_offset, below.end_col_offset) + "["
            ):
                raise AsItIsError  # the index would be opened
            behind = self._text(below.end_col_offset, link.end_col_offset) + behind
            link = below
        opening = self._text(node.col_offset, link.col_offset)
        if isinstance(link, ast.BinOp) and opening == "(" and behind.startswith(")"):
            flat = " " * (indent + 4) + self._text(link.col_offset, link.end_col_offset)
            return self._checked([" " * indent + head + "(", flat, " " * indent + behind + tail])
        if link is node and isinstance(node, ast.ListComp):
            return self._comprehension(node, indent, head, tail)
        if link is node and isinstance(node, (ast.List, ast.Set)) and node.elts:
            ends = (
                self._text(node.col_offset, node.col_offset + 1),
                self._text((node.end_col_offset or 0) - 1, node.end_col_offset),
            )
            return self._opened(node.elts, indent, head + ends[0], ends[1] + tail)
        raise AsItIsError

    def _comprehension(self, node: ast.ListComp, indent: int, head: str, tail: str) -> list[str]:
        """What is listed, and each loop and condition, below one another; all on one line if that will do."""
        ends = [node.elt.end_col_offset or 0]
        for each in node.generators:
            ends += [(part.end_col_offset or 0) for part in (each.iter, *each.ifs)]
        first, last = node.col_offset + 1, (node.end_col_offset or 0) - 1
        parts = [self._text(*pair).strip() for pair in pairwise((first, *ends))]
        if self._text(ends[-1], last).strip() or not all(
            each.startswith(("for ", "if ", "async ")) for each in parts[1:]
        ):
            raise AsItIsError  # parentheses that `ast` does not show
        inner = " " * (indent + 4)
        flat = inner + " ".join(parts)
        body = [flat] if self._fits(flat) else [inner + each for each in parts]
        return self._checked([" " * indent + head + "[", *body, " " * indent + "]" + tail])

    def arguments(self, node: ast.AST, indent: int) -> list[str]:
        """What stands on one line between the brackets of a call: one part below the other, or the only part opened."""
        every = parts_of(node)
        number = self._number
        here = [each for each in every if each.lineno == number]
        if not here or any(each.end_lineno != number for each in here):
            raise AsItIsError
        start, end = self._begin(here[0]), here[-1].end_col_offset or 0
        tail = self._text(end, None).strip()
        if self._text(None, start).strip() or tail not in ("", ","):
            raise AsItIsError
        if any(isinstance(each, ast.GeneratorExp) for each in here):
            raise AsItIsError
        if len(here) == 1:
            return self._checked(self._part(here[0], indent, tail))
        if len(here) < len(every) or tail:
            raise AsItIsError
        return self._checked([line for each in here for line in self._part(each, indent, ",")])

    def in_parentheses(self, node: ast.expr, indent: int, head: str) -> list[str]:
        """The value of a statement in parentheses of its own: an operation, or a chain of calls."""
        if not head:
            raise AsItIsError
        inner = " " * (indent + 4)
        flat = inner + self._text(node.col_offset, node.end_col_offset)
        if isinstance(node, ast.BinOp):
            return self._operation(node, indent, head)
        dots = _dots_after_calls(node)
        if len(dots) < 2:
            raise AsItIsError
        if not all(self._text(each, None).startswith((".", "[")) for each in dots):
            raise AsItIsError  # blanks, or more parentheses
        places = [node.col_offset, *dots, node.end_col_offset]
        body = [inner + self._text(*pair) for pair in pairwise(places)]
        return self._checked(
            [" " * indent + head + "(", *([flat] if self._fits(flat) else body), " " * indent + ")"]
        )

    def _operation(self, node: ast.BinOp, indent: int, head: str) -> list[str]:
        """Two operands, the last of them opened if that will do, else one below the other."""
        sign = self._text(node.left.end_col_offset, node.right.col_offset).strip()
        if isinstance(node.left, ast.BinOp) or not sign or not all(each in _SIGNS for each in sign):
            raise AsItIsError  # several operands, or parentheses
        if isinstance(node.right, ast.Call):
            if not isinstance(node.left, (ast.Name, ast.Attribute)):
                raise AsItIsError
            left = f"{head}{self._text(node.left.col_offset, node.left.end_col_offset)} {sign} "
            try:
                return self.split(node.right, indent, left, "")
            except AsItIsError:
                pass  # the first line would still be too long
        inner = " " * (indent + 4)
        flat = [inner + self._text(node.col_offset, node.end_col_offset)]
        body = [
            inner + self._text(node.left.col_offset, node.left.end_col_offset),
            f"{inner}{sign} {self._text(node.right.col_offset, node.right.end_col_offset)}",
        ]
        return self._checked(
            [" " * indent + head + "(", *(flat if self._fits(flat[0]) else body), " " * indent + ")"]
        )

    def _opened(
        self, parts: Sequence[ast.expr | ast.keyword], indent: int, head: str, tail: str
    ) -> list[str]:
        inner = indent + 4
        first, last = parts[0], parts[-1]
        if any(isinstance(each, ast.GeneratorExp) for each in parts):
            raise AsItIsError
        starts = [self._begin(each) for each in parts]
        flat = " " * inner + self._text(starts[0], last.end_col_offset)
        if first.lineno == last.lineno and self._fits(flat):
            body = [flat]
        elif len(parts) == 1:
            body = self._part(first, inner, "")
        else:
            body = [line for each in parts for line in self._part(each, inner, ",")]
        return self._checked([" " * indent + head, *body, " " * indent + tail])

    def _begin(self, part: ast.expr | ast.keyword) -> int:
        """Where an argument begins, its stars included."""
        start = part.col_offset
        if isinstance(part, ast.keyword) and part.arg is None:
            start = part.value.col_offset
            while self._bytes[start - 1 : start] == b"*":
                start -= 1
        return start

    def _part(self, part: ast.expr | ast.keyword, indent: int, tail: str) -> list[str]:
        value = part.value if isinstance(part, (ast.keyword, ast.Starred)) else part
        head = self._text(self._begin(part), value.col_offset)
        if head.rstrip().endswith("(") or value.end_col_offset != part.end_col_offset:
            raise AsItIsError  # parentheses that `ast` does not show
        return self.expression(value, indent, head, tail)

    def _checked(self, lines: list[str]) -> list[str]:
        if not all(map(self._fits, lines)):
            raise AsItIsError
        return lines


def _dots_after_calls(node: ast.expr) -> list[int]:
    """Where a chain of calls goes on behind one of them, from the left."""
    dots: list[int] = []
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Call, ast.Subscript, ast.BinOp)):
            is_in_parentheses = isinstance(node.value, ast.BinOp)
            dots.insert(0, (node.value.end_col_offset or 0) + is_in_parentheses)
        node = node.func if isinstance(node, ast.Call) else node.value
    return dots


def parts_of(node: ast.AST) -> list[ast.expr | ast.keyword]:
    """What stands between the brackets of a call or a list."""
    if isinstance(node, ast.Call):
        return sorted((*node.args, *node.keywords), key=lambda each: (each.lineno, each.col_offset))
    return list(node.elts) if isinstance(node, (ast.List, ast.Set)) else []
