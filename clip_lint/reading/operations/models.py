"""Methods of models, and of the tokenizers, processors and transforms that belong to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.operations.call import receiver_node, text_of
from clip_lint.reading.operations.hits import STORE_CLIENT
from clip_lint.reading.operations.moving import MOVES, device_of, dtype_of
from clip_lint.reading.operations.parallel import note_hidden
from clip_lint.reading.operations.table import perform
from clip_lint.reading.operations.taking_gradients import takes_gradient
from clip_lint.reading.operations.towers import run_tower, tower_of
from clip_lint.reading.values import (
    UNKNOWN,
    Bound,
    Component,
    External,
    Instance,
    Model,
    OneOf,
    Parameters,
    Scale,
    Seq,
    Tower,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.truths import truth
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from clip_lint.reading.arguments import Arguments
    from clip_lint.reading.interpreter.state import Run

_IMAGE_TOWERS = frozenset({"visual", "vision_model", "visual_encoder"})


def able(run: Run, receiver: Value, name: str) -> Value:
    """Of several possible models those that have the method, where any does."""
    if isinstance(receiver, OneOf) and run.libraries.characteristic(name) is not None:
        having = tuple(
            option
            for option in receiver.options
            if not isinstance(option, Model)
            or run.libraries.method(option.checkpoint.library, "model", name) is not None
        )
        if having and len(having) < len(receiver.options):
            return having[0] if len(having) == 1 else replace(receiver, options=having)
    return receiver


def model_method(run: Run, model: Model, name: str, arguments: Arguments, node: nodes.Call) -> Value:
    """A model's method: what it does to the model's state, else what the tables say."""
    values = [argument.value for argument in arguments.positional]
    note_hidden(run, model, name, node)
    if name == "eval":
        run.recorder.evaluate(model)
        return model
    if name == "train":
        if not values and "mode" not in arguments.keywords:
            run.recorder.train(model)
        elif (values and truth(values[0]) is Tristate.NO) or (
            "mode" in arguments.keywords and truth(arguments.keywords["mode"].value) is Tristate.NO
        ):
            run.recorder.evaluate(model)
        else:
            run.recorder.train(model)
        return model
    if name == "requires_grad_":
        if values and truth(values[0]) is Tristate.NO:
            run.recorder.freeze(model)
        else:
            takes_gradient(run)
        return model
    if name == "load_state_dict":
        run.recorder.reload(model)
        return Unknown(name)
    if name in {"parameters", "named_parameters"}:
        return (
            Seq((Seq((Unknown("name"), Parameters(model)), "tuple"),), "generator", False)
            if name.startswith("n")
            else Parameters(model)
        )
    if name in {"to", "cuda", "cpu", "half", "float", "bfloat16", "double", "share_memory", "to_empty"}:
        return _move_model(run, model, name, arguments, node)
    if name == "logit_scale":
        return Scale(True)
    inner = tower_of(run, model.checkpoint, name)
    if isinstance(inner, Tower):
        return run_tower(run, inner, node)
    spec = run.libraries.method(model.checkpoint.library, "model", name)
    if spec is None and model.checkpoint.library is None:
        spec = run.libraries.usual("model", name)
    if spec is not None:
        return perform(run, spec, arguments, node, model)
    run.recorder.place(model.load)  # by a method that is not known
    return Unknown(name)


_OF_STATE = frozenset({"train", "requires_grad_", "load_state_dict", "parameters", "named_parameters"})
_PRECISIONS = {"half": "float16", "bfloat16": "bfloat16", "float": "float32", "double": "float32"}


def part_method(
    run: Run, part: Bound, model: Model, name: str, arguments: Arguments, node: nodes.Call
) -> Value:
    """A method of a tower that goes by a name of its own (``encoder = model.visual``): it is run, or its state is the model's."""
    if name == "forward":
        return model_method(run, model, part.name, arguments, node)
    if name == "eval":
        run.recorder.evaluate(model)
        return part
    if name in _OF_STATE:
        made = model_method(run, model, name, arguments, node)
        return part if isinstance(made, Model) else made
    if name in _PRECISIONS:
        return replace(part, receiver=replace(model, dtype=_PRECISIONS[name]))
    return part if name in {"to", "cuda", "cpu"} else Unknown(name)


def parameters_method(run: Run, held: Parameters, name: str, arguments: Arguments) -> Value:
    """A method of parameters: frozen, or their numbers at another precision."""
    values = list(arguments.values())
    if name == "requires_grad_" and values and truth(values[0]) is Tristate.NO:
        run.recorder.freeze(held.model)
    if name in {"float", "double"} or (
        name in {"to", "type"} and any(dtype_of(value) in {"float32", "float64"} for value in values)
    ):
        return Parameters(replace(held.model, dtype="float32"))
    return UNKNOWN


def evaluate_tower(run: Run, node: nodes.Call) -> None:
    """``model.visual.eval()``: what acts in train mode only stands in the image tower."""
    tower = receiver_node(node)
    if isinstance(tower, nodes.Attribute) and tower.attr in _IMAGE_TOWERS:
        for option in options(run.eval(tower.value)):
            if isinstance(option, Model):
                run.recorder.evaluate(option)


def module_method(run: Run, instance: Instance, name: str, arguments: Arguments, node: nodes.Call) -> Value:
    """``eval``, ``train``, ``to`` ... of an object of the tree: a module passes it on to the models it holds."""
    for model in list(run.models(instance)):
        model_method(run, model, name, arguments, node) if name in {
            "eval",
            "train",
            "requires_grad_",
            "load_state_dict",
        } else None
        if name in MOVES:
            run.recorder.place(model.load)
        if name == "parameters":
            return Parameters(model)
    return instance


def _move_model(run: Run, model: Model, name: str, arguments: Arguments, node: nodes.Call) -> Value:
    dtype, device = model.dtype, model.device
    if name in MOVES:
        run.recorder.place(model.load)
    if name in {"half", "bfloat16"}:
        dtype = "float16" if name == "half" else "bfloat16"
    elif name in {"float", "double"}:
        dtype = "float32"
    elif name in {"cuda", "cpu"}:
        device = name
    else:
        for value in arguments.values():
            where = text_of(value)
            if where:
                device = device_of(value)
            if isinstance(value, External) and value.path.startswith("torch."):
                dtype = dtype_of(value) or dtype
    moved = replace(model, dtype=dtype, device=device)
    holder = receiver_node(node)
    if isinstance(holder, (nodes.Name, nodes.Attribute, nodes.Subscript)):
        run.store(holder, moved, node)
    return moved


def component_method(
    run: Run, component: Component, name: str, arguments: Arguments, node: nodes.Call
) -> Value:
    """A method of a tokenizer, processor, transform or the like, as the tables say."""
    kind = component.kind
    spec = run.libraries.method(component.checkpoint.library, kind, name)
    if kind == STORE_CLIENT and spec is None:
        spec = run.libraries.method(component.checkpoint.library, kind, name.rpartition(".")[2])
    spec = spec or run.libraries.usual(kind, name)
    if spec is not None:
        return perform(run, spec, arguments, node, component)
    return Unknown(name)
