"""Where thin nodes stand, as the newest Python's `ast` has it; worked out for a whole program when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from clip_lint.syntax import nodes
from clip_lint.syntax.layout import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.syntax.nodes import Extent, Ground, Located
    from clip_lint.syntax.spans import Spans


class Positions:
    """The ground of nodes that were made from libcst's tree."""

    __slots__ = ("spans",)

    def __init__(self, spans: Spans) -> None:
        self.spans = spans

    def extent(self, node: Located) -> Extent:
        """Where a node begins and ends."""
        start, end = self.span(node)
        return (*self.spans.lines.at(start), *self.spans.lines.at(end))

    def span(self, node: Located) -> Span:
        """The same as offsets."""
        origin: Any = node.origin
        special = _SPECIAL.get((type(node), type(origin)))
        return self.spans.span(origin) if special is None else special(self.spans, origin)


class Between:
    """The ground of a node that reaches from its origin to another: strings that stand side by side."""

    __slots__ = ("_ground", "_last")

    def __init__(self, ground: Ground, last: cst.CSTNode) -> None:
        self._ground = ground
        self._last = last

    def extent(self, node: Located) -> Extent:
        """Where a node begins, and where the last piece ends."""
        last = nodes.Located(self._last, self._ground)
        return self._ground.extent(nodes.Located(node.origin, self._ground))[:2] + last.extent[2:]


class Parentheses:
    """The ground of a generator that is alone in a call: the call's parentheses are its own."""

    __slots__ = ("_call", "_ground")

    def __init__(self, ground: Ground, call: cst.Call) -> None:
        self._ground = ground
        self._call = call

    def extent(self, node: Located) -> Extent:  # noqa: ARG002  (any node on this ground is the generator)
        """Where the parentheses are."""
        opening = nodes.Located(self._call.whitespace_after_func, self._ground)
        call = nodes.Located(self._call, self._ground)
        return opening.extent[2:] + call.extent[2:]


def _tuple(spans: Spans, node: cst.Tuple) -> Span:
    """Without parentheses of its own up to its last comma, else with the innermost pair."""
    if node.lpar:
        return Span(spans.span(node.lpar[-1]).start, _closing(spans, node.rpar[0]))
    start, end = spans.span(node)
    last = node.elements[-1]
    return Span(start, _comma_end(spans, last.comma, end))


def _closing(spans: Spans, node: cst.RightParen) -> int:
    """Right behind a closing parenthesis."""
    return spans.outer(node).end


def _sequence(spans: Spans, node: cst.MatchTuple) -> Span:
    """As `_tuple`, for a pattern."""
    if node.lpar:
        return Span(spans.outer(node.lpar[-1]).start, _closing(spans, node.rpar[0]))
    start, end = spans.span(node)
    return Span(start, _comma_end(spans, node.patterns[-1].comma, end))


def _star(spans: Spans, node: cst.MatchStar) -> Span:
    start, end = spans.outer(node)
    if node.name is not None:
        return Span(start, spans.outer(node.name).end)
    return Span(start, min(end, spans.text.index("_", start) + 1))


def _comma_end(spans: Spans, comma: cst.Comma | cst.MaybeSentinel, otherwise: int) -> int:
    """Right behind a comma that is written."""
    if isinstance(comma, cst.MaybeSentinel):
        return otherwise
    return spans.outer(comma.whitespace_before).end + 1


def _generator(spans: Spans, node: cst.GeneratorExp) -> Span:
    if not node.lpar:
        return spans.span(node)
    return Span(spans.outer(node.lpar[-1]).start, _closing(spans, node.rpar[0]))


def _index(spans: Spans, node: cst.Subscript) -> Span:
    """The tuple that several indexes are, which libcst has no node for."""
    last = node.slice[-1]
    return Span(spans.outer(node.slice[0]).start, _comma_end(spans, last.comma, spans.outer(last.slice).end))


def _parameter(spans: Spans, node: cst.Param) -> Span:
    """Name and annotation, without stars and default."""
    end = node.name if node.annotation is None else node.annotation.annotation
    return Span(spans.span(node.name).start, spans.outer(end).end)


def _argument(spans: Spans, node: cst.Arg) -> Span:
    return Span(spans.outer(node).start, spans.outer(node.value).end)


def _alias(spans: Spans, node: cst.ImportAlias) -> Span:
    end = node.name if node.asname is None else node.asname.name
    return Span(spans.outer(node).start, spans.outer(end).end)


def _format(spans: Spans, node: cst.FormattedStringExpression | cst.TemplatedStringExpression) -> Span:
    """The format specification of a value, its colon included."""
    parts = node.format_spec
    end = spans.outer(node).end - 1
    return Span((spans.outer(parts[0]).start if parts else end) - 1, end)


def _shown(spans: Spans, node: cst.FormattedStringExpression | cst.TemplatedStringExpression) -> Span:
    """What `{x = }` shows of its value: from behind the brace to the equals sign and its blanks."""
    end = node.equal if node.equal is not None else node.expression
    return Span(spans.outer(node).start + 1, spans.outer(end).end)


def _slice(spans: Spans, node: cst.Slice) -> Span:
    """Up to the last number or colon, without the blanks behind it."""
    last = node.step or (node.second_colon if isinstance(node.second_colon, cst.Colon) else node.upper)
    if last is None or isinstance(last, cst.Colon):
        colon = node.first_colon if last is None else last
        return Span(spans.span(node).start, spans.outer(colon.whitespace_before).end + 1)
    return Span(spans.span(node).start, spans.outer(last).end)


def _type_parameter(spans: Spans, node: cst.TypeParam) -> Span:
    return Span(spans.outer(node).start, spans.outer(node.default or node.param).end)


_SPECIAL: dict[tuple[type[Any], type[Any]], Callable[[Spans, Any], Span]] = {
    (nodes.Tuple, cst.Tuple): _tuple,
    (nodes.Tuple, cst.Subscript): _index,
    (nodes.GeneratorExp, cst.GeneratorExp): _generator,
    (nodes.arg, cst.Param): _parameter,
    (nodes.keyword, cst.Arg): _argument,
    (nodes.Starred, cst.Arg): _argument,
    (nodes.alias, cst.ImportAlias): _alias,
    (nodes.Constant, cst.FormattedStringExpression): _shown,
    (nodes.Constant, cst.TemplatedStringExpression): _shown,
    (nodes.MatchSequence, cst.MatchTuple): _sequence,
    (nodes.MatchStar, cst.MatchStar): _star,
    (nodes.Slice, cst.Slice): _slice,
    (nodes.TypeVar, cst.TypeParam): _type_parameter,
    (nodes.TypeVarTuple, cst.TypeParam): _type_parameter,
    (nodes.ParamSpec, cst.TypeParam): _type_parameter,
    (nodes.JoinedStr, cst.FormattedStringExpression): _format,
    (nodes.JoinedStr, cst.TemplatedStringExpression): _format,
}
