"""A program as fixes see it: its text, its syntax tree, and exact edits on it."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from clip_lint.core.finding import Edit
from clip_lint.core.place import Position

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.place import Place
    from clip_lint.knowledge.versions import Versions
    from clip_lint.source.model import Source

Node = TypeVar("Node", bound=ast.AST)
Definition = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*FUNCTIONS, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BLOCKS = ("body", "orelse", "finalbody")
_TAKEN = re.compile(r"\w+")


class NoFixError(Exception):
    """A fault that cannot be repaired by an edit that is sure to be right."""


class Change(NamedTuple):
    """Replace the program's characters from ``start`` to ``end`` by ``text``."""

    start: int
    end: int
    text: str


class Page:
    """One program with what fixes ask about it; positions inside are offsets in code points."""

    def __init__(self, source: Source, tree: ast.Module, versions: Versions) -> None:
        self.source = source
        self.text = source.text
        self.tree = tree
        self.versions = versions

    # --- from places to nodes and back

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.source.lines:
            starts.append(starts[-1] + len(line) + 1)
        return starts

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node above each node."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def _by_range(self) -> dict[tuple[int, int], list[ast.AST]]:
        found: dict[tuple[int, int], list[ast.AST]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.expr, ast.stmt, ast.keyword)):
                found.setdefault(self.span(node), []).append(node)
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word in the program, comments and strings included: a new name must be none of them."""
        return frozenset(_TAKEN.findall(self.text))

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends."""
        line, column = node.lineno, node.col_offset  # type: ignore[attr-defined]
        end_line, end_column = node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
        return self._offset(line, column), self._offset(end_line, end_column)

    def _offset(self, line: int, utf8_column: int) -> int:
        text = self.source.lines[line - 1]
        if not text.isascii():
            utf8_column = len(text.encode("utf-8", "surrogatepass")[:utf8_column].decode("utf-8", "replace"))
        return self._starts[line - 1] + utf8_column

    def code(self, node: ast.AST) -> str:
        """The text of a node as it is written."""
        start, end = self.span(node)
        return self.text[start:end]

    def line_of(self, offset: int) -> int:
        """The program line (from 1) in which an offset lies."""
        return bisect_right(self._starts, offset)

    def line_start(self, line: int) -> int:
        """Where a program line (from 1) begins."""
        return self._starts[line - 1]

    def line(self, number: int) -> str:
        """A program line (from 1)."""
        return self.source.lines[number - 1]

    def range_of(self, place: Place) -> tuple[int, int]:
        """The offsets of a place in this file."""
        first = next((cell.first_line for cell in self.source.cells if cell.number == place.cell), 1)
        return (
            self._starts[first + place.start.line - 2] + place.start.column - 1,
            self._starts[first + place.end.line - 2] + place.end.column - 1,
        )

    def node(self, place: Place | None, kind: type[Node]) -> Node:
        """The node of a kind that fills a place; NoFixError where it lies in another file or there is none."""
        if place is None or place.path != self.source.path:
            raise NoFixError("it stands in another file")
        for node in self._by_range.get(self.range_of(place), ()):
            if isinstance(node, kind):
                self._check_f_string(node)
                return node
        raise NoFixError("the code is not of a form that is understood")

    def _check_f_string(self, node: ast.AST) -> None:
        """Python 3.11 misplaces what stands in f-strings: there the text must be that of the node."""
        if any(isinstance(each, ast.JoinedStr) for each in self.above(node)):
            try:
                written = ast.parse(self.code(node).strip(), mode="eval").body
            except SyntaxError:
                written = None
            if written is None or ast.dump(written) != ast.dump(node):
                raise NoFixError("it stands in an f-string")

    def edits(self, changes: list[Change]) -> tuple[Edit, ...]:
        """Changes as edits by cell, line and column; NoFixError where one goes beyond its cell."""
        return tuple(
            self._edit(change)
            for change in dict.fromkeys(changes)
            if change.text or change.start < change.end
        )

    def _edit(self, change: Change) -> Edit:
        cell, start = self._position(change.start)
        last, end = self._position(change.end)
        if cell != last:
            raise NoFixError("the change would span several cells")
        return Edit(start, end, change.text, cell)

    def _position(self, offset: int) -> tuple[int, Position]:
        line = min(self.line_of(offset), len(self.source.lines))
        column = offset - self._starts[line - 1]
        if not self.source.cells:
            return 0, Position(line, column + 1)
        index = max(bisect_right([cell.first_line for cell in self.source.cells], line) - 1, 0)
        cell = self.source.cells[index]
        return cell.number, Position(line - cell.first_line + 1, column + 1)

    def cell_of(self, node: ast.AST) -> int:
        """The notebook cell a node begins in, 0 elsewhere."""
        return self._position(self.span(node)[0])[0]

    # --- around a node

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes above a node, from the nearest."""
        current = self.parents.get(node)
        while current is not None:
            yield current
            current = self.parents.get(current)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The statement that a node belongs to (itself if it is one)."""
        for each in (node, *self.above(node)):
            if isinstance(each, ast.stmt):
                return each
        raise NoFixError("it belongs to no statement")

    def function(self, node: ast.AST) -> Definition | ast.Lambda | None:
        """The innermost function or lambda around a node."""
        return next((each for each in self.above(node) if isinstance(each, FUNCTIONS)), None)

    def scope(self, node: ast.AST) -> ast.AST:
        """The function, lambda, class or module whose names a node sees first."""
        return next(
            (each for each in self.above(node) if isinstance(each, (*FUNCTIONS, ast.ClassDef, ast.Module))),
            self.tree,
        )

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """The list of statements that a statement is in."""
        parent = self.parents[statement]
        for name in _BLOCKS:
            block = getattr(parent, name, None)
            if isinstance(block, list) and statement in block:
                return block
        for handler in (*getattr(parent, "handlers", ()), *getattr(parent, "cases", ())):
            if statement in handler.body:
                return list(handler.body)
        raise NoFixError("it is in no block of statements")

    def stands_alone(self, statement: ast.stmt) -> bool:
        """Whether a statement has its lines to itself, so that lines can be put before and after it."""
        start, end = self.first(statement), self.span(statement)[1]
        before = self.text[self.line_start(self.line_of(start)) : start]
        after = self.line(self.line_of(end))[end - self.line_start(self.line_of(end)) :].strip()
        return not before.strip() and (not after or after.startswith("#"))

    def first(self, statement: ast.stmt) -> int:
        """Where a statement begins, its decorators included."""
        start = self.span(statement)[0]
        for decorator in getattr(statement, "decorator_list", ()):
            start = min(start, self.line_start(decorator.lineno) + len(self.indent(decorator)))
        return start

    def indent(self, node: ast.AST) -> str:
        """The blanks that the line of a node begins with."""
        line = self.line(self.line_of(self.span(node)[0]))
        return line[: len(line) - len(line.lstrip())]

    # --- changes

    def after(self, statement: ast.stmt, lines: list[str]) -> Change:
        """Put lines, indented like the statement, behind it."""
        if not self.stands_alone(statement):
            raise NoFixError("the statement shares its line with another")
        last = self.line_of(self.span(statement)[1])
        indent = self.indent(statement)
        end = self.line_start(last) + len(self.line(last))
        return Change(end, end, "".join(f"\n{indent}{line}" if line else "\n" for line in lines))

    def before(self, statement: ast.stmt, lines: list[str]) -> Change:
        """Put lines, indented like the statement, before it."""
        if not self.stands_alone(statement):
            raise NoFixError("the statement shares its line with another")
        indent = self.indent(statement)
        start = self.line_start(self.line_of(self.first(statement)))
        return Change(start, start, "".join(f"{indent}{line}\n" if line else "\n" for line in lines))

    def replace(self, node: ast.AST, text: str) -> Change:
        """Put ``text`` where a node stands."""
        return Change(*self.span(node), text)

    def keyword(self, call: ast.Call, name: str, value: str, *, positional: int | None = None) -> Change:
        """Set a keyword argument of a call; NoFixError where ``**`` might set it already."""
        for keyword in call.keywords:
            if keyword.arg == name:
                return self.replace(keyword.value, value)
        if (
            positional is not None
            and len(call.args) > positional
            and not _starred(call.args[: positional + 1])
        ):
            return self.replace(call.args[positional], value)
        if any(keyword.arg is None for keyword in call.keywords) or _starred(call.args):
            raise NoFixError("the arguments are not written out")
        return self.argument(call, f"{name}={value}")

    def argument(self, call: ast.Call, text: str) -> Change:
        """Add an argument at the end of a call, on a line of its own where the others have theirs."""
        end = self.span(call)[1] - 1
        arguments: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        if not arguments:
            return Change(end, end, text)
        last = max(arguments, key=lambda each: self.span(each)[1])
        if (
            len(arguments) == 1
            and isinstance(last, ast.GeneratorExp)
            and self.span(last)[1] == self.span(call)[1]
        ):
            # A lone generator's span can be the call's own parentheses.
            raise NoFixError("a bare generator must be alone in its call")
        behind = self._behind(last)
        tail = self.text[behind:end]
        comma = _first_comma(tail)
        first_line, last_line = self.line_of(self.span(arguments[0])[0]), self.line_of(self.span(last)[0])
        opening = self.line_of(self.span(call.func)[1])
        if comma is not None and self.line_of(end) > self.line_of(behind) and first_line > opening:
            indent = self.line(last_line)[: len(self.line(last_line)) - len(self.line(last_line).lstrip())]
            at = self.line_start(self.line_of(behind)) + len(self.line(self.line_of(behind)))
            return Change(at, at, f"\n{indent}{text},")
        if comma is not None:
            at = behind + comma + 1
            return Change(at, at, f" {text}")
        return Change(behind, behind, f", {text}")

    def _behind(self, argument: ast.expr | ast.keyword) -> int:
        """The end of an argument and of the parentheses around it."""
        node = argument.value if isinstance(argument, ast.keyword) else argument
        end = self.span(node)[1]
        start = self.span(node)[0]
        while True:
            left, right = self.text[:start].rstrip(), self.text[end:]
            stripped = right.lstrip()
            # The call's own parenthesis directly precedes its first argument as well: it belongs to the call.
            if not (left.endswith("(") and stripped.startswith(")")) or self._opens_call(
                argument, len(left) - 1
            ):
                return end
            start, end = len(left) - 1, end + len(right) - len(stripped) + 1

    def _opens_call(self, argument: ast.expr | ast.keyword, offset: int) -> bool:
        call = self.parents[argument]
        return isinstance(call, ast.Call) and self.text[self.span(call.func)[1] : offset].strip() == ""

    def fresh(self, name: str) -> str:
        """``name``, or a variation of it, that occurs nowhere in the program."""
        number = 1
        found = name
        while found in self.words:
            number += 1
            found = f"{name}_{number}"
        return found


def _starred(arguments: list[ast.expr]) -> bool:
    return any(isinstance(argument, ast.Starred) for argument in arguments)


def _first_comma(text: str) -> int | None:
    """Where the first comma outside comments is."""
    position = 0
    while position < len(text):
        if text[position] == "#":
            position = text.find("\n", position)
            if position < 0:
                return None
        elif text[position] == ",":
            return position
        position += 1
    return None
