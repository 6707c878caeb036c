"""Simple statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.facts import HandedOut
from clip_lint.reading.forms import as_load, dotted_path, target_name
from clip_lint.reading.interpreter.annotations import annotated
from clip_lint.reading.interpreter.in_loops import change_all
from clip_lint.reading.interpreter.names import Names
from clip_lint.reading.interpreter.state import Run
from clip_lint.reading.operations import arithmetic
from clip_lint.reading.operations.gradients import outlives
from clip_lint.reading.operations.shown import result
from clip_lint.reading.operations.taking_gradients import takes_gradient
from clip_lint.reading.training import names_loss
from clip_lint.reading.values import NONE, Unknown
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_EXITS = frozenset({"exit", "quit", "sys.exit", "os._exit", "os.abort"})
"""What is called so comes back to nobody."""


_NAMES = Names("do_")


class Statements(Run):
    """Statements that neither branch nor define."""

    def block(self, body: Sequence[nodes.stmt]) -> bool:
        """Run statements; False when control does not reach the end.

        A block that ends with ``return`` or ``break`` is run in one round only: what it does is not done in a loop.
        """
        loops, last = self.loops, body[-1] if body else None
        if len(loops) > self.frame.loops_around and isinstance(last, (nodes.Return, nodes.Break)):
            self.loops = loops[: self.frame.loops_around] if isinstance(last, nodes.Return) else loops[:-1]
        alive = all(self.statement(statement) for statement in body)
        self.loops = loops
        return alive

    def statement(self, node: nodes.stmt) -> bool:
        """Run one statement; False when control does not go on after it."""
        effort, kind = self.effort, type(node)
        effort.left -= 1
        if effort.left < 0:
            return True
        method: Callable[[nodes.stmt], bool | None] | None = getattr(self, _NAMES[kind], None)
        return method is None or method(node) is not False

    def do_Expr(self, node: nodes.Expr) -> bool:
        self.eval(node.value)
        return not (isinstance(node.value, nodes.Call) and dotted_path(node.value.func) in _EXITS)

    def do_Return(self, node: nodes.Return) -> bool:
        value = self.eval(node.value) if node.value is not None else NONE
        if node.value is not None:
            function = self.frame.function.rpartition(".")[2]
            result(self, node, value, function)
            if self.frame.called_at is None:
                outlives(self, HandedOut, value, node)
            if names_loss(function) or _returns_loss(node.value):
                takes_gradient(self)
        self.frame.returns.append(value)
        return False

    def do_Raise(self, node: nodes.Raise) -> bool:
        if node.exc is not None:
            self.eval(node.exc)
        return False

    def do_Break(self, _node: nodes.Break) -> bool:
        if self.frame.breaks:
            self.frame.breaks[-1].append(self.scope.snapshot())
        return False

    def do_Continue(self, _node: nodes.Continue) -> bool:
        if self.frame.breaks:
            self.frame.breaks[-1].append(self.scope.snapshot())
        return False

    def do_Global(self, node: nodes.Global) -> None:
        self.scope.outer.update(node.names)

    def do_Nonlocal(self, node: nodes.Nonlocal) -> None:
        self.scope.outer.update(node.names)

    def do_Delete(self, node: nodes.Delete) -> None:
        for target in node.targets:
            if isinstance(target, nodes.Name):
                self.scope.values.pop(target.id, None)

    def do_Assert(self, node: nodes.Assert) -> bool:
        self.eval(node.test)
        return not (isinstance(node.test, nodes.Constant) and not node.test.value)

    def do_Assign(self, node: nodes.Assign) -> None:
        first = node.targets[0]
        before, self.target = (
            self.target,
            "" if isinstance(first, (nodes.Tuple, nodes.List)) else target_name(first),
        )
        value = self.eval(node.value)
        self.target = before
        depends = self.depends(node.value)
        for target in node.targets:
            self.assign(target, value, depends)

    def do_AnnAssign(self, node: nodes.AnnAssign) -> None:
        if node.value is not None:
            before, self.target = self.target, target_name(node.target)
            value = self.eval(node.value)
            self.target = before
            if isinstance(value, Unknown) or value == NONE:
                told = annotated(self, node.annotation, value.name if isinstance(value, Unknown) else "")
                value = value if isinstance(told, Unknown) else told
            self.assign(node.target, value, self.depends(node.value))
        elif isinstance(node.target, nodes.Name) and node.target.id not in self.scope.values:
            self.scope.set(node.target.id, annotated(self, node.annotation, node.target.id))

    def do_AugAssign(self, node: nodes.AugAssign) -> None:
        load = as_load(node.target)
        left = self.eval(load)
        right = self.eval(node.value)
        before, self.target = self.target, target_name(node.target)
        value = arithmetic.binary(self, node, node.op, left, right, (load, node.value))
        self.target = before
        depends = self.depends(node.value) | self.depends(load)
        if isinstance(node.target, nodes.Name):
            change_all(self, node.target.id, value)
        self.assign(node.target, value, depends)


def _returns_loss(value: nodes.expr) -> bool:
    """``return loss``, ``return {"loss": loss}``, ``return loss, logits``: whoever calls it trains."""
    if isinstance(value, (nodes.Tuple, nodes.List)):
        return any(_returns_loss(item) for item in value.elts)
    if isinstance(value, nodes.Dict):
        return any(isinstance(key, nodes.Constant) and key.value == "loss" for key in value.keys)
    return isinstance(value, (nodes.Name, nodes.Attribute)) and names_loss(target_name(value))
