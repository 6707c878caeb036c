"""Statements that became too long, laid out over several lines as formatters do it, where that is plain; others stay as they are."""

from __future__ import annotations

import ast
import re
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from clip_lint.syntax.layouts import AsItIsError, Layout, parts_of
from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.standard import standard_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILLED = re.compile(r"""#|(["']).{40,}\1""")
_ALIKE = 24
"""So many first characters tell that a line is one that was there before."""

_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")


def keeps_to(text: str, limit: int) -> bool:
    """Whether the lines of a program are no longer than that, those aside that a text or a comment fills."""
    long = {
        number
        for number, line in enumerate(text.split("\n"), 1)
        if len(line) > limit and not _FILLED.search(line)
    }
    return not long or long <= _in_texts(text)


def _in_texts(text: str) -> set[int]:
    """The lines inside texts of several lines, such as docstrings."""
    try:
        nodes = ast.walk(standard_tree(text))
    except UnparsableError:
        return set()
    return {
        number
        for node in nodes
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno != node.lineno
        for number in range(node.lineno, (node.end_lineno or 0) + 1)
    }


def wrapped(before: str, after: str, limit: int) -> str:
    r"""A program (``\n`` line ends) whose changed lines keep to ``limit``, as far as they did before and it can be done."""
    try:
        tree = standard_tree(after)
    except UnparsableError:
        return after
    lines = after.split("\n")
    grown = {*_grown(before.split("\n"), lines, limit), *_opened_anew(before, lines, limit)}
    if not grown or not all(map(_is_indented_by_four, ast.walk(tree))):
        return after
    meant = ast.dump(tree)
    whole = {
        number: each for each in _spread(tree) for number in range(each.lineno - 1, each.end_lineno or 0)
    }
    places = _places(tree)
    done: set[int] = set()
    for number in sorted(grown, reverse=True):
        statement = whole.get(number)
        if number in done:
            continue
        if statement is not None:
            first, last = statement.lineno - 1, statement.end_lineno or 0
            anew = _anew(lines[first:last], limit)
            if anew is not None:
                lines[first:last] = anew
                done.update(range(first, last))
                continue
        if len(lines[number]) <= limit:
            continue
        for node in places.get(number, ()):
            try:
                lines[number : number + 1] = _laid_out(node, lines[number], number + 1, limit)
                break
            except AsItIsError:
                continue
    made = "\n".join(lines)
    try:
        is_same = ast.dump(standard_tree(made)) == meant
    except UnparsableError:
        return after
    return made if is_same else after


def _opened_anew(before: str, new: list[str], limit: int) -> Iterator[int]:
    """The first lines of what changed in statements of several lines that stood as formatters put them."""
    old = before.split("\n")
    changed = [
        each for each in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if each[0] == "replace"
    ]
    if not changed:
        return
    try:
        spread = list(_spread(standard_tree(before)))
    except UnparsableError:
        return
    for _, start, end, first, _ in changed:
        for each in spread:
            lines = old[each.lineno - 1 : each.end_lineno]
            if each.lineno - 1 < end and start < (each.end_lineno or 0) and _anew(lines, limit) == lines:
                yield first


def _spread(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements without a block that stand on several lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not hasattr(node, "body") and node.end_lineno != node.lineno:
            yield node


def _anew(lines: list[str], limit: int) -> list[str] | None:
    """A statement of several lines laid out from the beginning; None where it holds comments, long strings or a last comma."""
    joined = lines[0]
    for before, after in pairwise(map(str.strip, lines)):
        is_closing = after.startswith(_CLOSING)
        if before.endswith(("\\", '"""', "'''")) or (before.endswith(",") and is_closing):
            return None
        joined += ("" if is_closing or before.endswith(_OPENING) or after.startswith(".") else " ") + after
    try:
        trees = [standard_tree(f"if 1:\n{each}") for each in ("\n".join(lines), joined)]
    except UnparsableError:
        return None
    if "#" in joined or ast.dump(trees[0]) != ast.dump(trees[1]):
        return None
    if len(joined) <= limit:
        return [joined]
    block = trees[1].body[0]
    try:
        return _laid_out(block.body[0], joined, 2, limit) if isinstance(block, ast.If) else None
    except AsItIsError:
        return None


def _grown(old: list[str], new: list[str], limit: int) -> Iterator[int]:
    """The lines that are too long and were not, or were not there, before."""
    if all(len(line) <= limit for line in new):
        return
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        long = {line.strip()[:_ALIKE] for line in old[start:end] if len(line) > limit}
        yield from (
            number
            for number in range(first, last)
            if len(new[number]) > limit and new[number].strip()[:_ALIKE] not in long
        )


def _is_indented_by_four(node: ast.AST) -> bool:
    """Whether a block, if a node has one, stands as formatters put it."""
    body = getattr(node, "body", None)
    if not isinstance(node, ast.stmt) or not isinstance(body, list):
        return True
    return bool(body[0].lineno == node.lineno or body[0].col_offset == node.col_offset + 4)


def _places(tree: ast.Module) -> dict[int, list[ast.AST]]:
    """The statements that stand on one line, and the calls of which arguments stand on a line of their own, by that line."""
    found: dict[int, list[ast.AST]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            found.setdefault(node.lineno - 1, []).append(node)
        elif isinstance(node, (ast.Call, ast.List, ast.Set)) and node.end_lineno != node.lineno:
            for number in {each.lineno for each in parts_of(node)} - {node.lineno}:
                found.setdefault(number - 1, []).insert(0, node)  # the innermost first
    return found


def _laid_out(node: ast.AST, line: str, number: int, limit: int) -> list[str]:
    """The lines of a statement that stands on one, or of arguments that do."""
    layout = Layout(line, limit, number)
    indent = len(line) - len(line.lstrip())
    if "\t" in line[:indent]:
        raise AsItIsError
    if not isinstance(node, ast.stmt):
        return layout.arguments(node, indent)
    value = _value(node) if node.col_offset == len(line[:indent].encode()) else None
    if value is None or value.lineno != node.lineno or value.end_lineno != value.lineno:
        raise AsItIsError
    tail = ":" if isinstance(node, _HEADS) else ""
    start = layout.start(value)
    head = line[indent:start]
    if isinstance(value, ast.Await):
        value = value.value
        head += line[start : layout.start(value)]
    if head.endswith("= (") and line[layout.end(value) :].rstrip() == ")":
        bare = f"{line[: start - 1]}{line[start : layout.end(value)]}"
        anew = _anew([bare], limit)  # they are there for several lines only
        if anew is None:
            raise AsItIsError
        return anew
    if line[layout.end(value) :].rstrip() != tail:
        raise AsItIsError  # it shares its line, or has a comment
    try:
        return layout.split(value, indent, head, tail)
    except AsItIsError:
        if isinstance(node, (*_HEADS, ast.Raise, ast.Expr)):
            raise
        return layout.in_parentheses(value, indent, head)


_HEADS = (ast.If, ast.While, ast.For, ast.AsyncFor)


def _value(node: ast.stmt) -> ast.expr | None:
    """The expression that makes a statement long."""
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)):
        return node.value
    if isinstance(node, ast.Raise):
        return node.exc if node.cause is None else None
    if isinstance(node, (ast.If, ast.While)):
        return node.test
    return node.iter if isinstance(node, (ast.For, ast.AsyncFor)) else None
