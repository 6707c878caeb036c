"""Whether gradients are recorded, mixed precision, and what is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.facts import Mixed
from clip_lint.reading.operations.taking_gradients import differentiates, takes_gradient
from clip_lint.reading.values import (
    Autocast,
    Dict,
    Features,
    GradContext,
    Model,
    Parameters,
    Probability,
    Scores,
    Seq,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.truths import truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clip_lint.reading.facts import Converted, HandedOut, Kept
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call
    from clip_lint.reading.values import Site
    from clip_lint.syntax import nodes


PLAIN = frozenset({"list", "number"})
"""What a table says that a function gives where these are Python's own numbers."""


def op_grad(run: Run, call: Call) -> Value:
    """``torch.no_grad()`` and its relatives."""
    on = bool(call.spec.get("on"))
    if on:
        takes_gradient(run)
    argument = call.spec.get("argument")
    if argument and call.arguments.positional and truth(call.arguments.positional[0].value) is Tristate.NO:
        on = True
    return GradContext(on)


def op_set_grad(run: Run, call: Call) -> Value:
    """``torch.set_grad_enabled(False)``, as a statement or a context manager."""
    on = truth(call.value("mode"))
    if on is Tristate.NO:
        run.frame.grad = Tristate.NO
    if on is not Tristate.MAYBE:
        run.global_grad = on  # until a `with` ends, or a function that nothing calls
    return GradContext(on is not Tristate.NO)


def op_context(_run: Run, _call: Call) -> Value:
    """Mixed precision."""
    return Autocast()


def _loads_half(run: Run, model: Model) -> bool:
    """Whether the library itself gives half precision, which nobody asked for."""
    return run.libraries.of(model.checkpoint.library).loads_half


def op_optimizer(run: Run, call: Call) -> Value:
    """An optimizer: the model it gets is trained."""
    run.recorder.training.is_anywhere = True
    for value in call.arguments.values():
        for held in _held(value):
            run.recorder.train(held.model)
            if held.model.dtype.startswith("float16") and _loads_half(run, held.model):
                site = run.site(call.node)
                run.record(Mixed(site, "optimizer-on-half", held.model), site)
    return Unknown("optimizer")


def _held(value: Value) -> Iterator[Parameters]:
    """The parameters in what an optimizer is given: all of a model's, a list of some, groups with settings of their own."""
    for option in options(value):
        if isinstance(option, Parameters):
            yield option
        elif isinstance(option, Seq):
            for item in option.items:
                yield from _held(item)
        elif isinstance(option, Dict):
            for _, entry in option.entries:
                yield from _held(entry)


def op_detach(run: Run, call: Call) -> Value:
    """``.detach()``: whoever writes that knows that a graph was built."""
    detach(run, call.subject())
    return call.subject()


def detach(run: Run, value: Value) -> None:
    """Note that what an encoding gave is taken off its graph."""
    run.recorder.detached.update(origin.key for origin in _origins(value))


def read_out(run: Run, value: Value) -> None:
    """Note that Python's own numbers are taken of what an encoding gave, which hold no graph."""
    run.recorder.read_out.update(origin.key for origin in _origins(value))


def used(
    run: Run, kind: type[Converted | HandedOut | Kept], value: Value, node: nodes.expr | nodes.stmt
) -> None:
    """Note what is done with what an encoding gave; Python's own numbers and lists of them hold no graph."""
    if getattr(value, "array", "") in PLAIN:
        return
    for origin in _origins(value):
        run.record(kind(origin, run.site(node)), origin)


def outlives(run: Run, kind: type[HandedOut | Kept], value: Value, node: nodes.expr | nodes.stmt) -> None:
    """Note that a value outlives the call that made it, and with it what lies in a list or a mapping."""
    for option in options(value):
        used(run, kind, option, node)
        if isinstance(option, Seq):
            inner: Iterable[Value] = option.items
        elif isinstance(option, Dict):
            inner = (entry for _, entry in option.entries)
        else:
            continue
        for part in inner:
            used(run, kind, part, node)


def _origins(value: Value) -> Iterator[Site]:
    """Where the features or scores in a value come from."""
    for option in options(value):
        of = option.of if isinstance(option, Probability) else option
        if isinstance(of, (Features, Scores)) and of.origin is not None:
            yield of.origin


def op_gradient_of(run: Run, call: Call) -> Value:
    """``torch.autograd.grad`` of a value, ``torch.func.grad`` of a function, and their relatives."""
    differentiates(run, call.arguments.values())
    return Unknown("gradient")
