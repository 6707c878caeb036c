"""What can be asked of a text without libcst, which takes a third of a second to load and ten times as long to parse.

The running Python may be older than the text: what it refuses goes to libcst.
"""

from __future__ import annotations

import ast
import sys
import warnings
from typing import TYPE_CHECKING, Any

from clip_lint.syntax.problem import TOO_DEEP, UnparsableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.syntax import nodes

    SieveTree = ast.Module | nodes.Module


def standard_tree(text: str) -> ast.Module:
    """The tree of the running Python; UnparsableError says where and why there is none."""
    try:
        with warnings.catch_warnings():
            # An invalid escape in a linted file is no business of ours, and must not reach the terminal.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
        message = f"cannot be parsed as {python}: {error.msg}"
        raise UnparsableError(message, error.lineno or 0, error.offset or 0) from None
    except (RecursionError, MemoryError):
        raise UnparsableError(TOO_DEEP) from None
    except ValueError as error:
        raise UnparsableError(f"cannot be parsed: {error}") from None


def compile_fault(text: str, path: str) -> Exception | None:
    """Why the running Python would not compile a program, which is more than to parse it; None where it would."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return error
    return None


def sieve_tree(text: str) -> SieveTree:
    """A tree to look for names and strings in: its nodes are told apart by the names of their classes."""
    try:
        return standard_tree(text)
    except UnparsableError:
        from clip_lint.syntax.parse import parse  # noqa: PLC0415  (few files need it)

        return parse(text).tree


def is_python(text: str) -> bool:
    """Whether a text can be parsed."""
    try:
        sieve_tree(text)
    except UnparsableError:
        return False
    return True


def strings(text: str) -> Iterator[str]:
    """The string constants of a program, wherever they stand; none where it is not Python."""
    try:
        pending: list[Any] = [sieve_tree(text)]
    except UnparsableError:
        return
    for node in pending:
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, (list, tuple)):
                pending += [each for each in value if hasattr(each, "_fields")]
            elif isinstance(value, str) and name == "value":
                yield value
            elif hasattr(value, "_fields"):
                pending.append(value)


def same_program(one: str, other: str) -> bool:
    """Whether two texts are the same program, comments and layout aside; UnparsableError where one is none."""
    trees = [sieve_tree(text) for text in (one, other)]
    first, second = (ast.dump(tree) if isinstance(tree, ast.Module) else repr(tree) for tree in trees)
    return first == second
