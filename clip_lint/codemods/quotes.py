"""Which quotes a program has: those of the lines around, for what a repair puts there."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clip_lint.codemods.names import Names
    from clip_lint.syntax.spans import Spans

_NEAR = 200
"""So many characters before and behind, a few lines, are a neighbourhood."""


class Quotes:
    """The quotes of a program's strings, as far as whoever wrote them had a choice."""

    def __init__(self, names: Names, spans: Spans) -> None:
        self._spans = spans
        found = sorted(_chosen(names, spans))
        self._starts = [start for start, _ in found]
        self._singles = [0]
        for _, is_single in found:
            self._singles.append(self._singles[-1] + (1 if is_single else -1))

    def at(self, start: int, end: int, around: Iterable[tuple[int, int]]) -> str:
        """The quotes of most strings in a range, else near it, else in the ranges ``around`` it, the first that has any."""
        ranges = list(around)
        first, last = ranges[0] if ranges else (0, len(self._spans.text))
        near = (max(first, start - _NEAR), min(last, end + _NEAR))
        for each in ((start, end), near, *ranges, (0, len(self._spans.text))):
            leaning = self._leaning(*each)
            if leaning:
                return "'" if leaning > 0 else '"'
        return '"'

    def _leaning(self, start: int, end: int) -> int:
        """Above 0 where most strings have single quotes, below it where most have double ones."""
        low, high = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return self._singles[high] - self._singles[low]


def _chosen(names: Names, spans: Spans) -> Iterator[tuple[int, bool]]:
    """Where the strings begin that could have other quotes as well, and whether theirs are single."""
    for each in names.nodes:
        if isinstance(each, cst.SimpleString) and len(each.quote) == 1:
            quote, inner = each.quote, each.raw_value
        elif isinstance(each, cst.FormattedString) and len(each.quote) == 1:
            quote, inner = each.quote, spans.code(each)[len(each.start) : -1]
        else:
            continue
        other = '"' if quote == "'" else "'"
        if other not in inner and not any(
            isinstance(above, cst.FormattedStringExpression) for above in names.above(each)
        ):
            yield spans.span(each).start, quote == "'"
