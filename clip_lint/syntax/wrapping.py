"""Statements that became too long, laid out over several lines as formatters do it, where that is plain; others stay as they are."""

from __future__ import annotations

import ast
import re
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.standard import standard_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FILLED = re.compile(r"""#|(["']).{40,}\1""")
_SIGNS = "+-*/@%|&^<>"
_ALIKE = 24
"""So many first characters tell that a line is one that was there before."""


class _AsItIsError(Exception):
    """Formatters would lay it out in a way that is not known here."""


def keeps_to(text: str, limit: int) -> bool:
    """Whether the lines of a program are no longer than that, those aside that one string or comment fills."""
    return not any(len(line) > limit and not _FILLED.search(line) for line in text.split("\n"))


def wrapped(before: str, after: str, limit: int) -> str:
    r"""A program (``\n`` line ends) whose changed lines keep to ``limit``, as far as they did before and it can be done."""
    try:
        tree = standard_tree(after)
    except UnparsableError:
        return after
    lines = after.split("\n")
    grown = set(_grown(before.split("\n"), lines, limit))
    if not grown or not all(map(_is_indented_by_four, ast.walk(tree))):
        return after
    for node in sorted(_statements(tree), key=lambda each: -each.lineno):
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        if first != last or first not in grown:
            continue
        line = lines[first].encode()
        if (line[: node.col_offset] + line[node.end_col_offset :]).strip():
            continue  # it shares its line, or has a comment
        try:
            lines[first : first + 1] = _laid_out(node, lines[first], limit)
        except _AsItIsError:
            continue
    made = "\n".join(lines)
    try:
        is_same = ast.dump(standard_tree(made)) == ast.dump(tree)
    except UnparsableError:
        return after
    return made if is_same else after


def _grown(old: list[str], new: list[str], limit: int) -> Iterator[int]:
    """The lines that are too long and were not, or were not there, before."""
    if all(len(line) <= limit for line in new):
        return
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        long = {line.strip()[:_ALIKE] for line in old[start:end] if len(line) > limit}
        yield from (
            number
            for number in range(first, last)
            if len(new[number]) > limit and new[number].strip()[:_ALIKE] not in long
        )


def _is_indented_by_four(node: ast.AST) -> bool:
    """Whether a block, if a node has one, stands as formatters put it."""
    body = getattr(node, "body", None)
    if not isinstance(node, ast.stmt) or not isinstance(body, list):
        return True
    return bool(body[0].lineno == node.lineno or body[0].col_offset == node.col_offset + 4)


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.Return, ast.Expr)) and node.value is not None:
            yield node


def _laid_out(node: ast.stmt, line: str, limit: int) -> list[str]:
    """The lines of a statement that stands on one."""
    layout = _Layout(line, limit)
    value: ast.expr = node.value  # type: ignore[attr-defined]
    indent = len(line) - len(line.lstrip())
    start = layout.start(value)
    head = line[indent:start]
    if "\t" in line[:indent] or line[layout.end(value) :].strip():
        raise _AsItIsError
    try:
        found = layout.split(value, indent, head, "")
    except _AsItIsError:
        found = layout.in_parentheses(value, indent, head)
    if isinstance(node, ast.Expr) and found[0].strip() == "(":
        raise _AsItIsError
    return found


class _Layout:
    """Expressions of one line, over several. All methods raise _AsItIsError where the form is not a plain one."""

    def __init__(self, line: str, limit: int) -> None:
        self._bytes = line.encode()
        self._limit = limit

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
            raise _AsItIsError
        link, behind = node, ""
        while isinstance(link, (ast.Attribute, ast.Call)):
            below = link.func if isinstance(link, ast.Call) else link.value
            if isinstance(link, ast.Call) and (link.args or link.keywords):
                opening = head + self._text(node.col_offset, below.end_col_offset) + "("
                if self._fits(" " * indent + opening):
                    return self._opened(_arguments(link), indent, opening, ")" + behind + tail)
            behind = self._text(below.end_col_offset, link.end_col_offset) + behind
            link = below
        opening = self._text(node.col_offset, link.col_offset)
        if isinstance(link, ast.BinOp) and opening == "(" and behind.startswith(")"):
            flat = " " * (indent + 4) + self._text(link.col_offset, link.end_col_offset)
            return self._checked([" " * indent + head + "(", flat, " " * indent + behind + tail])
        if link is node and isinstance(node, (ast.List, ast.Set)) and node.elts:
            ends = (
                self._text(node.col_offset, node.col_offset + 1),
                self._text((node.end_col_offset or 0) - 1, node.end_col_offset),
            )
            return self._opened(node.elts, indent, head + ends[0], ends[1] + tail)
        raise _AsItIsError

    def in_parentheses(self, node: ast.expr, indent: int, head: str) -> list[str]:
        """The value of a statement in parentheses of its own: an operation, or a chain of calls."""
        if not head:
            raise _AsItIsError
        inner = " " * (indent + 4)
        flat = inner + self._text(node.col_offset, node.end_col_offset)
        if isinstance(node, ast.BinOp):
            return self._operation(node, indent, head)
        dots = _dots_after_calls(node)
        if len(dots) < 2:
            raise _AsItIsError
        if not all(self._text(each, None).startswith((".", "[")) for each in dots):
            raise _AsItIsError  # blanks, or more parentheses
        places = [node.col_offset, *dots, node.end_col_offset]
        body = [inner + self._text(*pair) for pair in pairwise(places)]
        return self._checked(
            [" " * indent + head + "(", *([flat] if self._fits(flat) else body), " " * indent + ")"]
        )

    def _operation(self, node: ast.BinOp, indent: int, head: str) -> list[str]:
        """Two operands, the last of them opened if that will do, else one below the other."""
        sign = self._text(node.left.end_col_offset, node.right.col_offset).strip()
        if isinstance(node.left, ast.BinOp) or not sign or not all(each in _SIGNS for each in sign):
            raise _AsItIsError  # several operands, or parentheses
        if isinstance(node.right, ast.Call):
            if not isinstance(node.left, (ast.Name, ast.Attribute)):
                raise _AsItIsError
            left = f"{head}{self._text(node.left.col_offset, node.left.end_col_offset)} {sign} "
            try:
                return self.split(node.right, indent, left, "")
            except _AsItIsError:
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
            raise _AsItIsError
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
            raise _AsItIsError  # parentheses that `ast` does not show
        return self.expression(value, indent, head, tail)

    def _checked(self, lines: list[str]) -> list[str]:
        if not all(map(self._fits, lines)):
            raise _AsItIsError
        return lines


def _arguments(call: ast.Call) -> list[ast.expr | ast.keyword]:
    return sorted((*call.args, *call.keywords), key=lambda each: each.col_offset)


def _dots_after_calls(node: ast.expr) -> list[int]:
    """Where a chain of calls goes on behind one of them, from the left."""
    dots: list[int] = []
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Call, ast.Subscript, ast.BinOp)):
            is_in_parentheses = isinstance(node.value, ast.BinOp)
            dots.insert(0, (node.value.end_col_offset or 0) + is_in_parentheses)
        node = node.func if isinstance(node, ast.Call) else node.value
    return dots
