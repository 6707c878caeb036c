"""What stands in a `with` block, and what its context managers give."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.arguments import Arguments
from clip_lint.reading.forms import decorator_name, target_name
from clip_lint.reading.interpreter.state import Run
from clip_lint.reading.lattice import join_all, one_of
from clip_lint.reading.marks import promises_no_gradient
from clip_lint.reading.operations.saving import is_opened
from clip_lint.reading.values import (
    Autocast,
    Component,
    GradContext,
    Image,
    Index,
    Instance,
    Seq,
    Tristate,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from clip_lint.syntax import nodes

GENERATED = frozenset({"contextmanager", "asynccontextmanager"})
"""Decorators that make a context manager of a generator."""
_GIVEN = "context"
"""The kind of sequence whose one item a generator hands to the block."""


def given_by_generator(yielded: list[Value], grads: list[Tristate]) -> Value:
    """What a call of a generator made into a context manager gives: its value, under the switch that it yields under."""
    value: Value = Seq((join_all(yielded),), _GIVEN)
    return one_of((value, GradContext(on=False))) if set(grads) == {Tristate.NO} else value


class Contexts(Run):
    """Context managers switch gradients and precision, and hand values to the block."""

    def do_With(self, node: nodes.With) -> bool:
        return self._with(node)

    def do_AsyncWith(self, node: nodes.AsyncWith) -> bool:
        return self._with(node)

    def _with(self, node: nodes.With | nodes.AsyncWith) -> bool:
        before, autocast, everywhere = self.frame.grad, self.frame.autocast, self.global_grad
        for item in node.items:
            value = self.eval(item.context_expr)
            self.recorder.places_all |= id(item.context_expr) in self.recorder.devices
            if self.frame.grad is Tristate.YES and promises_no_gradient(decorator_name(item.context_expr)):
                self.frame.grad = Tristate.MAYBE
            for option in options(value):
                if isinstance(option, GradContext):
                    self.frame.grad = Tristate.of(option.on)
                    self.global_grad = everywhere
                elif isinstance(option, Autocast):
                    self.frame.autocast = True
            entered = self._entered(value, item.context_expr)
            if item.optional_vars is not None:
                unknown = Unknown(target_name(item.optional_vars))
                self.assign(item.optional_vars, _named(entered, unknown), self.depends(item.context_expr))
        alive = self.block(node.body)
        self.frame.grad, self.frame.autocast = before, autocast
        return alive

    def _entered(self, value: Value, node: nodes.expr) -> Value | None:
        """What a block gets of its context managers; None where that is not known."""
        managers = [option for option in options(value) if not isinstance(option, GradContext)]
        found = [self._entered_one(option, node) for option in managers]
        known = [each for each in found if each is not None]
        return join_all(known) if known and len(known) == len(found) else None

    def _entered_one(self, manager: Value, node: nodes.expr) -> Value | None:
        if isinstance(manager, Seq) and manager.kind == _GIVEN:
            return manager.items[0]
        if (
            isinstance(manager, (Image, Component, Index))
            or is_opened(manager)
            or (isinstance(manager, Seq) and manager.kind == "file")
        ):
            return manager
        if isinstance(manager, Instance):
            for name in ("__enter__", "__aenter__"):
                method = self.method(manager, name)
                if method is not None:
                    return self.call_function(method, Arguments([], {}), node)
        return None


def _named(entered: Value | None, unknown: Unknown) -> Value:
    """What a block gets; of an opened file nothing is known but which it is, and so it is called as the block calls it."""
    if entered is None:
        return unknown
    return (
        replace(entered, name=unknown.name)
        if isinstance(entered, Unknown) and is_opened(entered)
        else entered
    )
