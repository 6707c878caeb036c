"""Statements of one line, laid out over several in the way that Black and Ruff share."""

from __future__ import annotations

import keyword
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from clip_lint.syntax.leaves import COMMA, COMPREHENSION, DOT, AsItIsError, Leaf, leaves_of, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONDITIONS = frozenset({"if", "elif", "while"})
_KEYWORDS = frozenset(keyword.kwlist) - {"None", "True", "False"}
_NO_OPERATION = frozenset({"==", "!=", "<=", ">=", ":="})


class _UnpartedError(Exception):
    """A line cannot be parted in one way; there may be others."""


def laid_out(code: str, indent: str, limit: int, unit: str = "    ", *, inside: bool = False) -> list[str]:
    """The lines of a statement, or (``inside`` brackets) of one of their parts; AsItIsError where one would still be too long."""
    leaves = leaves_of(code)
    matches(leaves)
    found = _Layout(limit, unit).lines(leaves if inside else _with_unseen(leaves), indent, inside=inside)
    if any(len(each.expandtabs(4)) > limit for each in found):
        raise AsItIsError
    return found


def _with_unseen(leaves: list[Leaf]) -> list[Leaf]:
    """A statement with the brackets round its value that are there only when it takes several lines."""
    start = _value_start(leaves)
    if start is None or start >= len(leaves):
        return leaves
    end = len(leaves) - 1 if leaves[-1].text == ":" else len(leaves)
    if end <= start:
        return leaves
    value, gap = leaves[start:end], leaves[start].gap or " "
    if _is_wrapped(value):
        value = [replace(value[1], gap=gap), *value[2:-1]]
    elif value[0].text == "(" and matches(value)[0] == len(value) - 1:
        return leaves  # a tuple, or a loop
    first, last = Leaf("", unseen="("), Leaf("", unseen=")")
    return [*leaves[:start], first, *value, last, *leaves[end:]]


def _is_wrapped(value: list[Leaf]) -> bool:
    """Whether a value stands in brackets that say nothing."""
    pairs = matches(value)
    if value[0].text != "(" or pairs[0] != len(value) - 1 or len(value) < 3:
        return False
    inner = value[1:-1]
    priorities = {each.priority for each, depth in _levels(inner) if not depth}
    is_other = any(each.text in ("yield", ":=") and not depth for each, depth in _levels(inner))
    return not (priorities & {COMMA, COMPREHENSION} or is_other)


def _levels(leaves: list[Leaf]) -> Iterator[tuple[Leaf, int]]:
    """Each token with the number of brackets around it; brackets belong to what they enclose."""
    depth = 0
    for each in leaves:
        depth += each.opens
        yield each, depth
        depth -= each.closes


def _value_start(leaves: list[Leaf]) -> int | None:
    """Where the value of a statement begins, if brackets may stand round it."""
    first = leaves[0].text
    if first == "return" or first in _CONDITIONS:
        return 1
    found = None
    for index, (leaf, depth) in enumerate(_levels(leaves)):
        if depth:
            continue
        if first in ("for", "async") and leaf.text == "in":
            return index + 1
        if leaf.text == "lambda":
            break
        if leaf.text.endswith("=") and leaf.text not in _NO_OPERATION:
            found = index + 1
    return found


class _Layout:
    """One width and one step of indentation."""

    def __init__(self, limit: int, unit: str) -> None:
        self._limit = limit
        self._unit = unit

    def lines(self, leaves: list[Leaf], indent: str, *, inside: bool, is_listed: bool = False) -> list[str]:
        """A line, or what it is parted into; what a list or a tuple holds (``is_listed``) stands one below the other."""
        flat = indent + _code(leaves)
        if self._fits(flat) and not is_listed:
            return [flat]
        if inside:
            try:
                return self._parted(leaves, indent)
            except _UnpartedError:
                pass
        try:
            return self._opened(leaves, indent, inside=inside)
        except _UnpartedError:
            return [flat]

    def _fits(self, line: str) -> bool:
        return len(line.expandtabs(4)) <= self._limit

    def _parted(self, leaves: list[Leaf], indent: str) -> list[str]:
        """What stands in brackets, parted at all signs of the kind that binds least."""
        levels = list(_levels(leaves))
        signs = levels[1:-1] if leaves[-1].text == "," else levels[1:]
        priority = max((leaf.priority for leaf, depth in signs if not depth), default=0)
        places = [
            index for index, (leaf, depth) in enumerate(levels) if not depth and leaf.priority == priority
        ]
        places = [each for each in places if each]  # what begins the line does not part it
        if not priority or (priority == DOT and len(places) < 2):
            raise _UnpartedError
        if priority == COMMA:
            if leaves[-1].text != ",":
                leaves, places = [*leaves, Leaf(",")], [*places, len(leaves)]
            places = [each + 1 for each in places]
        ends = [0, *places] if places[-1] == len(leaves) else [0, *places, len(leaves)]
        parts = [leaves[start:end] for start, end in pairwise(ends)]
        return [line for each in parts for line in self.lines(each, indent, inside=True)]

    def _opened(self, leaves: list[Leaf], indent: str, *, inside: bool) -> list[str]:
        """A line parted at a pair of brackets: the last one with which the first line is short enough."""
        made = self._at_brackets(leaves, indent, inside=inside, is_seen=False)
        if any(each.unseen for each in leaves) and not self._fits(made[0]):
            second = self._at_brackets(leaves, indent, inside=inside, is_seen=True)
            if all(map(self._fits, second)):
                return second
        return made

    def _at_brackets(self, leaves: list[Leaf], indent: str, *, inside: bool, is_seen: bool) -> list[str]:
        for omitted in self._omitted(leaves, indent):
            head, body, tail = self._three(leaves, indent, omitted, is_seen=is_seen)
            if self._fits(indent + _code(head)):
                break
        else:
            head, body, tail = self._three(leaves, indent, frozenset(), is_seen=is_seen)
        most = max((leaf.priority for leaf, depth in _levels(body) if not depth), default=0)
        is_listed = most == COMMA and not _is_behind_value(head, len(head) - 1)
        return [
            *self.lines(head, indent, inside=inside),
            *self.lines(body, indent + self._unit, inside=True, is_listed=is_listed),
            *self.lines(tail, indent, inside=inside),
        ]

    def _omitted(self, leaves: list[Leaf], indent: str) -> Iterator[frozenset[int]]:
        """Closing brackets that a line is not parted at: none, then more and more of the last ones."""
        yield frozenset()
        pairs = matches(leaves)
        omitted: set[int] = set()
        inner: set[int] = set()
        length, opening, closing = len(indent.expandtabs(4)), -1, -1
        for index in reversed(range(len(leaves))):
            leaf = leaves[index]
            length += len(leaf.gap) + len(leaf.text)
            if length > self._limit:
                return
            if opening >= 0:
                if index == opening:
                    opening = -1
                elif leaf.closes:
                    inner.add(index)
            elif leaf.closes:
                if index and leaves[index - 1].opens:
                    inner.add(index)
                    continue
                if closing >= 0:
                    omitted |= {closing, *inner}
                    inner.clear()
                    yield frozenset(omitted)
                if leaf.text:
                    opening, closing = pairs[index], index

    def _three(
        self, leaves: list[Leaf], indent: str, omitted: frozenset[int], *, is_seen: bool
    ) -> tuple[list[Leaf], list[Leaf], list[Leaf]]:
        """A line up to a bracket, what the brackets hold, and the rest."""
        pairs = matches(leaves)
        closing = len(leaves) - 1
        while closing >= 0 and (
            not leaves[closing].closes or closing in omitted or pairs[closing] == closing - 1
        ):
            closing -= 1
        if closing < 0:
            raise _UnpartedError
        opening = pairs[closing]
        body = leaves[opening + 1 : closing]
        if leaves[opening].unseen:
            if not is_seen and self._needs_no_brackets(body, indent):
                try:
                    return self._three(leaves, indent, omitted | {closing}, is_seen=is_seen)
                except _UnpartedError:
                    if len(body) < 2 and not self._fits(indent + self._unit + _code(body)):
                        raise
            head = [*leaves[:opening], Leaf("(", " ")]
            return head, body, [Leaf(")"), *leaves[closing + 1 :]]
        return leaves[: opening + 1], body, leaves[closing:]

    def _needs_no_brackets(self, body: list[Leaf], indent: str) -> bool:
        """Whether a value is parted at brackets of its own rather than at its signs."""
        levels = list(_levels(body))
        priorities = [leaf.priority for leaf, depth in levels if not depth and leaf.priority]
        most = max(priorities, default=0)
        if not most:
            return True
        if priorities.count(most) > 1 or most == COMMA:
            return False
        if most == DOT:
            return True
        pairs, inner = matches(body), len((indent + self._unit).expandtabs(4))
        if body[0].opens and self._fits_behind(body, pairs[0], inner):
            return True
        is_index = body[-1].text == "]" and _is_behind_value(body, pairs[len(body) - 1])
        if not body[-1].closes or body[-2].opens or is_index:
            return False
        length, others = inner, False
        for index, leaf in enumerate(body):
            length += len(leaf.gap) + len(leaf.text)
            if index == pairs[len(body) - 1]:
                return others or length <= self._limit
            others |= leaf.opens
        return False

    def _fits_behind(self, body: list[Leaf], closing: int, length: int) -> bool:
        """Whether what follows the first brackets is short, or has brackets of its own."""
        for leaf in body[closing:]:
            length += len(leaf.gap) + len(leaf.text)
            if length > self._limit:
                return False
            if leaf.opens:
                return False
        return True


def _is_behind_value(leaves: list[Leaf], opening: int) -> bool:
    """Whether brackets call or index what stands before them."""
    if not opening:
        return False
    before = leaves[opening - 1]
    return before.closes or before.string or (before.name and before.text not in _KEYWORDS)


def _code(leaves: list[Leaf]) -> str:
    return "".join(
        leaf.text if not index else leaf.gap + leaf.text for index, leaf in enumerate(leaves)
    ).rstrip()
