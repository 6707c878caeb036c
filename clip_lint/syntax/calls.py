"""The words around a call: the functions it stands in with their docstrings, the comments beside it, what becomes of results.

A libcst visitor finds the calls. It walks through one top-level statement at a time, and only through those that are asked
about: a visit of a whole program costs as much as parsing it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from clip_lint.syntax.recursion import deeply

if TYPE_CHECKING:
    from clip_lint.syntax.comments import Comment
    from clip_lint.syntax.spans import Spans

Definition = cst.FunctionDef | cst.ClassDef

_BLANK: frozenset[type[cst.CSTNode]] = frozenset(
    {
        cst.SimpleWhitespace, cst.ParenthesizedWhitespace, cst.TrailingWhitespace, cst.EmptyLine, cst.Newline, cst.Comment,
        cst.Comma, cst.Dot, cst.AssignEqual, cst.Colon, cst.Semicolon, cst.LeftParen, cst.RightParen,
        cst.LeftSquareBracket, cst.RightSquareBracket, cst.LeftCurlyBrace, cst.RightCurlyBrace, cst.Name, cst.Integer,
    }
)  # fmt: skip
"""What holds no call: most of a tree."""


class Use(NamedTuple):
    """What is done with a result: counted, compared with a word, or overwritten; ``text`` is how it is written."""

    line: int
    text: str
    within: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """The words around a call. ``names`` are those of the definitions it stands in, from the innermost."""

    names: tuple[str, ...] = ()
    docstring: str = ""
    """The first line of the docstring of the innermost definition, where that is a function."""
    uses: tuple[str, ...] = ()


class Calls:
    """The calls of a program and the words around them."""

    def __init__(self, spans: Spans, comments: tuple[Comment, ...]) -> None:
        self._spans = spans
        self._comments = comments
        self._seen: dict[int, _Finder] = {}

    def around(self, call: cst.CSTNode, lines: int) -> Around:
        """The words around a call; uses of results count within so many lines from where it begins, in the same function."""
        first = self._spans.at(call)[0]
        own = self._finder(self._top(first))
        within = own.calls.get(id(call))
        if within is None:
            return Around()
        finders = [own]
        if not within:  # a script: what follows stands in statements of its own
            finders = [self._finder(number) for number in self._following(first, first + lines)]
        found = [use for finder in finders for use in finder.uses]
        uses = tuple(
            each.text for each in found if first <= each.line < first + lines and each.within == within
        )
        return Around(
            tuple(each.name.value for each in reversed(within)),
            _docstring(within[-1]) if within else "",
            uses,
        )

    def comments_at(self, line: int) -> tuple[str, ...]:
        """The comments on a line and, where it has the line to itself, right above, without their marks."""
        text = self._spans.text
        start = self._spans.lines.start(line - 1) if line > 1 else 0
        return tuple(
            each.text.lstrip("#").strip()
            for each in self._comments
            if each.line == line or (each.line == line - 1 and not text[start : start + each.column].strip())
        )

    @cached_property
    def _starts(self) -> list[int]:
        return [self._spans.at(each)[0] for each in self._spans.module.body]

    def _top(self, line: int) -> int:
        """The number of the top-level statement that a line belongs to."""
        return max(bisect_right(self._starts, line) - 1, 0)

    def _following(self, first: int, last: int) -> range:
        return range(self._top(first), bisect_left(self._starts, last))

    def _finder(self, number: int) -> _Finder:
        if number not in self._seen:
            finder = _Finder(self._spans)
            with deeply():
                self._spans.module.body[number].visit(finder)
            self._seen[number] = finder
        return self._seen[number]


def _docstring(definition: Definition) -> str:
    text = definition.get_docstring() if isinstance(definition, cst.FunctionDef) else None
    return text.strip().partition("\n")[0].strip() if text else ""


class _Finder(cst.CSTVisitor):
    """Collects the calls below a statement, each with the definitions around it, and what is done with results."""

    def __init__(self, spans: Spans) -> None:
        super().__init__()
        self._spans = spans
        self._within: tuple[Definition, ...] = ()
        self.calls: dict[int, tuple[Definition, ...]] = {}
        self.uses: list[Use] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Leave out what holds no call."""
        return type(node) not in _BLANK and super().on_visit(node)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802  (libcst's names)
        self._within = (*self._within, node)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:  # noqa: ARG002, N802
        self._within = self._within[:-1]

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802
        self._within = (*self._within, node)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:  # noqa: ARG002, N802
        self._within = self._within[:-1]

    def visit_Call(self, node: cst.Call) -> None:  # noqa: N802
        self.calls[id(node)] = self._within

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:  # noqa: N802
        """``scores.argmax().item() + 1``: a place in a list of numbers is a count."""
        if (
            isinstance(node.operator, cst.Add)
            and isinstance(node.right, cst.Integer)
            and node.right.value == "1"
        ):
            name = _argmax(node.left)
            if name is not None:
                self._use(self._spans.span(name).start, self._spans.span(node).end)

    def visit_ComparisonTarget(self, node: cst.ComparisonTarget) -> None:  # noqa: N802
        """``side == "left"``."""
        if isinstance(node.operator, cst.Equal) and isinstance(node.comparator, cst.SimpleString):
            word = node.comparator.raw_value
            if 2 <= len(word) <= 20 and word.replace(" ", "_").isidentifier():
                start = self._spans.outer(node.operator.whitespace_before).end
                self._use(start, self._spans.span(node.comparator).end)

    def visit_Assign(self, node: cst.Assign) -> None:  # noqa: N802
        """``scores[:, -1] = float("-inf")``: a label that must not win."""
        target = node.targets[0].target
        if isinstance(target, cst.Subscript) and _is_least(node.value):
            self._use(self._spans.outer(target.lbracket).start, self._spans.span(node.value).end)

    def _use(self, start: int, end: int) -> None:
        text = " ".join(self._spans.text[start:end].split())
        self.uses.append(Use(self._spans.lines.at(start)[0], text, self._within))


def _argmax(node: cst.BaseExpression) -> cst.Name | None:
    """The name ``argmax`` where an expression is what it gave, taken out of its tensor or made a number."""
    while isinstance(node, (cst.Call, cst.Attribute)):
        if isinstance(node, cst.Attribute):
            node = node.value
            continue
        called = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
        if isinstance(called, cst.Name) and called.value == "argmax":
            return called
        if isinstance(node.func, cst.Attribute):
            node = node.func.value
        elif len(node.args) == 1:
            node = node.args[0].value
        else:
            return None
    return None


def _is_least(node: cst.BaseExpression) -> bool:
    """Whether a value is what no score falls below: minus infinity, a huge number, or nothing at all."""
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        node = node.expression
    if isinstance(node, cst.Call):
        return isinstance(node.func, cst.Name) and node.func.value == "float"
    if isinstance(node, (cst.Integer, cst.Float)):
        return node.value in ("0", "0.0") or node.value.startswith("1e")
    name = node.attr if isinstance(node, cst.Attribute) else node
    return isinstance(name, cst.Name) and name.value == "inf"
