"""Text -> program, with every way in which that fails turned into one kind of error."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.syntax.comments import comments_of, tokenized_comments
from clip_lint.syntax.from_ast import lowered_from_ast
from clip_lint.syntax.layout import Lines
from clip_lint.syntax.lowering import LoweringError, lowered
from clip_lint.syntax.nesting import is_too_deep
from clip_lint.syntax.positions import Positions
from clip_lint.syntax.recursion import deeply
from clip_lint.syntax.spans import Spans

if TYPE_CHECKING:
    from clip_lint.syntax import nodes
    from clip_lint.syntax.comments import Comment

_BOM = "\ufeff"
_STOPPED = re.compile(r"error at (\d+):(\d+)")
_INDENTED = re.compile(r"^[ \f]*\t", re.MULTILINE)
_TOKEN = re.compile(r"\w+$|[^\w\s]+$")


class UnparsableError(Exception):
    """The text is not Python; ``line`` and ``column`` count from 1, 0 where unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Program:
    """A program that was parsed: its text, the thin tree that reading walks, and libcst's tree behind it.

    ``spans`` answers what codemods ask of libcst's tree; None where libcst did not take the program: it is then made
    from `ast`, and can be linted but not fixed.
    """

    text: str
    tree: nodes.Module
    spans: Spans | None = None

    @classmethod
    def of(cls, module: cst.Module) -> Program:
        """The program of a tree that libcst has parsed: the origins of the thin nodes are nodes of this very tree."""
        try:
            return _program(module.code, module)
        except LoweringError as error:
            raise UnparsableError(f"cannot be parsed: {error}") from None

    @property
    def module(self) -> cst.Module | None:
        """The tree that libcst made, None where it made none."""
        return self.spans.module if self.spans is not None else None

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """All comments, in order."""
        if self.spans is None:
            return tokenized_comments(self.text)
        return comments_of(self.spans.layout, self.spans.lines)


def parse(text: str) -> Program:
    r"""The program of a text with ``\n`` line ends; UnparsableError says where and why there is none.

    libcst is asked first, which knows the syntax of all Pythons. What it does not take, the running Python may.
    """
    refusal: Exception | None = None
    if not text.startswith(_BOM) and not is_too_deep(text):
        try:
            return _program(text, cst.parse_module(text))
        except (cst.ParserSyntaxError, cst.CSTValidationError, LoweringError, UnicodeError) as error:
            refusal = error
        except RecursionError:
            raise UnparsableError("cannot be parsed: it is nested too deeply") from None
    tree = _standard_tree(text, refusal)
    try:
        with deeply():
            return Program(text, lowered_from_ast(tree, Lines(text)))
    except RecursionError:
        raise UnparsableError("cannot be parsed: it is nested too deeply") from None


def is_python(text: str) -> bool:
    """Whether a text can be parsed; `ast` is the quicker one to ask first."""
    try:
        _standard_tree(text)
    except UnparsableError:
        try:
            parse(text)
        except UnparsableError:
            return False
    return True


def _program(text: str, module: cst.Module) -> Program:
    spans = Spans(module)
    # libcst keeps indentation as what each block adds: not all mixtures of tabs and blanks come out as they went in.
    if _INDENTED.search(text) and spans.text != text:
        raise LoweringError("its indentation mixes tabs and blanks", module)
    with deeply():
        return Program(text, lowered(module, Positions(spans)), spans)


def _standard_tree(text: str, refusal: Exception | None = None) -> ast.Module:
    """The tree of the standard library; UnparsableError says why there is none, ``refusal`` what libcst said."""
    try:
        with warnings.catch_warnings():
            # An invalid escape in a linted file is no business of ours, and must not reach the terminal.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        raise _explained(text, error, refusal) from None
    except (RecursionError, MemoryError):
        raise UnparsableError("cannot be parsed: it is nested too deeply") from None
    except ValueError as error:
        raise UnparsableError(f"cannot be parsed: {error}") from None


def _explained(text: str, error: SyntaxError, refusal: Exception | None) -> UnparsableError:
    """Python's words for what is wrong, unless libcst came further: then Python is too old for what stands before."""
    line = error.lineno or 0
    stopped = _STOPPED.search(str(refusal)) if isinstance(refusal, cst.ParserSyntaxError) else None
    if stopped is not None and int(stopped[1]) > line + 1:
        further, end = int(stopped[1]), int(stopped[2])
        before = text.split("\n")[further - 1][:end]
        token = _TOKEN.search(before.rstrip())
        shown = f"`{token[0]}`" if token else "end of line"
        return UnparsableError(
            f"cannot be parsed: unexpected {shown}", further, (token.start() if token else end) + 1
        )
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    return UnparsableError(f"cannot be parsed as {python}: {error.msg}", line, error.offset or 0)
