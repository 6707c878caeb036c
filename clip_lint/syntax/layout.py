"""Where everything in a libcst tree stands: one pass of libcst's own code generator that counts instead of joining.

libcst's metadata providers tell the same for four to sixteen times the price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst
from libcst._nodes.internal import CodegenState

from clip_lint.syntax.recursion import deeply

if TYPE_CHECKING:
    from types import TracebackType


class Span(NamedTuple):
    """A half-open range of a program's text, in code points."""

    start: int
    end: int


class Layout:
    """The spans of all nodes of a module.

    ``inner`` leaves a node's own parentheses, leading comments and the rest of its line out; ``outer`` is everything that
    libcst writes for it. Both go by the identity of the node.
    """

    def __init__(self, module: cst.Module) -> None:
        self.module = module  # it keeps the nodes alive, and so their identities
        writer = _Writer(module)
        with deeply():
            module._codegen(writer)  # noqa: SLF001
        self.text = "".join(writer.tokens)
        self.comments = tuple(writer.comments)
        """Where each comment begins, and its text."""
        self.line_ends = tuple(writer.line_ends)
        """Where each logical line ends: behind the line break that ends a statement, a clause's head or a decorator."""
        self._starts, self._ends = writer.starts, writer.ends
        self._outer_starts, self._outer_ends = writer.outer_starts, writer.outer_ends

    def inner(self, node: cst.CSTNode) -> Span:
        """The node itself; KeyError for one that is not of this module."""
        key = id(node)
        if key in self._starts:
            return Span(self._starts[key], min(self._ends[key], len(self.text)))
        return self.outer(node)

    def outer(self, node: cst.CSTNode) -> Span:
        """The node with its parentheses and, of a statement, its leading lines and line end; KeyError as above."""
        key = id(node)
        # The generator takes the last line end back where the file has none.
        return Span(self._outer_starts[key], min(self._outer_ends[key], len(self.text)))


class _Recording:
    """One `with` block of libcst's generator, written for speed: it is entered for every expression."""

    __slots__ = ("_end", "_node", "_start", "_writer")

    def __init__(
        self, writer: _Writer, node: cst.CSTNode, start: cst.CSTNode | None, end: cst.CSTNode | None
    ) -> None:
        self._writer = writer
        self._node = node
        self._start = start
        self._end = end

    def __enter__(self) -> None:
        self._writer.starts[id(self._node)] = self._writer.offset

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        writer, key = self._writer, id(self._node)
        start, end = self._start, self._end
        writer.ends[key] = writer.offset if end is None else writer.end_of(end)
        if start is not None:
            writer.starts[key] = writer.start_of(start)


class _Writer(CodegenState):
    """libcst's generator state, which also counts what it has written."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.offset = 0
        self.starts: dict[int, int] = {}
        self.ends: dict[int, int] = {}
        self.outer_starts: dict[int, int] = {}
        self.outer_ends: dict[int, int] = {}
        self.comments: list[tuple[int, str]] = []
        self.line_ends: list[int] = []
        self._in_brackets = 0

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.tokens.append(token)
            self.offset += len(token)

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self.offset += len(value)

    def start_of(self, node: cst.CSTNode) -> int:
        found = self.starts.get(id(node))
        return self.outer_starts[id(node)] if found is None else found

    def end_of(self, node: cst.CSTNode) -> int:
        found = self.ends.get(id(node))
        return self.outer_ends[id(node)] if found is None else found

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.outer_starts[id(node)] = self.offset
        kind = type(node)  # `isinstance` asks libcst's abstract classes, which is slow
        if kind is cst.Comment:
            self.comments.append((self.offset, node.value))  # type: ignore[attr-defined]
        elif kind is cst.ParenthesizedWhitespace:
            self._in_brackets += 1

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.outer_ends[id(node)] = self.offset
        kind = type(node)
        if kind is cst.TrailingWhitespace:
            if not self._in_brackets:
                self.line_ends.append(self.offset)
        elif kind is cst.ParenthesizedWhitespace:
            self._in_brackets -= 1

    def record_syntactic_position(  # type: ignore[override]  # libcst makes a generator of each
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> _Recording:
        return _Recording(self, node, start_node, end_node)
