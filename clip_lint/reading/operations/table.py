"""The operations by the name that the library tables give them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.facts import Converted
from clip_lint.reading.lattice import join_all
from clip_lint.reading.operations import (
    arithmetic_calls,
    cli_defaults,
    comparing,
    datasets,
    encoding,
    files,
    gathering,
    gradients,
    hits,
    indexes,
    inputs,
    lengths,
    loading,
    moving,
    parallel,
    pictures,
    saving,
    scores,
    services,
    sessions,
    shapes,
    sql,
    tasks,
    widgets,
    zero_shot,
)
from clip_lint.reading.operations.call import Call
from clip_lint.reading.operations.gradients import PLAIN, read_out, used
from clip_lint.reading.operations.shapes import taken_by, unwrap
from clip_lint.reading.operations.towers import kept
from clip_lint.reading.values import (
    Component,
    Const,
    Exponentials,
    Features,
    Image,
    Model,
    Norm,
    OneOf,
    Pair,
    Pixels,
    Probability,
    Scale,
    Scores,
    Tokens,
    Tristate,
    Value,
    options,
)
from clip_lint.reading.values.truths import truth
from clip_lint.syntax import nodes
from clip_lint.syntax.unparse import unparse

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.knowledge.specs import Spec
    from clip_lint.reading.arguments import Arguments
    from clip_lint.reading.interpreter.state import Run


TENSOR = (Features, Scores, Probability, Norm, Pair, Pixels, Tokens, Scale, Image, Exponentials)
_MODULES = (
    arithmetic_calls,
    cli_defaults,
    comparing,
    datasets,
    encoding,
    files,
    gathering,
    gradients,
    hits,
    indexes,
    inputs,
    lengths,
    loading,
    moving,
    parallel,
    pictures,
    saving,
    scores,
    services,
    sessions,
    shapes,
    sql,
    tasks,
    widgets,
    zero_shot,
)
OPERATIONS: dict[str, Callable[[Run, Call], Value]] = {
    name.removeprefix("op_"): function
    for module in _MODULES
    for name, function in vars(module).items()
    if name.startswith("op_")
}
"""Every function `op_X` of the modules above, as X."""


def perform(run: Run, spec: Spec, arguments: Arguments, node: nodes.Call, receiver: Value | None) -> Value:
    """Carry out a table entry; an operation that does not exist is a broken table."""
    call = Call(spec, arguments, node, receiver)
    operation = OPERATIONS[spec.op]
    subject = call.value("x")
    if (
        hidden := kept(spec.op, receiver if receiver is not None else call.value("x", call.value("items")))
    ) is not None:
        return hidden
    if not isinstance(receiver, (Model, Component)) and run.libraries.of(spec.library).array:
        take_arrays(run, spec.op, arguments, node, spec.library)
    if (
        receiver is None
        and isinstance(subject, OneOf)
        and any(isinstance(option, TENSOR) for option in subject.options)
    ):
        results = []
        given = call.named["x"]
        for option in subject.options:
            call.named["x"] = replace(given, value=option)
            results.append(operation(run, call))
        made = join_all(results)
    else:
        made = in_array(run, call, operation(run, call))
    put_out(run, arguments, node, made)
    return made


def put_out(run: Run, arguments: Arguments, node: nodes.Call, made: Value) -> None:
    """What a call makes stands where ``out=`` says as well; OpenCV says ``dst=``."""
    for name in ("out", "dst"):
        place = arguments.keywords.get(name)
        if place is not None and isinstance(place.node, (nodes.Name, nodes.Attribute, nodes.Subscript)):
            run.store(place.node, made, node)


_TAKE_ANYTHING = frozenset({"save", "same", "unknown", "hand_over", "is_tensor"})
"""Operations of functions that take objects of any kind."""


def take_arrays(
    run: Run, op: str, arguments: Arguments, node: nodes.Call, library: str | None = None
) -> None:
    """Functions on arrays fail on an output object."""
    if op in _TAKE_ANYTHING:
        return
    how = taken_by(library, f"passed to `{unparse(node.func)}`")
    for value in arguments.values():
        for option in options(value):
            unwrap(run, option, node, how)


def in_array(run: Run, call: Call, made: Value) -> Value:
    """The result of a call with what holds its numbers.

    Functions and models give their own library's arrays; methods of arrays keep what they are called on, if their entry
    does not say otherwise.
    """
    if not isinstance(made, (Features, Scores, Probability)):
        return made
    own = "" if isinstance(call.receiver, TENSOR) else run.libraries.of(call.spec.library).array
    array = call.spec.get("gives") or own or made.array
    for name, other in call.spec.get("gives_if", {}).items():
        wanted = truth(call.value(name, Const(False)))
        array = array if wanted is Tristate.NO else other if wanted is Tristate.YES else ""
    if made.array == "torch" and array == "numpy":
        used(run, Converted, made, call.node)
    if array in PLAIN:
        read_out(run, made)
    return made if array == made.array else replace(made, array=array)
