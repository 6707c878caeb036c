"""Comprehensions and generator expressions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.forms import runs_over_batches, target_name
from clip_lint.reading.interpreter.state import Run
from clip_lint.reading.lattice import element, one_of
from clip_lint.reading.operations.datasets import is_batches, iterated
from clip_lint.reading.operations.moving import put_together
from clip_lint.reading.operations.targets import beside_several
from clip_lint.reading.scope import LoopSite, Scope
from clip_lint.reading.values import Answer, Const, Dict, Features, OneOf, Seq, Text, Value
from clip_lint.reading.values.plain import as_set

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clip_lint.syntax import nodes


_GONE_THROUGH = (Text, Const, Seq, Features, Answer)
"""What a comprehension runs over item by item, where all are known."""
MOST_UNROLLED = 3000
MOST_LISTS = 20
MOST_NUMBERED = 500
"""Rounds over numbers, with those of the comprehensions around them: nobody writes so many labels with a number in each."""


def _few_lists(value: Value) -> list[Seq] | None:
    """The lists of texts that ``value`` may be, where there are several: each is gone through by itself."""
    if not isinstance(value, OneOf) or value.loop or not 2 <= len(value.options) <= MOST_LISTS:
        return None
    lists = [
        option
        for option in value.options
        if isinstance(option, Seq)
        and option.is_whole
        and all(isinstance(item, Text) for item in option.items)
    ]
    total = sum(len(each.items) for each in lists)
    return lists if len(lists) == len(value.options) and total <= MOST_UNROLLED else None


class Comprehensions(Run):
    """Comprehensions: over known texts item by item, else once on any of them."""

    def eval_ListComp(self, node: nodes.ListComp) -> Value:
        return self._comprehension(node, node.generators, node.elt, "list")

    def eval_SetComp(self, node: nodes.SetComp) -> Value:
        return self._comprehension(node, node.generators, node.elt, "set")

    def eval_GeneratorExp(self, node: nodes.GeneratorExp) -> Value:
        made = self._comprehension(node, node.generators, node.elt, "list")
        return replace(made, kind="generator") if isinstance(made, Seq) and not made.is_whole else made

    def eval_DictComp(self, node: nodes.DictComp) -> Value:
        entries: list[tuple[Value, Value]] = []

        def body() -> bool:
            key = self.eval(node.key)
            if node.value is not None:  # else a mapping that is spread: what is in it is not known here
                entries.append((key, self.eval(node.value)))
            return True

        over = iterated(self, self.eval(node.generators[0].iter))
        whole = self._generate(node, node.generators, body, over)
        moved = put_together(over, (value for _, value in entries))
        return moved or Dict(tuple(entries), whole, self._place(node))

    def _comprehension(
        self, node: nodes.expr, generators: Sequence[nodes.comprehension], elt: nodes.expr, kind: str
    ) -> Value:
        first = iterated(self, self.eval(generators[0].iter))
        lists = _few_lists(first)
        if lists is None:
            return self._over(node, generators, elt, kind, first)
        return one_of(
            [replace(self._over(node, generators, elt, kind, each), name=each.name) for each in lists]
        )

    def _over(
        self,
        node: nodes.expr,
        generators: Sequence[nodes.comprehension],
        elt: nodes.expr,
        kind: str,
        first: Value,
    ) -> Seq:
        """A comprehension whose first ``for`` runs over ``first``."""
        items: list[Value] = []

        def body() -> bool:
            items.append(beside_several(self, self.eval(elt), elt))
            return True

        whole = self._generate(node, generators, body, first)
        own = {id(generator) for generator in generators}
        flat = [
            option
            for item in items
            for option in (item.options if isinstance(item, OneOf) and item.loop in own else (item,))
        ]
        flat = flat[:MOST_UNROLLED]
        return Seq(as_set(flat) if kind == "set" else tuple(flat), kind, whole, self._place(node))

    def _generate(
        self,
        node: nodes.expr,
        generators: Sequence[nodes.comprehension],
        body: Callable[[], bool],
        over: Value,
    ) -> bool:
        """Run a comprehension: over each item of a known sequence of plain values, else once on any of them."""
        saved = Scope(self.scope.source, self.scope)
        frame = self.frame
        outer_scope, frame.scope = frame.scope, saved
        whole = self._generator(node, list(generators), body, over)
        frame.scope = outer_scope
        return whole

    def _generator(
        self,
        node: nodes.expr,
        generators: list[nodes.comprehension],
        body: Callable[[], bool],
        over: Value | None = None,
    ) -> bool:
        if not generators:
            return body()
        first, *rest = generators
        iterable = iterated(self, self.eval(first.iter)) if over is None else over
        loop = LoopSite(
            id(first),
            self.site(node),
            "comprehension",
            is_batches(iterable) or runs_over_batches(first.iter, first.target),
            target_name(first.target),
        )
        self.memory.kept.append(first)
        inherited = frozenset(self.depends(first.iter) | {loop.key})
        whole = not first.ifs and not first.is_async
        plain = (
            isinstance(iterable, Seq)
            and iterable.is_whole
            and len(iterable.items) <= MOST_UNROLLED
            and all(isinstance(item, _GONE_THROUGH) for item in iterable.items)
            and (
                self.rounds * len(iterable.items) <= MOST_NUMBERED
                or not all(isinstance(item, Const) for item in iterable.items)
            )
        )
        self.loops.append(loop)
        if plain and isinstance(iterable, Seq) and iterable.items:
            around, self.rounds = self.rounds, self.rounds * len(iterable.items)
            for item in iterable.items:
                if self.effort.left < 0:
                    whole = False
                    break
                self.assign(first.target, item, inherited)
                keep = [self.truth(self.eval(test), test) for test in first.ifs]
                if first.ifs and all(known is not None for known in keep):
                    whole = not first.is_async
                if any(known is False for known in keep):
                    continue
                whole &= self._generator(node, rest, body)
            self.rounds = around
        else:
            whole = False
            self.assign(first.target, element(iterable, loop.key), inherited)
            for test in first.ifs:
                self.eval(test)
            self._generator(node, rest, body)
        self.loops.pop()
        return whole
