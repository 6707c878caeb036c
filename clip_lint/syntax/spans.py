"""What codemods ask about the nodes of a libcst tree: where they stand, what is above them, how they would be written."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst
from libcst._nodes.internal import CodegenState

from clip_lint.syntax.layout import Layout, Span
from clip_lint.syntax.lines import Lines
from clip_lint.syntax.recursion import deeply

if TYPE_CHECKING:
    from collections.abc import Iterator

Statement = cst.BaseStatement | cst.BaseSmallStatement


class NoEditError(Exception):
    """A change that cannot be written as an edit that is sure to be right; the message says why."""


class Spans:
    """The nodes of one module and where they stand; all offsets count code points of ``text``.

    What is asked for is worked out once, when it is first asked for. A node of another tree is a KeyError.
    """

    def __init__(self, module: cst.Module) -> None:
        self.module = module

    @cached_property
    def layout(self) -> Layout:
        """The spans themselves."""
        return Layout(self.module)

    @cached_property
    def lines(self) -> Lines:
        """Offsets as lines and columns, and back."""
        return Lines(self.text)

    @property
    def text(self) -> str:
        """The program as libcst writes it: the text that was parsed."""
        return self.layout.text

    def span(self, node: cst.CSTNode) -> Span:
        """A node without its own parentheses, and without the comments and blanks around it."""
        return self.layout.inner(node)

    def outer(self, node: cst.CSTNode) -> Span:
        """A node with its own parentheses; a statement with its leading comment lines and its line end."""
        return self.layout.outer(node)

    def code(self, node: cst.CSTNode) -> str:
        """The text of a node as it is written, without its own parentheses."""
        start, end = self.span(node)
        return self.text[start:end]

    def at(self, node: cst.CSTNode) -> tuple[int, int]:
        """The line (from 1) and column (from 0, in code points) where a node begins."""
        return self.lines.at(self.span(node).start)

    # --- around a node

    @cached_property
    def _climbed(self) -> _Climber:
        climber = _Climber(self.module)
        with deeply():
            self.module._codegen(climber)  # noqa: SLF001
        return climber

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node right above; None above the module."""
        return None if node is self.module else self._climbed.parents[id(node)]

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes above a node, from the nearest to the module."""
        current = self.parent(node)
        while current is not None:
            yield current
            current = self.parent(current)

    def statement(self, node: cst.CSTNode) -> Statement:
        """The innermost statement that a node belongs to, itself if it is one: a small one rather than its line."""
        for each in (node, *self.above(node)):
            if isinstance(each, (cst.BaseStatement, cst.BaseSmallStatement)):
                return each
        raise NoEditError("it belongs to no statement")

    def line(self, node: cst.CSTNode) -> cst.BaseStatement:
        """The statement of a block that a node belongs to; NoEditError where it shares its lines with another."""
        for each in (node, *self.above(node)):
            if isinstance(each, cst.If) and isinstance(self.parent(each), cst.If):
                continue  # an `elif` is no line of its own
            if isinstance(each, cst.BaseStatement):
                if isinstance(each, cst.SimpleStatementLine) and len(each.body) > 1:
                    raise NoEditError("the statement shares its line with another")
                return each
            if isinstance(each, cst.SimpleStatementSuite):
                raise NoEditError("the statement shares its line with another")
        raise NoEditError("it belongs to no statement")

    def block(self, node: cst.CSTNode) -> cst.Module | cst.IndentedBlock:
        """The block whose statement a node belongs to; NoEditError as for `line`."""
        block = self.parent(self.line(node))
        if isinstance(block, (cst.Module, cst.IndentedBlock)):
            return block
        raise NoEditError("the statement is in no block")

    def first(self, statement: cst.BaseStatement) -> int:
        """Where the line begins with which a statement does: below its leading comments, above its decorators."""
        leading = getattr(statement, "leading_lines", ())
        return self.outer(leading[-1]).end if leading else self.outer(statement).start

    def indent(self, node: cst.CSTNode) -> tuple[str, ...]:
        """What each block around a node adds to its indentation, from the outermost."""
        # The cases of a `match` are indented without a block of their own.
        blocks = [each for each in self.above(node) if isinstance(each, (cst.IndentedBlock, cst.Match))]
        default = self.module.default_indent
        return tuple(default if each.indent is None else each.indent for each in reversed(blocks))

    def step(self, node: cst.CSTNode) -> str:
        """What one more block inside a node's block adds: as much as that block does itself, else as most blocks do."""
        around = self.indent(node)
        return around[-1] if around and around[-1] else self.usual_step

    @cached_property
    def usual_step(self) -> str:
        """What most blocks add; libcst takes what the first one does."""
        default = self.module.default_indent
        blocks = Counter(each.indent or default for each in self._climbed.blocks)
        return blocks.most_common(1)[0][0] if blocks else default

    def written(self, new: cst.CSTNode, at: cst.CSTNode) -> str:
        """A new node as it would be written where ``at`` stands: with that indentation, the module's step and newline."""
        state = CodegenState(self.module.default_indent, self.module.default_newline)
        state.indent_tokens.extend(self.indent(at))
        with deeply():
            new._codegen(state)  # noqa: SLF001
        return "".join(state.tokens)


class _Climber(CodegenState):
    """A pass of the generator that notes what is being written when a node begins, and the blocks."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.parents: dict[int, cst.CSTNode] = {}
        self.blocks: list[cst.IndentedBlock] = []
        self._open: list[cst.CSTNode] = []

    def before_codegen(self, node: cst.CSTNode) -> None:
        if self._open:
            self.parents[id(node)] = self._open[-1]
        if isinstance(node, cst.IndentedBlock):
            self.blocks.append(node)
        self._open.append(node)

    def after_codegen(self, node: cst.CSTNode) -> None:  # noqa: ARG002  (libcst's signature)
        self._open.pop()
