"""Programs as they are read: the thin tree comes from `ast`, and libcst parses what somebody asks more about.

Most files of a project are read because they import what uses CLIP, and hold nothing to report: `ast` is enough for them, at a
fifth of the price. Where there is a call to speak of, libcst says where it stands, finds the words around it, and makes repairs.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from clip_lint.core.bounds import check
from clip_lint.syntax import nodes
from clip_lint.syntax.from_ast import from_ast
from clip_lint.syntax.problem import UnparsableError

if TYPE_CHECKING:
    import libcst as cst

    from clip_lint.syntax.calls import Calls
    from clip_lint.syntax.parse import Program


_SECONDS_A_CHARACTER = 4e-6
"""What libcst takes for a program, on a machine that has other work too; nothing interrupts it."""


class Outlined:
    """A program of which there is only the thin tree until more is asked for. It looks like a `Program` to who reads it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree, self._ground = from_ast(text, self._exact_tree)

    @cached_property
    def exact(self) -> Program:
        """The program as libcst has it, where it takes it."""
        from clip_lint.syntax.parse import parse  # noqa: PLC0415  (libcst is slow to load, and many runs need none)

        check(len(self.text) * _SECONDS_A_CHARACTER)
        return parse(self.text)

    @property
    def calls(self) -> Calls | None:
        """The words around its calls; None where libcst does not take the program."""
        return self.exact.calls

    def origin(self, node: nodes.Located) -> cst.CSTNode | None:
        """The node of libcst behind a node of the tree; None where libcst does not take the program."""
        twin = self._ground.twin(node)
        return twin.origin if twin is not None else None

    def _exact_tree(self) -> nodes.Module | None:
        return self.exact.tree if self.exact.spans is not None else None


AnyProgram: TypeAlias = "Outlined | Program"


def outlined(text: str) -> AnyProgram:
    """A program to read; UnparsableError says where and why there is none. What this Python is too old for libcst may take."""
    try:
        return Outlined(text)
    except UnparsableError:
        from clip_lint.syntax.parse import parse  # noqa: PLC0415

        return parse(text)


def parse_expression(text: str) -> nodes.expr:
    """An expression that stands in a string, such as an annotation; UnparsableError where it is none. It has no place."""
    if not text.strip():
        raise UnparsableError("it is empty")
    statement = from_ast(f"({text}\n)", lambda: None)[0].body
    if len(statement) != 1 or not isinstance(statement[0], nodes.Expr):
        raise UnparsableError("it is no expression")
    return statement[0].value
