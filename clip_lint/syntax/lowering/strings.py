"""Strings: joined where they stand side by side, f-strings and t-strings taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from clip_lint.syntax import nodes
from clip_lint.syntax.literals import LiteralError, string, unescaped
from clip_lint.syntax.lowering.core import LoweringError
from clip_lint.syntax.positions import Between

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.syntax.lowering.core import Lowering, Table

_CONVERSIONS = {"s": 115, "r": 114, "a": 97, None: -1}
_DETACHED = cst.Module([])


def simple(lower: Lowering, node: cst.SimpleString) -> nodes.expr:
    """One string or bytes literal."""
    return nodes.Constant(node, lower.ground, _value(node), _kind(node))


def formatted(lower: Lowering, node: cst.FormattedString) -> nodes.expr:
    """One f-string."""
    parts = _Parts(lower)
    parts.add_formatted(node)
    return nodes.JoinedStr(node, lower.ground, parts.found())


def templated(lower: Lowering, node: cst.TemplatedString) -> nodes.expr:
    """One t-string."""
    parts = _Parts(lower)
    parts.add_formatted(node)
    return nodes.TemplateStr(node, lower.ground, parts.found())


def concatenated(lower: Lowering, node: cst.ConcatenatedString) -> nodes.expr:
    """Strings side by side: one constant, or one f-string or t-string where one of them is."""
    pieces = list(_pieces(node))
    kinds = {type(piece) for piece in pieces}
    if kinds == {cst.SimpleString}:
        values = [_value(piece) for piece in pieces]
        if len({type(value) for value in values}) > 1:
            raise LoweringError("bytes and text cannot be joined", node)
        joined: Any = type(values[0])().join(values)  # type: ignore[arg-type]  # all of one type
        return nodes.Constant(node, lower.ground, joined, _kind(pieces[0]))
    parts = _Parts(lower)
    for piece in pieces:
        if isinstance(piece, cst.SimpleString):
            value = _value(piece)
            if isinstance(value, bytes):
                raise LoweringError("bytes and text cannot be joined", node)
            parts.add_text(value, piece, _kind(piece))
        else:
            parts.add_formatted(piece)
    made = nodes.TemplateStr if cst.TemplatedString in kinds else nodes.JoinedStr
    return made(node, lower.ground, parts.found())


def _pieces(node: cst.ConcatenatedString) -> Iterator[Any]:
    current: cst.BaseExpression = node
    while isinstance(current, cst.ConcatenatedString):
        yield current.left
        current = current.right
    yield current


def _value(node: cst.SimpleString) -> str | bytes:
    text = node.value
    prefix, quote = "", text[0]
    if quote not in "'\"":
        start = text.find('"')
        other = text.find("'")
        start = other if start < 0 or 0 <= other < start else start
        prefix, quote = text[:start].lower(), text[start]
    if len(text) - len(prefix) >= 6 and text.startswith(quote * 3, len(prefix)):
        quote *= 3
    try:
        return string(text, prefix, quote)
    except LiteralError as error:
        raise LoweringError(str(error), node) from None


def _kind(node: cst.SimpleString) -> str | None:
    return "u" if node.value[0] == "u" else None


class _Parts:
    """The values of an f-string in the making: texts that meet become one, empty ones go."""

    def __init__(self, lower: Lowering) -> None:
        self._lower = lower
        self._found: list[nodes.expr] = []
        self._texts: list[str] = []
        self._first: cst.CSTNode | None = None
        self._last: cst.CSTNode | None = None
        self._kind: str | None = None

    def found(self) -> tuple[nodes.expr, ...]:
        self._flush()
        return tuple(self._found)

    def add_text(self, text: str, origin: cst.CSTNode, kind: str | None = None) -> None:
        if self._first is None:
            self._first, self._kind = origin, kind
        self._last = origin
        self._texts.append(text)

    def add_formatted(self, node: cst.FormattedString | cst.TemplatedString) -> None:
        self.add(node.parts, is_raw="r" in node.prefix)

    def add(self, parts: Sequence[Any], *, is_raw: bool) -> None:
        for part in parts:
            if isinstance(part, (cst.FormattedStringText, cst.TemplatedStringText)):
                text = part.value
                if "\r" in text:
                    text = text.replace("\r\n", "\n").replace("\r", "\n")
                if "{{" in text or "}}" in text:
                    text = text.replace("{{", "{").replace("}}", "}")
                self.add_text(text if is_raw else unescaped(text), part)
            else:
                self._add_value(part, is_raw=is_raw)

    def _add_value(self, part: Any, *, is_raw: bool) -> None:
        lower = self._lower
        conversion = _CONVERSIONS[part.conversion]
        if part.equal is not None:  # `{x = }` shows what is written before the value
            shown = cst.FormattedStringExpression(
                part.expression, None, None, part.whitespace_before_expression, equal=part.equal
            )
            code = _DETACHED.code_for_node(shown)[1:-1] + _DETACHED.code_for_node(
                part.whitespace_after_expression
            )
            self.add_text(code, part)
            if part.conversion is None and part.format_spec is None:
                conversion = 114
        value = lower.expression(part.expression)
        spec = None
        if part.format_spec is not None:
            inner = _Parts(lower)
            inner.add(part.format_spec, is_raw=is_raw)
            spec = nodes.JoinedStr(part, lower.ground, inner.found())
        self._flush()
        if isinstance(part, cst.TemplatedStringExpression):
            written = _DETACHED.code_for_node(part.expression)
            self._found.append(nodes.Interpolation(part, lower.ground, value, written, conversion, spec))
        else:
            self._found.append(nodes.FormattedValue(part, lower.ground, value, conversion, spec))

    def _flush(self) -> None:
        first, last = self._first, self._last
        text = "".join(self._texts)
        if text and first is not None and last is not None:
            ground = self._lower.ground if first is last else Between(self._lower.ground, last)
            self._found.append(nodes.Constant(first, ground, text, self._kind))
        self._texts, self._first, self._last = [], None, None


STRINGS: Table = {
    cst.SimpleString: simple,
    cst.FormattedString: formatted,
    cst.TemplatedString: templated,
    cst.ConcatenatedString: concatenated,
}
