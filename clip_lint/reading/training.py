"""Who takes gradients: which functions train, and which encodings they run on behalf of that."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clip_lint.reading.values import Function, Value, options
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.reading.interpreter.frames import Frame
    from clip_lint.reading.interpreter.state import Run

_EVALUATES = re.compile(
    r"(?:^|_)(?:eval|evaluate|evaluation|valid|validate|validation|test|predict|prediction|infer|inference|zero_?shot)(?:_|$)",
    re.IGNORECASE,
)
"""Functions that look at a model rather than train it, in files that do both."""
_LOSS = re.compile(r"loss|criterion|objective|cross_entropy", re.IGNORECASE)


@dataclass
class Training:
    """Which functions (``path::qualified.name``, empty name for a module's top level) take gradients."""

    trainers: set[str] = field(default_factory=set)
    calls: dict[str, set[str]] = field(default_factory=dict)
    """For each function, those of the tree that it was seen to call."""
    is_anywhere: bool = False
    """Something is trained in the code that was run."""

    def called(self, caller: str, function: str) -> None:
        """Note that one function calls another."""
        self.calls.setdefault(caller, set()).add(function)

    def run_by_trainers(self, others: Iterable[str] = ()) -> frozenset[str]:
        """The functions that train and all that they call, but for those that evaluate.

        ``others`` are functions whose results' gradients are taken elsewhere.
        """
        found = {*self.trainers, *others}
        pending = list(found)
        while pending:
            for function in self.calls.get(pending.pop(), ()):
                if function not in found and not evaluates(function):
                    found.add(function)
                    pending.append(function)
        return frozenset(found)


def evaluates(function: str) -> bool:
    """Whether a function's name says that it evaluates."""
    return bool(_EVALUATES.search(function.rpartition("::")[2].rpartition(".")[2]))


def is_within(function: str, trainers: frozenset[str]) -> bool:
    """Whether a function, or one that it is defined in, is among those that train."""
    path, _, name = function.partition("::")
    while name:
        if f"{path}::{name}" in trainers:
            return True
        name = name.rpartition(".")[0]
    return function in trainers


def key_of(frame: Frame) -> str:
    """The running function's name across files."""
    return f"{frame.scope.source.path}::{frame.function}"


def takes_gradient(run: Run, loss: nodes.expr | None = None) -> None:
    """The running function takes a gradient; where its ``loss`` is a parameter, its caller does."""
    training = run.recorder.training
    training.is_anywhere = True
    frames = list(run.frames)
    training.trainers.add(key_of(frames[-1]))
    while len(frames) > 1 and loss is not None and _is_parameter(run, frames[-1], loss):
        frames.pop()
        training.trainers.add(key_of(frames[-1]))


def _is_parameter(run: Run, frame: Frame, loss: nodes.expr) -> bool:
    name = _root(loss)
    definition = next(
        (
            node
            for node in reversed(run.stack)
            if getattr(node, "name", None) == frame.function.rpartition(".")[2]
        ),
        None,
    )
    arguments = getattr(definition, "args", None)
    return isinstance(arguments, nodes.arguments) and name in {
        each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    }


def _root(node: nodes.expr) -> str:
    while isinstance(node, (nodes.Attribute, nodes.Call, nodes.Subscript, nodes.BinOp)):
        if isinstance(node, nodes.Call):
            node = node.args[0] if node.args and not isinstance(node.args[0], nodes.Starred) else node.func
        elif isinstance(node, nodes.BinOp):
            node = node.left
        else:
            node = node.value
    return node.id if isinstance(node, nodes.Name) else ""


def differentiates(run: Run, functions: Iterable[Value]) -> None:
    """Functions are given to something that takes their gradient."""
    takes_gradient(run)
    for value in functions:
        for option in options(value):
            if isinstance(option, Function):
                run.recorder.training.trainers.add(run.key(option))


def names_loss(name: str) -> bool:
    """Whether a name is that of a loss."""
    return bool(_LOSS.search(name))
