"""The tokens of a statement that stands on one line: brackets, and the places where formatters part it."""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass, replace
from itertools import pairwise

COMPREHENSION, COMMA, TERNARY, LOGIC, STRING, COMPARISON, DOT = 20, 18, 16, 14, 12, 10, 1
"""Where a line is parted first: the larger number."""
_MATHS = {
    "|": 9,
    "^": 8,
    "&": 7,
    "<<": 6,
    ">>": 6,
    "+": 5,
    "-": 5,
    "*": 4,
    "/": 4,
    "//": 4,
    "%": 4,
    "@": 4,
    "**": 2,
}
_WORDS = {
    "for": COMPREHENSION,
    "async": COMPREHENSION,
    "if": TERNARY,
    "else": TERNARY,
    "and": LOGIC,
    "or": LOGIC,
}
_COMPARISONS = frozenset({"<", ">", "==", ">=", "<=", "!=", "in", "is", "not"})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_UNARY_AFTER = frozenset(
    {"return", "in", "and", "or", "not", "if", "else", "is", "yield", "lambda", "await", "assert"}
)
_SKIPPED = {
    tokenize.NEWLINE,
    tokenize.NL,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.COMMENT,
}


class AsItIsError(Exception):
    """Formatters would lay it out in a way that is not known here."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A token, the blanks before it, and how strongly formatters part a line there."""

    text: str
    gap: str = ""
    name: bool = False
    """Whether it is a name, a number or a keyword."""
    string: bool = False
    priority: int = 0
    """Of a comma: behind it; else before it. 0 where a line is not parted."""
    unseen: str = ""
    """The bracket that it becomes where a line is parted, and is not until then."""

    @property
    def opens(self) -> bool:
        """Whether it is a bracket that opens."""
        return (self.unseen or self.text) in _OPENING

    @property
    def closes(self) -> bool:
        """Whether it is a bracket that closes."""
        return (self.unseen or self.text) in _CLOSING


def leaves_of(code: str) -> list[Leaf]:
    """The tokens of one line; AsItIsError where it is none that can be laid out."""
    if "\n" in code or "\t" in code:
        raise AsItIsError
    found: list[Leaf] = []
    end = depth = start = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(code + "\n").readline):
            kind = tokenize.tok_name[token.type]
            if kind.endswith("STRING_START"):  # texts with expressions are several tokens in newer Pythons
                start = token.start[1] if not depth else start
                depth += 1
            elif kind.endswith("STRING_END"):
                depth -= 1
                if not depth:
                    found.append(Leaf(code[start : token.end[1]], code[end:start], string=True))
                    end = token.end[1]
            elif not depth and token.type not in _SKIPPED:
                if token.type == tokenize.ERRORTOKEN:
                    raise AsItIsError
                is_string, is_name = (
                    token.type == tokenize.STRING,
                    token.type in (tokenize.NAME, tokenize.NUMBER),
                )
                found.append(Leaf(token.string, code[end : token.start[1]], is_name, is_string))
                end = token.end[1]
    except (tokenize.TokenError, SyntaxError) as error:
        raise AsItIsError from error
    return _weighed(found)


def matches(leaves: list[Leaf]) -> dict[int, int]:
    """Where each bracket's other half stands, both ways."""
    found: dict[int, int] = {}
    open_: list[int] = []
    for index, leaf in enumerate(leaves):
        if leaf.opens:
            open_.append(index)
        elif leaf.closes:
            if not open_:
                raise AsItIsError
            found[index] = open_.pop()
            found[found[index]] = index
    if open_:
        raise AsItIsError
    return found


def _weighed(leaves: list[Leaf]) -> list[Leaf]:
    """The tokens with their priorities."""
    lambdas: list[int] = []
    depth = 0
    made = leaves[:1]
    for before, leaf in pairwise(leaves):
        depth += before.opens - leaf.closes
        while lambdas and (depth < lambdas[-1] or (leaf.text == ":" and depth == lambdas[-1])):
            lambdas.pop()
            if leaf.text == ":":
                break
        is_free = not lambdas or depth > lambdas[-1]
        made.append(replace(leaf, priority=_priority(made, leaf) if is_free else 0))
        if leaf.text == "lambda":
            lambdas.append(depth)
    return made


def _priority(before: list[Leaf], leaf: Leaf) -> int:
    last = before[-1]
    if leaf.text == ",":
        return 0 if _is_target(before) else COMMA
    if leaf.text == ".":
        return DOT if last.closes else 0
    if leaf.string:
        return STRING if last.string else 0
    if leaf.text in _MATHS:
        is_unary = not (last.name or last.string or last.closes) or last.text in _UNARY_AFTER
        return 0 if is_unary else _MATHS[leaf.text]
    if leaf.text in _COMPARISONS:
        if (
            leaf.text == "not"
            and not (last.name and last.text not in _UNARY_AFTER)
            and not (last.closes or last.string)
        ):
            return 0
        if last.text in ("is", "not") and leaf.text in ("not", "in"):
            return 0  # the second word of `is not`, `not in`
        return 0 if leaf.text == "in" and _is_target(before) else COMPARISON
    if leaf.text == "for" and last.text == "async":
        return 0
    if leaf.text == "if" and _in_comprehension(before):
        return COMPREHENSION
    return _WORDS.get(leaf.text, 0)


def _same_level(before: list[Leaf]) -> list[Leaf]:
    """The tokens before, back to the bracket around, those in other brackets left out."""
    found: list[Leaf] = []
    depth = 0
    for each in reversed(before):
        depth += each.closes
        if not depth:
            if each.opens:
                break
            found.append(each)
        depth -= each.opens
    return found


def _is_target(before: list[Leaf]) -> bool:
    """Whether what comes next stands between a `for` and its `in`."""
    words = (each.text for each in _same_level(before) if each.text in ("for", "in"))
    return next(words, "") == "for"


def _in_comprehension(before: list[Leaf]) -> bool:
    """Whether an `if` filters a loop, and is no part of `a if b else c`."""
    return any(each.text == "for" for each in _same_level(before))
