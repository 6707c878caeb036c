"""Repairs as edits: a pair of an old and a new node, statements put in or taken out, or what a transformer changed.

All give `Change`s, by offsets in the program's text and as small as can be; `edits` turns those into what reports print.
"""

from __future__ import annotations

import re
from dataclasses import fields
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from clip_lint.core.finding import Edit
from clip_lint.syntax.spans import NoEditError, Spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from clip_lint.core.place import Position
    from clip_lint.syntax.lines import Lines

_WORD = re.compile(r"\w")


class Change(NamedTuple):
    """Replace the program's characters from ``start`` to ``end`` by ``text``."""

    start: int
    end: int
    text: str


def replaced(spans: Spans, old: cst.CSTNode, new: cst.CSTNode) -> Change:
    """``new`` where ``old`` stands: the text of the new one, less what both begin and end with.

    The new node brings its own parentheses and, as a statement, its own leading lines: ``old.with_changes(...)`` keeps
    what ``old`` has. Parts that are no expression or statement of their own (an argument, an element, a decorator) work
    as well; what is written is then the expression or statement around them.
    """
    while not _stands_alone(old):
        above = spans.parent(old)
        if above is None:
            break
        new = _with(above, old, new)
        old = above
    start, end = spans.outer(old)
    return trimmed(spans.text, Change(start, end, spans.written(new, old)))


def inserted(
    spans: Spans,
    statements: Sequence[cst.BaseStatement],
    *,
    before: cst.CSTNode | None = None,
    after: cst.CSTNode | None = None,
) -> Change:
    """Statements on lines of their own, before or after the statement of a node (one of both is given).

    ``before`` puts them between the statement and its leading comments. NoEditError where the statement shares its line.
    """
    at = before if before is not None else after
    if at is None:
        raise TypeError("a place to insert at is needed")
    line = spans.line(at)
    spans.block(line)
    text = "".join(spans.written(statement, line) for statement in statements)
    offset = spans.first(line) if before is not None else spans.outer(line).end
    if offset and spans.text[offset - 1] not in "\r\n":  # the end of a file without a last line end
        newline = spans.module.default_newline
        text = newline + text.removesuffix(newline)
    return Change(offset, offset, text)


def removed(spans: Spans, statement: cst.CSTNode) -> Change:
    """The line of a statement taken out, its leading comments left; ``pass`` where it is all that a block holds."""
    line = spans.line(statement)
    block = spans.block(line)
    start, end = spans.first(line), spans.outer(line).end
    if len(block.body) > 1 or isinstance(block, cst.Module):
        return Change(start, end, "")
    stand_in = cst.SimpleStatementLine([cst.Pass()])
    text = spans.written(stand_in, line)
    if not spans.text[start:end].endswith(("\r", "\n")):
        text = text.removesuffix(spans.module.default_newline)
    return trimmed(spans.text, Change(start, end, text))


def differences(spans: Spans, module: cst.Module) -> tuple[Change, ...]:
    """What a transformer changed: the module as it is now against the program as it was, one change for each run of lines."""
    old, new = _lines(spans.text), _lines(module.code)
    changes = []
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    for kind, first, last, new_first, new_last in _opcodes(old, new):
        if kind != "equal":
            text = "".join(new[new_first:new_last])
            changes.append(trimmed(spans.text, Change(starts[first], starts[last], text)))
    return tuple(changes)


def applied(text: str, changes: Iterable[Change]) -> str:
    """A text with changes made; NoEditError where two of them meet."""
    parts = []
    position = 0
    for change in sorted(dict.fromkeys(changes)):
        if change.start < position:
            raise NoEditError("two changes meet")
        parts += [text[position : change.start], change.text]
        position = change.end
    return "".join([*parts, text[position:]])


def edits(
    lines: Lines, changes: Iterable[Change], position: Callable[[int, int], tuple[int, Position]]
) -> tuple[Edit, ...]:
    """Changes as reports have them, by notebook cell, line and column; NoEditError where one goes beyond its cell.

    ``position`` gives cell and position of a program line (from 1) and a column in code points (from 0).
    """
    found = []
    for change in dict.fromkeys(changes):
        if not change.text and change.start == change.end:
            continue
        cell, start = position(*lines.at(change.start))
        last, end = position(*lines.at(change.end))
        if cell != last:
            raise NoEditError("the change would span several cells")
        found.append(Edit(start, end, change.text, cell))
    return tuple(found)


def trimmed(text: str, change: Change) -> Change:
    """A change without what the old and the new text begin and end with; words are never cut in two."""
    start, end, new = change
    old = text[start:end]
    if old == new:
        return Change(start, start, "")
    least = min(len(old), len(new))
    front = next((index for index in range(least) if old[index] != new[index]), least)
    while front and _cuts_word(old, front, new):
        front -= 1
    least -= front
    back = next((index for index in range(least) if old[-1 - index] != new[-1 - index]), least)
    while back and _cuts_word(old, len(old) - back, new, len(new) - back):
        back -= 1
    return Change(start + front, end - back, new[front : len(new) - back])


def _cuts_word(old: str, at: int, new: str, at_new: int | None = None) -> bool:
    return _within_word(old, at) or _within_word(new, at if at_new is None else at_new)


def _within_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and bool(_WORD.match(text[at - 1]) and _WORD.match(text[at]))


def _stands_alone(node: cst.CSTNode) -> bool:
    """Whether libcst writes a node the same wherever it stands: others are told by those above about commas and the like."""
    return isinstance(
        node, (cst.BaseExpression, cst.BaseStatement, cst.BaseSmallStatement, cst.Module)
    ) and not isinstance(node, (cst.BaseElement, cst.BaseDictElement))


def _with(above: cst.CSTNode, old: cst.CSTNode, new: cst.CSTNode) -> cst.CSTNode:
    """A node with one of its own children replaced."""
    for name in (field.name for field in fields(above)):
        value = getattr(above, name)
        if value is old:
            return above.with_changes(**{name: new})
        if isinstance(value, (tuple, list)) and any(each is old for each in value):
            return above.with_changes(**{name: [new if each is old else each for each in value]})
    raise NoEditError("the node is not where its parent says")


def _lines(text: str) -> list[str]:
    """The lines with their ends; `str.splitlines` would also break at form feeds and other marks."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _opcodes(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """`SequenceMatcher.get_opcodes` of what lies between the lines that both begin and end with."""
    least = min(len(old), len(new))
    front = next((index for index in range(least) if old[index] != new[index]), least)
    least -= front
    back = next((index for index in range(least) if old[-1 - index] != new[-1 - index]), least)
    matcher = SequenceMatcher(
        None, old[front : len(old) - back], new[front : len(new) - back], autojunk=False
    )
    return [
        (kind, first + front, last + front, new_first + front, new_last + front)
        for kind, first, last, new_first, new_last in matcher.get_opcodes()
    ]
