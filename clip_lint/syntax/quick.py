"""What can be asked of a text without libcst, which takes a third of a second to load and ten times as long to parse.

The running Python may be older than the text: what it refuses goes to libcst.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.standard import standard_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.syntax import nodes

    SieveTree = ast.Module | nodes.Module


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
