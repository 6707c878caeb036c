"""Which running functions take gradients, and on whose behalf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.values import Function, Value, options
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.reading.interpreter.frames import Frame
    from clip_lint.reading.interpreter.state import Run


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
