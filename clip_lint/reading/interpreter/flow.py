"""Branches, loops and guards."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from clip_lint.reading.answered import answers_asker
from clip_lint.reading.forms import (
    bound_names,
    expects_other_output,
    on_demand,
    runs_over_batches,
    selects_files,
    sorts_out,
    target_name,
    tests_absence,
    tests_presence,
    tests_request,
)
from clip_lint.reading.interpreter.choosing import Choosing
from clip_lint.reading.interpreter.in_loops import names_in
from clip_lint.reading.lattice import element
from clip_lint.reading.operations.datasets import is_batches, iterated
from clip_lint.reading.scope import LoopSite, State, carried, merge
from clip_lint.reading.values import (
    UNKNOWN,
    DataSet,
    Value,
    options,
)
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clip_lint.reading.forms import Loop

_LEAVES = (nodes.Break, nodes.Return, nodes.Raise)
MOST_NESTED = 40
"""Branches of one ``if`` that are read inside one another."""


def _chain(node: nodes.If) -> list[nodes.If]:
    """An ``if`` and its ``elif`` branches."""
    found = [node]
    while len(found[-1].orelse) == 1 and isinstance(found[-1].orelse[0], nodes.If):
        found.append(found[-1].orelse[0])
    return found


def _saves(node: nodes.AST) -> bool:
    """Whether something is put where the next try finds it."""
    if not isinstance(node, nodes.Call) or not isinstance(node.func, nodes.Attribute):
        return False
    return node.func.attr in {"save", "save_pretrained", "dump"}


class Flow(Choosing):
    """Branches are run from the same state and joined, loops run twice."""

    def do_If(self, node: nodes.If) -> bool:
        chain = _chain(node)
        if len(chain) > MOST_NESTED:
            return self._long_chain(chain)
        known = self.truth(self.eval(node.test), node.test)
        by_files = selects_files(node.test)
        lazy, asked = tests_absence(node.test) and not by_files, tests_request(node.test)
        if isinstance(node.body[-1], nodes.Return) and not node.orelse and tests_presence(node.test):
            self.frame.lazy += 1  # "loaded already": what follows is done once

        def body() -> bool:
            self.frame.lazy += lazy
            self.frame.asked += asked
            alive = self.block(node.body)
            self.frame.lazy -= lazy
            self.frame.asked -= asked
            return alive

        ways = self.ways(node.test) if known is None else None
        if ways is not None and not all(ways):
            known = bool(ways[0])
        if known is not None:
            return body() if known else self.block(node.orelse)
        control = self.frame.control
        sorted_out = self.frame.sorted_out
        if not by_files or any(isinstance(each, _LEAVES) for each in nodes.walk(node)):
            rounds = self.depends(node.test)
            self.frame.control = control | rounds
            self.frame.sorted_out = (
                sorted_out | rounds - control if sorts_out(node.test) else sorted_out - rounds
            )
        alive = self._alternatives(node, [body, lambda: self.block(node.orelse)], ways)
        if not self._decides_the_rest(node):
            self.frame.control, self.frame.sorted_out = control, sorted_out
        return alive

    def _decides_the_rest(self, node: nodes.If) -> bool:
        """Whether a function that a loop calls makes the one or the other: `return One()` in some rounds, what follows in the rest."""
        last = node.body[-1]
        is_choice = isinstance(last, nodes.Return) and isinstance(last.value, nodes.Call)
        return is_choice and not node.orelse and self.frame.loops_around == len(self.loops)

    def _long_chain(self, chain: Sequence[nodes.If]) -> bool:
        """A table written as ``elif`` after ``elif``: side by side, for inside one another they would go too deep."""
        for branch in chain:
            self.eval(branch.test)
        control = self.frame.control
        self.frame.control = control.union(*(self.depends(branch.test) for branch in chain))
        bodies = [partial(self.block, branch.body) for branch in chain]
        alive = self._alternatives(chain[0], [*bodies, partial(self.block, chain[-1].orelse)])
        self.frame.control = control
        return alive

    def _alternatives(
        self,
        node: nodes.stmt,
        branches: Sequence[Callable[[], bool]],
        ways: Sequence[Mapping[str, Value]] | None = None,
    ) -> bool:
        """Run alternatives from the same state and join where they meet; ``ways``: what names hold in each of them alone.

        Where one alone goes on, they hold that for the rest: ``if k == 1: return one``.
        """
        scope = self.scope
        start = scope.snapshot()
        ends: list[State] = []
        narrowed: list[dict[str, Value]] = []
        outside, alive = len(self.branches), list[int]()
        for number, (branch, names) in enumerate(zip(branches, ways or [{}] * len(branches), strict=True)):
            scope.restore(start)
            scope.values.update(names)
            self.branches.append((id(node), number))
            goes_on = branch()
            del self.branches[outside:]
            if goes_on:
                alive.append(number)
                ends.append(scope.snapshot())
                narrowed.append(
                    {name: value for name, value in names.items() if scope.values.get(name) is value}
                )
        if len(alive) == 1 < len(branches):
            self.branches.append((id(node), alive[0]))  # what follows is that branch's: the others return
        if len(ends) > 1:
            for (values, _), names in zip(ends, narrowed, strict=True):
                for name in names:
                    values.pop(name)
                    if name in start[0]:
                        values[name] = start[0][name]
        end = merge(ends)
        scope.restore(end if end is not None else start)
        return end is not None

    def do_For(self, node: nodes.For) -> bool:
        value = self.eval(node.iter)
        iterable = iterated(self, value)
        # Without a loader a data set gives one item after the other, whatever they are called.
        gives_items = all(isinstance(option, DataSet) for option in options(value))
        batches = is_batches(iterable) or (not gives_items and runs_over_batches(node.iter, node.target))
        return self._loop(node, "for", node.target, iterable, batches, node.iter)

    def do_AsyncFor(self, node: nodes.AsyncFor) -> bool:
        return self._loop(node, "for", node.target, self.eval(node.iter), False, node.iter)

    def do_While(self, node: nodes.While) -> bool:
        self.eval(node.test)
        if isinstance(node.test, nodes.Constant) and not node.test.value:
            return self.block(node.orelse)
        return self._loop(node, "while", None, UNKNOWN, False, None, node.test)

    def _loop(
        self,
        node: Loop,
        kind: str,
        target: nodes.expr | None,
        iterable: Value,
        batches: bool,
        iterated: nodes.expr | None,
        test: nodes.expr | None = None,
    ) -> bool:
        scope = self.scope
        loop = LoopSite(
            id(node),
            self.site(node),
            kind,
            batches,
            target_name(target) if target else "",
            on_demand(node) if kind == "while" else frozenset(),
            names_in(iterated),
        )
        self.memory.kept.append(node)
        inherited = self.depends(iterated) | {loop.key}
        before = scope.snapshot()
        ends: list[State] = [] if loop.names else [before]
        self.loops.append(loop)
        self._carry(loop, node)
        for _ in range(2):
            self.frame.breaks.append([])
            if target is not None:
                self.assign(target, element(iterable, loop.key), frozenset(inherited))
            elif test is not None:
                self.eval(test)
            alive = self.block(node.body)
            round_ends = self.frame.breaks.pop()
            if alive:
                round_ends.append(scope.snapshot())
            ends.extend(round_ends)
            state = merge(ends or [before])
            unchanged = state is not None and all(
                name not in state[0] or state[0][name] is value or state[0][name] == value
                for name, value in before[0].items()
            )
            if state is not None:
                scope.restore(state)
            if unchanged:
                break
        self.loops.pop()
        if node.orelse:
            self.block(node.orelse)
        return True

    def _carry(self, loop: LoopSite, node: Loop) -> None:
        """What a round takes over from the one before changes with the loop."""
        scope = self.scope
        for name in (bound_names(node) | self.frame.shared) & scope.values.keys():
            scope.depends[name] = scope.depends_on(name) | {loop.key, carried(loop.key)}

    def do_Try(self, node: nodes.Try) -> bool:
        return self._try(node)

    def do_TryStar(self, node: nodes.TryStar) -> bool:
        return self._try(node)

    def _try(self, node: nodes.Try | nodes.TryStar) -> bool:
        scope = self.scope
        start = scope.snapshot()
        ends: list[State] = []
        is_answered = any(map(answers_asker, node.handlers))
        self.frame.answered += is_answered
        is_through = self.block(node.body)
        self.frame.answered -= is_answered
        if is_through and self.block(node.orelse):
            ends.append(scope.snapshot())
        middle = merge([start, scope.snapshot()]) or start
        for handler in node.handlers:
            scope.restore(middle if not ends else start)
            if handler.name:
                scope.set(handler.name, UNKNOWN)
            is_fallback = self.is_fallback
            self.is_fallback |= any(_saves(inner) for inner in nodes.walk(handler))
            if self.block(handler.body):
                ends.append(scope.snapshot())
            self.is_fallback = is_fallback
        end = merge(ends)
        scope.restore(end if end is not None else middle)
        alive = self.block(node.finalbody)
        if any(expects_other_output(handler) for handler in node.handlers):
            self.recorder.guard(frozenset(map(id, nodes.walk(node))))
        return alive and end is not None

    def do_Match(self, node: nodes.Match) -> bool:
        self.eval(node.subject)

        def case(body: Sequence[nodes.stmt], pattern: nodes.pattern) -> Callable[[], bool]:
            def run() -> bool:
                for inner in nodes.walk(pattern):
                    name = getattr(inner, "name", None)
                    if isinstance(name, str):
                        self.scope.set(name, UNKNOWN)
                return self.block(body)

            return run

        branches = [case(item.body, item.pattern) for item in node.cases]
        return self._alternatives(node, [*branches, lambda: True])
