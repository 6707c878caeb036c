"""Calls of values that are no code of the tree: by what is called, to the table or to a method."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.reading import texts
from clip_lint.reading.operations.answers import answer_method
from clip_lint.reading.operations.call import Call, receiver_node, text_of
from clip_lint.reading.operations.cli_defaults import call_setting, command_line_method
from clip_lint.reading.operations.collecting import call_standard
from clip_lint.reading.operations.containers import dict_method, seq_method, text_method
from clip_lint.reading.operations.data_frames import table_method
from clip_lint.reading.operations.fields import attribute
from clip_lint.reading.operations.files import call_file_function
from clip_lint.reading.operations.hits import field_of_hits, held_by
from clip_lint.reading.operations.indexes import call_store
from clip_lint.reading.operations.loading import make_from_class
from clip_lint.reading.operations.models import (
    component_method,
    evaluate_tower,
    model_method,
    parameters_method,
    part_method,
)
from clip_lint.reading.operations.moving import move_inputs, part_by_part
from clip_lint.reading.operations.pictures import apply_transform, image_method
from clip_lint.reading.operations.provenance import guessed_model, holds_texts
from clip_lint.reading.operations.shapes import unwrap
from clip_lint.reading.operations.standard import call_builtin
from clip_lint.reading.operations.table import TENSOR, perform, put_out, take_arrays
from clip_lint.reading.operations.taking_gradients import takes_gradient
from clip_lint.reading.operations.targets import note_targets
from clip_lint.reading.operations.tasks import of_task, on_each
from clip_lint.reading.operations.text_counts import past_text
from clip_lint.reading.operations.towers import run_tower
from clip_lint.reading.operations.widgets import EVENTS, wire_event
from clip_lint.reading.substitution import substitute
from clip_lint.reading.training import names_loss
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    Answer,
    Bound,
    CommandLine,
    Component,
    Const,
    DataSet,
    Dict,
    External,
    Features,
    GradContext,
    Hidden,
    Hits,
    Image,
    Index,
    Inputs,
    Instance,
    LazyPlace,
    Model,
    Parameters,
    Partial,
    Scores,
    Seq,
    Task,
    Text,
    Tokens,
    Tower,
    Transform,
    Unknown,
    Value,
    Widget,
    options,
)
from clip_lint.reading.values.plain import ONE_ROW, UNDEFINED
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from clip_lint.reading.arguments import Arguments
    from clip_lint.reading.interpreter.state import Run


def call_value(run: Run, function: Value, arguments: Arguments, node: nodes.Call) -> Value:
    """Call a value that is not code of the tree."""
    if isinstance(function, External):
        return _call_external(run, function.path, arguments, node)
    if isinstance(function, (Model, Component)):
        return call_method(run, function, "__call__", arguments, node)
    if isinstance(function, Hits):
        return function  # a field and a method of one name
    if isinstance(function, Tower):
        return run_tower(run, function, node)
    if isinstance(function, Transform):
        return apply_transform(run, function, arguments, node)
    if isinstance(function, Unknown):
        if ".nn." in f"{function.source}.":
            for argument in arguments.positional:
                for option in options(argument.value):
                    unwrap(run, option, node, f"goes into `{function.name}`")
        if function.source == UNDEFINED:
            return Unknown(function.name)  # a call of what is not there trains nothing
        made = _unknown_call(run, function.name, arguments, node)
        return replace(made, source=function.source) if isinstance(made, Unknown) else made
    return UNKNOWN


_KIND_WORDS = {"tokenizer": "token"}
"""What the name of an object says of it, where that is not the kind itself."""


def _unknown_call(run: Run, name: str, arguments: Arguments, node: nodes.Call) -> Value:
    """A call that is not followed: models given to it may be changed there, features given to a loss are trained."""
    note_targets(run, name, arguments, node)
    if names_loss(name) and any(
        isinstance(option, (Features, Scores)) for value in arguments.values() for option in options(value)
    ):
        takes_gradient(run)
    for kind, spec in run.libraries.told:
        if _KIND_WORDS.get(kind, kind) in name.lower() and arguments.keywords.keys() & set(
            spec.get("told_by")
        ):
            return perform(run, spec, arguments, node, Component(kind, Checkpoint()))
    if "token" in name.lower() and arguments.positional:
        given = arguments.positional[0]
        if holds_texts(given.value):
            by = Component("tokenizer", Checkpoint())
            return Tokens(given.value, by, run.site(node), varying=run.depends(given.node))
    for value in arguments.values():
        for model in run.models(value):
            run.recorder.train(model)
    return Unknown(name)


def _call_external(run: Run, path: str, arguments: Arguments, node: nodes.Call) -> Value:
    root, _, name = path.partition(".")
    if root == "builtins":
        opened = call_file_function(run, path, arguments, node) if name == "open" else None
        return call_builtin(run, name, arguments, node) if opened is None else opened
    of_standard = call_standard(run, root, name, arguments, node)
    if of_standard is not None:
        return of_standard
    traits = run.libraries.of(root)
    if traits.calls_back:
        run.handle(arguments)
    run.interface.has_widgets |= traits.has_fields
    if run.scope.source is run.source:
        is_at_top = name.rpartition(".")[2] in traits.reruns_at_top and not run.frame.entry
        run.interface.is_rerun |= is_at_top or name in traits.reruns
    spec = run.libraries.call(path)
    if spec is not None:
        return perform(run, spec, arguments, node, None)
    owner, _, method = path.rpartition(".")
    cls = run.libraries.class_of(owner)
    if cls is not None and method in cls.factory.get("names", ()):
        return make_from_class(
            run, cls.kind, cls.library, cls.family, cls.part, Call(cls.factory, arguments, node, None), owner
        )
    if path == "functools.partial" and arguments.positional:
        first, *rest = arguments.positional
        return Partial(
            first.value,
            tuple(argument.value for argument in rest),
            tuple((key, argument.value) for key, argument in arguments.keywords.items()),
        )
    made = call_setting(run, path, arguments, node) or call_store(run, path, arguments, node)
    made = made or call_file_function(run, path, arguments, node)
    if made is not None:
        return made
    if path == "os.path.join" and arguments.positional:
        return texts.path_join([argument.value for argument in arguments.positional])
    if path == "re.sub" and len(arguments.positional) == 3 and not arguments.keywords:
        pattern, replacement, subject = (argument.value for argument in arguments.positional)
        return substitute(pattern, replacement, subject)
    if root in {"os", "pathlib", "re", "json", "pickle", "datetime", "logging", "typing"}:
        return Unknown(path.rpartition(".")[2])
    if owner in {"torch", "torch.nn.functional", "torch.linalg"} and method not in _OF_ANYTHING:
        take_arrays(run, method, arguments, node)
    if any(isinstance(option, Parameters) for value in arguments.values() for option in options(value)):
        for value in arguments.values():
            for option in options(value):
                if isinstance(option, Parameters):
                    run.recorder.train(option.model)
                    run.recorder.training.is_anywhere |= "optim" in path.lower()
    note_targets(run, name, arguments, node)
    for value in arguments.values():
        for model in run.models(value):
            run.recorder.place(model.load)  # what is not read may move it
    made = Unknown(path.rpartition(".")[2], source=path)
    put_out(run, arguments, node, made)
    return made


_OF_MAPPINGS = frozenset(dir(dict))
_OF_ANYTHING = frozenset({"is_tensor", "save", "compile", "typename", "device", "Generator"})
"""Functions of torch that ask or keep what they are given, whatever it is."""


def call_method(run: Run, receiver: Value, name: str, arguments: Arguments, node: nodes.Call) -> Value:
    """A method of a value that is not an object of the tree."""
    if name in {"backward", "manual_backward"}:
        given = arguments.positional[0].node if arguments.positional else None
        takes_gradient(run, given or receiver_node(node))
        return NONE
    values = [argument.value for argument in arguments.positional]
    each = on_each(run, receiver, name, arguments, node)
    if each is not None:
        return each
    if isinstance(receiver, Task):
        return of_task(receiver, name)
    if isinstance(receiver, Text):
        return text_method(run, receiver, name, arguments, node)
    if isinstance(receiver, Seq):
        return seq_method(run, receiver, name, values, node)
    if isinstance(receiver, Dict):
        if (of_table := table_method(receiver, name)) is not None:
            return of_table
        if isinstance(receiver.rest, Unknown) and name not in _OF_MAPPINGS:
            return _unknown_method(run, receiver.rest, name, arguments, node)
        return dict_method(run, receiver, name, values, arguments, node)
    if isinstance(receiver, Answer):
        return answer_method(receiver, name, values)
    if isinstance(receiver, Bound) and isinstance(receiver.receiver, Instance):
        return UNKNOWN
    if isinstance(receiver, Bound) and (held := held_by(receiver)) is not None:
        return call_method(run, held, f"{receiver.name}.{name}", arguments, node)
    if isinstance(receiver, Bound) and isinstance(receiver.receiver, Model):
        return part_method(run, receiver, receiver.receiver, name, arguments, node)
    if isinstance(receiver, Hits):
        spec = run.libraries.method(receiver.index.library, "hits", name)
        return (
            field_of_hits(run, receiver, name)
            if spec is None
            else perform(run, spec, arguments, node, receiver)
        )
    if isinstance(receiver, Model):
        return model_method(run, receiver, name, arguments, node)
    if isinstance(receiver, Tower):
        return run_tower(run, receiver, node) if name == "forward" else receiver
    if isinstance(receiver, Component):
        return component_method(run, receiver, name, arguments, node)
    if isinstance(receiver, Index):
        spec = run.libraries.method(receiver.library, "index", name)
        spec = spec or run.libraries.method(receiver.library, "index", name.rpartition(".")[2])
        return perform(run, spec, arguments, node, receiver) if spec is not None else UNKNOWN
    if isinstance(receiver, DataSet):
        spec = run.libraries.method(None, "data-set", name)
        return perform(run, spec, arguments, node, receiver) if spec is not None else UNKNOWN
    if isinstance(receiver, Inputs):
        if name in {"to", "copy", "convert_to_tensors", "update"}:
            return move_inputs(run, receiver, name, arguments, node)
        if name in {"pop", "get", "__getitem__"} and values:
            return attribute(run, receiver, text_of(values[0]) or "", None)
        return part_by_part(receiver, name) if name in {"items", "keys", "values"} else UNKNOWN
    if isinstance(receiver, Image):
        holder = receiver_node(node)
        if name.endswith("_") and isinstance(holder, (nodes.Name, nodes.Attribute)):
            run.store(holder, UNKNOWN, node)  # changed in place, in a way that is not followed
            return UNKNOWN
        spec = run.libraries.method(None, "image", name)
        if spec is not None:
            return (
                perform(run, spec, arguments, node, receiver)
                if spec.op != "same"
                else image_method(receiver, name, values)
            )
    if (
        isinstance(receiver, Features)
        and receiver.is_wrapped
        and (name == "to_tuple" or name in _OF_MAPPINGS)
    ):
        return UNKNOWN
    if isinstance(receiver, Parameters):
        return parameters_method(run, receiver, name, arguments)
    if isinstance(receiver, Hidden):
        spec = run.libraries.method(None, "tensor", name)
        return perform(run, spec, arguments, node, receiver) if spec is not None else UNKNOWN
    if isinstance(receiver, TENSOR):
        spec = run.libraries.method(None, "tensor", name)
        tensor = unwrap(run, receiver, node, f"`.{name}()` is called on it")
        return perform(run, spec, arguments, node, tensor) if spec is not None else UNKNOWN
    if isinstance(receiver, CommandLine):
        return command_line_method(run, receiver, name, arguments)
    if isinstance(receiver, (Unknown, Widget)) and name in EVENTS and run.interface.has_widgets:
        wire_event(run, arguments)
    if isinstance(receiver, Unknown):
        return _unknown_method(run, receiver, name, arguments, node)
    return UNKNOWN


_KEEPS_THE_NAME = frozenset(
    {"append", "add", "extend", "items", "get", "keys", "read", "write", "format", "join", "split", "update", "pop"}
    | {"softmax", "sigmoid", "norm", "to", "cpu", "numpy", "detach", "float", "T", "t", "half", "cuda"}
    | {"unsqueeze", "squeeze"}
)  # fmt: skip
"""Methods whose result goes by the name of what they are called on."""


def _unknown_method(run: Run, receiver: Unknown, name: str, arguments: Arguments, node: nodes.Call) -> Value:
    """A method of something unknown: CLP's own method names tell a model by themselves."""
    field = run.libraries.anywhere(name)
    if field is not None:
        return perform(run, field, arguments, node, None)
    if name in {"no_grad", "inference_mode"}:
        return GradContext(on=False)  # a torch whose import is not seen
    if name == "eval":
        evaluate_tower(run, node)
    spec = run.libraries.characteristic(name)
    if spec is not None:
        model = guessed_model(run, receiver, name, spec, arguments)
        if model is not None:
            return perform(run, spec, arguments, node, model)
    if name == "set_grad_enabled":
        takes_gradient(run)
    if name in {"div", "divide", "true_divide"}:
        return perform(run, run.libraries.methods["", "tensor"][name], arguments, node, receiver)
    if (
        name == "unsqueeze"
        and not receiver.source
        and [each.value for each in arguments.positional] == [Const(0)]
    ):
        return Unknown(receiver.name, source=ONE_ROW)
    if name in _KEEPS_THE_NAME:
        key = text_of(arguments.positional[0].value) if name == "get" and arguments.positional else None
        return Unknown(key or receiver.name, source=past_text(receiver.source))
    if name in {"strip", "lower", "upper", "copy", "tolist", "clone", "encode", "decode"}:
        return Unknown(receiver.name, receiver.is_parameter, receiver.joined, receiver.source)
    if name == "replace" and [text_of(each.value) for each in arguments.positional[:2]] == [" ", "_"]:
        return Unknown(name, joined=LazyPlace(run.scope.source, node))
    made = _unknown_call(run, name, arguments, node)
    return replace(made, source=past_text(receiver.source)) if isinstance(made, Unknown) else made
