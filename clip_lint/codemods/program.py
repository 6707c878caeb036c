"""A program as codemods see it: libcst's tree, where its nodes stand, what its names mean, and exact changes on it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import libcst as cst

from clip_lint.codemods.aligned import aligned
from clip_lint.codemods.names import names_of
from clip_lint.codemods.quotes import Quotes
from clip_lint.syntax.edits import Change, edits, inserted, replaced
from clip_lint.syntax.parse import parse
from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.spans import NoEditError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from clip_lint.codemods.project import Project
    from clip_lint.core.finding import Edit
    from clip_lint.core.place import Place
    from clip_lint.source.model import Source

Node = TypeVar("Node", bound=cst.CSTNode)
_WORD = re.compile(r"\w+")


class NoFixError(Exception):
    """A fault that cannot be repaired by an edit that is sure to be right."""


class UnreadableError(Exception):
    """A program that libcst cannot parse, or would not write back as it is."""


class Program:
    """One program (of a notebook: its cells in order) with what codemods ask about it. Offsets count code points."""

    def __init__(self, source: Source, project: Project) -> None:
        self.source = source
        self.project = project
        try:
            spans = parse(source.text).editable
            if spans is None or spans.text != source.text:
                raise UnreadableError("libcst would write it in another way")
            self.spans, self.module = spans, spans.module
            self.names = names_of(self.module)
        except (UnparsableError, RecursionError) as error:
            raise UnreadableError(str(error)) from error

    # --- from places to nodes

    @cached_property
    def _by_span(self) -> dict[tuple[int, int], list[cst.CSTNode]]:
        found: dict[tuple[int, int], list[cst.CSTNode]] = {}
        for node in self.names.nodes:
            if isinstance(node, (cst.BaseExpression, cst.BaseStatement, cst.BaseSmallStatement)):
                found.setdefault(self.spans.span(node), []).append(node)
        return found

    def node(self, place: Place | None, kind: type[Node]) -> Node:
        """The node of a kind that fills a place; NoFixError where it lies in another file or there is none."""
        if place is None or place.path != self.source.path:
            raise NoFixError("it stands in another file")
        for node in self._by_span.get(self.range_of(place), ()):
            if isinstance(node, kind):
                return node
        raise NoFixError("the code is not of a form that is understood")

    def range_of(self, place: Place) -> tuple[int, int]:
        """The offsets of a place in this file."""
        line, lines = self.source.program_line, self.spans.lines
        return (
            lines.start(line(place.cell, place.start.line)) + place.start.column - 1,
            lines.start(line(place.cell, place.end.line)) + place.end.column - 1,
        )

    def cell_of(self, node: cst.CSTNode) -> int:
        """The notebook cell a node begins in, 0 elsewhere."""
        return self.source.position(*self.spans.at(node))[0]

    def is_shown(self, line: cst.BaseStatement) -> bool:
        """Whether a notebook shows the value of a line: an expression that ends its cell, outside any block."""
        if not self.source.cells or not isinstance(line, cst.SimpleStatementLine):
            return False
        last = line.body[-1]
        if not isinstance(last, cst.Expr) or isinstance(last.semicolon, cst.Semicolon):
            return False
        body = self.module.body
        index = self._numbers.get(id(line))
        if index is None:
            return False
        return index + 1 == len(body) or self.cell_of(body[index + 1]) != self.cell_of(line)

    @cached_property
    def _numbers(self) -> dict[int, int]:
        """Where each statement of the module stands among them."""
        return {id(each): number for number, each in enumerate(self.module.body)}

    # --- around a node

    def code(self, node: cst.CSTNode) -> str:
        """The text of a node as it is written, without its own parentheses."""
        return self.spans.code(node)

    def start(self, node: cst.CSTNode) -> int:
        """Where a node begins."""
        return self.spans.span(node).start

    def parent(self, node: cst.CSTNode) -> cst.CSTNode:
        """The node right above."""
        return self.names.parent(node)

    def statement(self, node: cst.CSTNode) -> cst.BaseStatement | cst.BaseSmallStatement:
        """The innermost statement that a node belongs to: a small one rather than its line."""
        for each in (node, *self.names.above(node)):
            if isinstance(each, (cst.BaseStatement, cst.BaseSmallStatement)):
                return each
        raise NoFixError("it belongs to no statement")

    def line(self, node: cst.CSTNode) -> cst.BaseStatement:
        """The statement with lines of its own that a node belongs to; NoFixError where it shares them."""
        for each in (node, *self.names.above(node)):
            if isinstance(each, cst.If) and isinstance(self.parent(each), cst.If):
                continue  # an `elif` is no line of its own
            if isinstance(each, cst.SimpleStatementSuite) or (
                isinstance(each, cst.SimpleStatementLine) and len(each.body) > 1
            ):
                raise NoFixError("the statement shares its line with another")
            if isinstance(each, cst.BaseStatement):
                return each
        raise NoFixError("it belongs to no statement")

    def block(self, line: cst.BaseStatement) -> Sequence[cst.BaseStatement]:
        """The statements of the block that a line is in."""
        above = self.parent(line)
        if isinstance(above, (cst.Module, cst.IndentedBlock)):
            return above.body
        raise NoFixError("the statement is in no block")

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word in the program, comments and strings included: a new name must be none of them."""
        return frozenset(_WORD.findall(self.source.text))

    def fresh(self, name: str, others: Collection[str] = ()) -> str:
        """``name``, or a variation of it, that occurs nowhere in the program and is none of ``others``."""
        found, number = name, 1
        while found in self.words or found in others:
            number += 1
            found = f"{name}_{number}"
        return found

    @cached_property
    def _quotes(self) -> Quotes:
        return Quotes(self.names, self.spans)

    def quote(self, at: cst.CSTNode | None = None) -> str:
        """The quotes of the program's strings: of those in the statement of ``at``, near it, in its function, in its cell."""
        if at is None:
            return self._quotes.at(0, len(self.source.text), [])
        function, line = self.names.function(at), self.statement(at)
        ranges: list[tuple[int, int]] = [self.spans.outer(function)] if function is not None else []
        cell = self.cell_of(at)
        if cell:
            body = [self.spans.outer(each) for each in self.module.body if self.cell_of(each) == cell]
            ranges += [(body[0].start, body[-1].end)] if body else []
        return self._quotes.at(*self.spans.span(line), ranges)

    def string(self, text: str, at: cst.CSTNode | None = None) -> cst.SimpleString:
        """A string in the quotes of the program, or (``at`` a node) of what stands around it."""
        quote = self.quote(at)
        plain = text.replace("\\", "\\\\").replace(quote, "\\" + quote)
        return cst.SimpleString(f"{quote}{plain}{quote}")

    # --- changes

    def changed(self, node: cst.CSTNode, *shapes: cst.CSTTransformer) -> Change:
        """What transformers make of a node, as a change of the program."""
        new: cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode] = node
        for shape in shapes:
            if isinstance(new, cst.CSTNode):
                new = new.visit(shape)
        if not isinstance(new, cst.CSTNode):
            raise NoFixError("the statement would go away")
        return self.replaced(node, new)

    @cached_property
    def width(self) -> int:
        """How long the program lets its lines be."""
        return self.project.width(self.source.text)

    def is_too_long(self, change: Change) -> bool:
        """Whether a change makes a line longer than a project that is formatted lets it be; what was too long before may stay so."""
        if self.project.line_length is None or "\n" in change.text:
            return False
        lines = self.spans.lines
        line = len(lines.of(lines.at(change.start)[0]).expandtabs(4))
        return line <= self.width < line + len(change.text) - (change.end - change.start)

    def replaced(self, old: cst.CSTNode, new: cst.CSTNode) -> Change:
        """A new node where an old one stands."""
        return self._safely(lambda: replaced(self.spans, old, new))

    def before(self, line: cst.BaseStatement, *statements: cst.BaseStatement) -> Change:
        """Statements on lines of their own before a line, below its leading comments."""
        return self._safely(lambda: inserted(self.spans, statements, before=line))

    def after(self, line: cst.BaseStatement, *statements: cst.BaseStatement) -> Change:
        """Statements on lines of their own behind a line; in a notebook still in its cell."""
        alike = [aligned(each, line) for each in statements]
        change = self._safely(lambda: inserted(self.spans, alike, after=line))
        at = self.source.position(*self.spans.lines.at(change.start))[0]
        if at == self.cell_of(line):
            return change
        newline = self.module.default_newline
        end = change.start - len(newline)
        return Change(end, end, newline + change.text.removesuffix(newline))

    def edits(self, changes: Sequence[Change]) -> tuple[Edit, ...]:
        """Changes as edits by cell, line and column; NoFixError where one goes beyond its cell."""
        try:
            return edits(self.spans.lines, changes, self.source.position)
        except NoEditError as error:
            raise NoFixError(str(error)) from error

    @staticmethod
    def _safely(make: Callable[[], Change]) -> Change:
        try:
            return make()
        except (NoEditError, KeyError) as error:
            raise NoFixError(str(error)) from error


def expression(text: str) -> cst.BaseExpression:
    """An expression from its text."""
    return cst.Name(text) if text.isidentifier() else cst.parse_expression(text)


def statement(text: str, *, leading: int = 0) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
    """A statement from its text, with so many empty lines before it."""
    return cst.parse_statement(text).with_changes(leading_lines=[cst.EmptyLine(indent=False)] * leading)
