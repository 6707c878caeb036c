"""Statements that became too long, laid out over several lines as formatters do it; what cannot be laid out stays as it is."""

from __future__ import annotations

import ast
import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from clip_lint.syntax.layouts import laid_out
from clip_lint.syntax.leaves import AsItIsError, leaves_of
from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.standard import standard_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FILLED = re.compile(r"""#|(["']).{40,}\1""")
_ALIKE = 24
"""So many first characters tell that a line is one that was there before."""
_WIDTHS = (88, 100, 120)
"""How long lines are where people keep to something."""
_SHORTEST = 79
_FEW = 20
"""One line in so many may be longer than the others."""
_TWO_OPEN = re.compile(r"[(\[{][\w.]*[(\[{]$")
_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")


class Width(NamedTuple):
    """How long the lines of a file may be, and what even those that are longer must not grow beyond."""

    limit: int
    others: tuple[int, ...] = ()


def usual_width(text: str) -> Width | None:
    """What the lines of a program keep to, but a few and those that a text or a comment fills; None for nothing."""
    lines = text.split("\n")
    lengths = {
        number: len(line.expandtabs(4))
        for number, line in enumerate(lines, 1)
        if len(line) > _SHORTEST and not _FILLED.search(line)
    }
    if lengths:
        for number in _in_texts(text):
            lengths.pop(number, None)
    elif _is_parted_early(text):
        return Width(_SHORTEST)
    for limit in _WIDTHS:
        if sum(each > limit for each in lengths.values()) <= len(lines) // _FEW:
            return Width(limit, tuple(each for each in _WIDTHS if each > limit))
    return None


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


def _is_parted_early(text: str) -> bool:
    """Whether statements stand on several lines that the usual width has room for."""
    try:
        spread = list(_spread(standard_tree(text)))
    except UnparsableError:
        return False
    lines = text.split("\n")
    joined = (_joined(lines[each.lineno - 1 : each.end_lineno]) for each in spread)
    return any(each is not None and _SHORTEST < len(each) <= _WIDTHS[0] for each in joined)


def wrapped(before: str, after: str, width: Width) -> str:
    r"""A program (``\n`` line ends) whose changed lines keep to a width, as far as they did before and it can be done."""
    if "\r" in before or "\r" in after:
        return after  # the parser counts lines that end so
    try:
        tree = standard_tree(after)
    except UnparsableError:
        return after
    lines = after.split("\n")
    old = before.split("\n")
    grown = {*_grown(old, lines, width), *_opened_anew(before, lines, width.limit)}
    nested = set(_nested(old, lines))
    if not grown | nested:
        return after
    meant, unit = ast.dump(tree), _unit(tree, lines)
    whole = {number: each for each in _statements(tree) for number in each}
    done: set[int] = set()
    for number in sorted(grown | nested, reverse=True):
        own = whole.get(number)
        if own is None or number in done:
            continue
        before_it = lines[own.start : own.stop]
        anew = _anew(before_it, width.limit, unit, has_commas=number in nested)
        if anew is None:
            again = _anew(before_it, width.limit, unit, has_commas=True) or []
            anew = again if _last_commas(again) >= _last_commas(before_it) > 0 else None
        if anew is not None:
            lines[own.start : own.stop] = anew
            done.update(own)
        elif len(own) > 1 and len(lines[number]) > width.limit:
            lines[number : number + 1] = _part(before_it, number - own.start, width.limit, unit)
    made = "\n".join(lines)
    try:
        is_same = ast.dump(standard_tree(made)) == meant
    except UnparsableError:
        return after
    return made if is_same else after


def _statements(tree: ast.Module) -> Iterator[range]:
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


def _unit(tree: ast.Module, lines: Sequence[str]) -> str:
    """What blocks are indented by."""
    steps = Counter(
        lines[body[0].lineno - 1][node.col_offset : body[0].col_offset]
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and isinstance(body := getattr(node, "body", None), list)
        if body and body[0].lineno != node.lineno
    )
    return steps.most_common(1)[0][0] if steps else " " * 4


def _opened_anew(before: str, new: list[str], limit: int) -> Iterator[int]:
    """The first lines of what changed in statements of several lines that stood as formatters put them."""
    old = before.split("\n")
    changed = [
        each for each in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if each[0] == "replace"
    ]
    if not changed:
        return
    try:
        tree = standard_tree(before)
    except UnparsableError:
        return
    unit, spread = _unit(tree, old), list(_spread(tree))
    for _, start, end, first, last in changed:
        for each in spread:
            lines = old[each.lineno - 1 : each.end_lineno]
            if (
                each.lineno - 1 < end
                and start < (each.end_lineno or 0)
                and _anew(lines, limit, unit) == lines
            ):
                yield first
                yield from _moved(lines, new, range(first, last))


def _moved(statement: Sequence[str], new: Sequence[str], among: range) -> Iterator[int]:
    """Where a statement begins that only stands deeper now."""
    wanted = [each.strip() for each in statement]
    for number in among:
        if [each.strip() for each in new[number : number + len(wanted)]] == wanted:
            yield number


def _spread(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements without a block that stand on several lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not hasattr(node, "body") and node.end_lineno != node.lineno:
            yield node


def _joined(lines: Sequence[str], *, has_commas: bool = False) -> str | None:
    """A statement of several lines on one; None where it holds comments, long texts or (but for ``has_commas``) a last comma."""
    joined = lines[0]
    for before, after in pairwise(map(str.strip, lines)):
        is_closing = after.startswith(_CLOSING)
        if before.endswith(("\\", '"""', "'''")) or "#" in before:
            return None
        if is_closing and before.endswith(","):
            if not has_commas or before == ",":
                return None
            joined = joined.rstrip().removesuffix(",")
        joined += ("" if is_closing or before.endswith(_OPENING) or after.startswith(".") else " ") + after
    return joined


def _last_commas(lines: Sequence[str]) -> int:
    """How many lists of arguments end in a comma: they were parted for good."""
    pairs = pairwise(each.strip() for each in lines)
    return sum(before.endswith(",") and after.startswith(_CLOSING) for before, after in pairs)


def _anew(lines: list[str], limit: int, unit: str, *, has_commas: bool = False) -> list[str] | None:
    """A statement laid out from the beginning, its comment behind it; None where that is not possible."""
    joined = _joined(lines, has_commas=has_commas)
    if joined is None:
        return None
    code, comment = _parted(joined)
    text = code.strip()
    indent = code[: len(code) - len(code.lstrip())]
    try:
        anew = laid_out(text, indent, limit, "\t" if "\t" in indent else unit)
        if len(lines) == 1 and len(anew) == 1 and len(code) > limit:
            return None
    except AsItIsError:
        return None
    anew[-1] += comment
    return anew if _meaning(anew) == _meaning(lines) is not None else None


def _part(lines: list[str], index: int, limit: int, unit: str) -> list[str]:
    """One line of a statement of several, laid out as what stands between brackets."""
    line = lines[index]
    code, comment = _parted(line)
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
    return anew if _meaning(made) == _meaning(lines) is not None else [line]


def _parted(line: str) -> tuple[str, str]:
    """A line without its comment, and the comment with the blanks before it."""
    try:
        leaves = leaves_of(line.strip()) if "#" in line else []
    except AsItIsError:
        return line.rstrip(), ""
    if not leaves:
        return line.rstrip(), ""
    end = len(line) - len(line.lstrip()) + sum(len(each.gap) + len(each.text) for each in leaves)
    return line[:end], line[end:].rstrip()


def _meaning(lines: list[str]) -> str | None:
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


def _grown(old: list[str], new: list[str], width: Width) -> Iterator[int]:
    """The lines that are too long and were not, or were not there, before."""
    if all(len(line) <= width.limit for line in new):
        return
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        lengths: dict[str, int] = {}
        for line in old[start:end]:
            key = line.strip()[:_ALIKE]
            lengths[key] = max(lengths.get(key, 0), _length(line))
        for number in range(first, last):
            length = _length(new[number])
            before = lengths.get(new[number].strip()[:_ALIKE], 0)
            is_far = any(before < length > each for each in width.others)
            if before <= width.limit < length or is_far:
                yield number


def _nested(old: list[str], new: list[str]) -> Iterator[int]:
    """The lines at whose end a call opens inside another, as it did not before."""
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "replace" and not any(_TWO_OPEN.search(line.rstrip()) for line in old[start:end]):
            yield from (number for number in range(first, last) if _TWO_OPEN.search(new[number].rstrip()))


def _length(line: str) -> int:
    """How long the code of a line is, its comment left out."""
    return len(_parted(line)[0].expandtabs(4))
