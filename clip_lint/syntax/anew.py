"""Single statements laid out from the beginning as formatters do it, and what they look like when they are joined."""

from __future__ import annotations

import ast
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from clip_lint.syntax.layouts import laid_out
from clip_lint.syntax.leaves import AsItIsError, leaves_of
from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.standard import standard_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BRACKETED = re.compile(r"(\s*(?:return |[^=()\"']*,[^=()\"']* = ))\((.*[^,])\)")
_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")


def spread(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements without a block that stand on several lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not hasattr(node, "body") and node.end_lineno != node.lineno:
            yield node


def ranges(tree: ast.Module) -> Iterator[range]:
    """The lines (from 0) of statements that share none with another, and of the heads of those with a block."""
    every = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    begun = Counter(node.lineno for node in every)
    for node in every:
        last = node.end_lineno or 0
        if isinstance(node, (ast.If, ast.While)):
            last = node.test.end_lineno or 0
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            last = node.iter.end_lineno or 0
        elif hasattr(node, "body") or hasattr(node, "cases"):
            continue
        if begun[node.lineno] == 1 and begun[last] <= (last == node.lineno):
            yield range(node.lineno - 1, last)


def unit_of(tree: ast.Module, lines: Sequence[str]) -> str:
    """What blocks are indented by."""
    steps = Counter(
        lines[body[0].lineno - 1][node.col_offset : body[0].col_offset]
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and isinstance(body := getattr(node, "body", None), list)
        if body and body[0].lineno != node.lineno
    )
    return steps.most_common(1)[0][0] if steps else " " * 4


def joined(lines: Sequence[str], *, has_commas: bool = False) -> str | None:
    """A statement of several lines on one; None where it holds comments, long texts or (but for ``has_commas``) a last comma."""
    whole = lines[0]
    for before, after in pairwise(map(str.strip, lines)):
        is_closing = after.startswith(_CLOSING)
        if before.endswith(("\\", '"""', "'''")) or "#" in before:
            return None
        if is_closing and before.endswith(","):
            if not has_commas or before == ",":
                return None
            whole = whole.rstrip().removesuffix(",")
        whole += ("" if is_closing or before.endswith(_OPENING) or after.startswith(".") else " ") + after
    return whole


def last_commas(lines: Sequence[str]) -> int:
    """How many lists of arguments end in a comma: they were parted for good."""
    pairs = pairwise(each.strip() for each in lines)
    return sum(before.endswith(",") and after.startswith(_CLOSING) for before, after in pairs)


def laid_anew(lines: list[str], limit: int, unit: str, *, has_commas: bool = False) -> list[str] | None:
    """A statement laid out from the beginning, its comment behind it; None where that is not possible."""
    whole = joined(lines, has_commas=has_commas)
    if whole is None:
        return None
    code, comment = without_comment(whole)
    text = code.strip()
    indent = code[: len(code) - len(code.lstrip())]
    try:
        anew = laid_out(text, indent, limit, "\t" if "\t" in indent else unit)
        if len(lines) == 1 and len(anew) == 1 and len(code) > limit:
            return None
    except AsItIsError:
        return None
    anew[-1] += comment
    return anew if meaning(anew) == meaning(lines) is not None else None


def unbracketed(line: str) -> str:
    """A line without the brackets round a tuple that is returned or unpacked: they were there for the sake of several lines."""
    found = _BRACKETED.fullmatch(line)
    bare = found[1] + found[2] if found is not None else line
    return bare if meaning([bare]) == meaning([line]) is not None else line


def part(lines: list[str], index: int, limit: int, unit: str) -> list[str]:
    """One line of a statement of several, laid out as what stands between brackets."""
    line = lines[index]
    code, comment = without_comment(line)
    indent = code[: len(code) - len(code.lstrip())]
    if not index or comment or len(lines) <= index + 1:
        return [line]
    if not (code.endswith(",") or lines[index + 1].lstrip().startswith(_CLOSING)):
        return [line]
    try:
        anew = laid_out(code.strip(), indent, limit, "\t" if "\t" in indent else unit, inside=True)
    except AsItIsError:
        return [line]
    made = [*lines[:index], *anew, *lines[index + 1 :]]
    return anew if meaning(made) == meaning(lines) is not None else [line]


def without_comment(line: str) -> tuple[str, str]:
    """A line without its comment, and the comment with the blanks before it."""
    try:
        leaves = leaves_of(line.strip()) if "#" in line else []
    except AsItIsError:
        return line.rstrip(), ""
    if not leaves:
        return line.rstrip(), ""
    end = len(line) - len(line.lstrip()) + sum(len(each.gap) + len(each.text) for each in leaves)
    return line[:end], line[end:].rstrip()


def meaning(lines: list[str]) -> str | None:
    """What a statement means, however it is laid out; the head of one with a block counts as one."""
    text = "\n".join(lines)
    if lines[0][:1].isspace():
        text = f"if 1:\n{text}"
    for each in (text, f"{text} pass"):
        try:
            return ast.dump(standard_tree(each))
        except UnparsableError:
            continue
    return None


def length_of(line: str) -> int:
    """How long the code of a line is, its comment left out."""
    return len(without_comment(line)[0].expandtabs(4))
