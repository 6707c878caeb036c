"""Text -> program, with every way in which that fails turned into one kind of error."""

from __future__ import annotations

import gc
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import libcst as cst

from clip_lint.core.bounds import check
from clip_lint.syntax.calls import Calls
from clip_lint.syntax.comments import comments_of, tokenized_comments
from clip_lint.syntax.from_ast import from_ast
from clip_lint.syntax.lowering import LoweringError, lowered
from clip_lint.syntax.nesting import is_too_deep
from clip_lint.syntax.positions import Positions
from clip_lint.syntax.problem import TOO_DEEP, UnparsableError
from clip_lint.syntax.recursion import deeply
from clip_lint.syntax.spans import Spans

if TYPE_CHECKING:
    from clip_lint.syntax import nodes
    from clip_lint.syntax.comments import Comment

_LONG = 20_000
_SECONDS = 15e-6
"""For each token of a long text: the native parser is not interrupted, so it is not begun where no time is left for it."""
_TOKENS = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|#[^\n]*|\w+|[^\w\s]")
_BOM = "\ufeff"
_REFUSALS = (
    cst.ParserSyntaxError,
    cst.CSTValidationError,
    cst.CSTLogicError,
    LoweringError,
    UnparsableError,
    UnicodeError,
    RecursionError,
)
"""How libcst, or what is made of its tree here, says that a program is not taken."""
_STOPPED = re.compile(r"error at (\d+):(\d+)")
_TAB_FIRST = re.compile(r"^[ \f]*\t", re.MULTILINE)
_BLANK_FIRST = re.compile(r"^[\t\f]* ", re.MULTILINE)
_CONVERSION = re.compile(r"!(?:\s+[rsa]|[rsa]\s+)\s*[:}]")
_TOKEN = re.compile(r"\w+$|[^\w\s]$")


@dataclass(frozen=True)
class Program:
    """A program that was parsed: its text, the thin tree that reading walks, and libcst's tree behind it.

    ``spans`` knows libcst's tree; None where libcst did not take the program. It is then made from `ast`, and can be
    linted but not fixed.
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

    def origin(self, node: nodes.Located) -> cst.CSTNode | None:
        """The node of libcst behind a node of the tree; None where libcst did not take the program."""
        return node.origin

    @cached_property
    def editable(self) -> Spans | None:
        """What codemods ask; None where there is no libcst tree, or one that would not be written as the text is."""
        return self.spans if self.spans is not None and _is_same(self.spans.text, self.text) else None

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """All comments, in order."""
        if self.spans is None:
            return tokenized_comments(self.text)
        return comments_of(self.spans.layout, self.spans.lines)

    @cached_property
    def calls(self) -> Calls | None:
        """The words around its calls; None where libcst did not take the program."""
        return Calls(self.spans, self.comments) if self.spans is not None else None


@lru_cache(maxsize=8)
def parse(text: str) -> Program:
    r"""The program of a text with ``\n`` line ends; UnparsableError says where and why there is none.

    libcst is asked first, which knows the syntax of all Pythons. What it does not take, the running Python may. The last few
    programs are kept: a file that is linted is asked for its comments, and parsed for its repairs.
    """
    refusal: Exception | None = None
    parsed = None
    try:
        parsed = _parsed(text)
    except _REFUSALS as error:
        refusal = error
    if parsed is not None and not (_may_differ(text) and parsed.editable is None):
        return parsed
    try:
        return Program(text, from_ast(text, lambda: _exact(text))[0])
    except UnparsableError as error:
        if parsed is not None:
            return parsed  # a little off, on a Python that is too old for it
        raise _explained(text, error, refusal) from None


def _parsed(text: str) -> Program:
    """The program as libcst has it; one of `_REFUSALS` where it does not take it."""
    if text.startswith(_BOM) or is_too_deep(text):
        raise UnparsableError(TOO_DEEP)
    if len(text) > _LONG:
        check(len(_TOKENS.findall(text)) * _SECONDS)
    # Trees are many small objects that all stay: to collect garbage while they are made costs a third more.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _program(text, cst.parse_module(text))
    finally:
        if collects:
            gc.enable()


def _exact(text: str) -> nodes.Module | None:
    try:
        return _parsed(text).tree
    except _REFUSALS:
        return None


def _program(text: str, module: cst.Module) -> Program:
    spans = Spans(module)
    with deeply():
        return Program(text, lowered(module, Positions(spans)), spans)


def _is_same(written: str, text: str) -> bool:
    """Whether libcst writes a text as it is; blanks behind the last line end are no matter, though it drops them."""
    return text.startswith(written) and not text[len(written) :].strip()


def _may_differ(text: str) -> bool:
    """Whether a text may have what libcst does not keep: mixed indentation, page breaks before code, blanks around a conversion."""
    is_mixed = _TAB_FIRST.search(text) is not None and _BLANK_FIRST.search(text) is not None
    return is_mixed or "\f" in text or _CONVERSION.search(text) is not None


def _explained(text: str, error: UnparsableError, refusal: Exception | None) -> UnparsableError:
    """Python's words for what is wrong, unless libcst came further: then Python is too old for what stands before."""
    stopped = _STOPPED.search(str(refusal)) if isinstance(refusal, cst.ParserSyntaxError) else None
    if stopped is None or int(stopped[1]) <= error.line + 1:
        return error
    line, column = int(stopped[1]), int(stopped[2])
    # It stops behind the token that does not fit.
    before = "\n".join([*text.split("\n")[: line - 1], text.split("\n")[line - 1][:column]]).rstrip()
    token = _TOKEN.search(before)
    shown = f" near `{token[0]}`" if token else ""
    return UnparsableError(
        f"cannot be parsed: invalid syntax{shown}",
        before.count("\n") + 1,
        (token.start() if token else len(before)) - before.rfind("\n"),
    )
