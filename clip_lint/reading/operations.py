"""What the library tables' operations do to abstract values, and which events they leave behind."""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading import texts
from clip_lint.reading.checkpoint import Checkpoint
from clip_lint.reading.facts import (
    Compare,
    Encode,
    ImageUse,
    Indexed,
    Load,
    Mixed,
    Normalized,
    Scaled,
    Sliced,
    Threshold,
    Tokenize,
    WrappedUse,
)
from clip_lint.reading.joining import element, join, join_all
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    Autocast,
    Bound,
    Component,
    Const,
    Dict,
    External,
    Features,
    GradContext,
    Image,
    Index,
    Inputs,
    Instance,
    LazyPlace,
    Model,
    Norm,
    OneOf,
    Output,
    Pair,
    Parameters,
    Partial,
    Pixels,
    Probability,
    Scale,
    Scores,
    Seq,
    Site,
    Text,
    Three,
    Tokens,
    Transform,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clip_lint.reading.interpreter import Argument, Arguments, Interpreter
    from clip_lint.reading.tables import Spec

BUILTINS = frozenset(dir(builtins))

_TENSOR = (Features, Scores, Probability, Norm, Pair, Pixels, Tokens, Scale, Image)
_DUCK = {
    "encode_image": ("open_clip", "image"),
    "encode_text": ("open_clip", "text"),
    "get_image_features": ("transformers", "image"),
    "get_text_features": ("transformers", "text"),
}
SIGMOID_FAMILIES = frozenset({"siglip", "siglip2"})


# -- arguments -----------------------------------------------------------------------------------------------------


class Call:
    """One call of a table entry: its arguments under canonical names."""

    def __init__(self, spec: Spec, arguments: Arguments, node: ast.Call, receiver: Value | None) -> None:
        self.spec = spec
        self.node = node
        self.receiver = receiver
        self.arguments = arguments
        self.named: dict[str, Argument] = dict(zip(spec.signature, arguments.positional, strict=False))
        for name, argument in arguments.keywords.items():
            self.named[spec.keywords.get(name, name)] = argument

    def __contains__(self, name: str) -> bool:
        return name in self.named

    def value(self, name: str, default: Value = UNKNOWN) -> Value:
        """An argument's value."""
        argument = self.named.get(name)
        return argument.value if argument is not None else default

    def node_of(self, name: str) -> ast.expr | None:
        """The expression an argument came from."""
        argument = self.named.get(name)
        return argument.node if argument is not None else None

    def subject(self, name: str = "x") -> Value:
        """What the operation works on: the receiver of a method, else the named argument."""
        return self.receiver if self.receiver is not None else self.value(name)


def perform(run: Interpreter, spec: Spec, arguments: Arguments, node: ast.Call, receiver: Value | None) -> Value:
    """Carry out a table entry; an operation that does not exist is a broken table."""
    call = Call(spec, arguments, node, receiver)
    operation = OPERATIONS[spec.op]
    subject = call.value("x")
    if receiver is None and isinstance(subject, OneOf) and any(isinstance(option, _TENSOR) for option in subject.options):
        results = []
        given = call.named["x"]
        for option in subject.options:
            call.named["x"] = replace(given, value=option)
            results.append(operation(run, call))
        return join_all(results)
    return operation(run, call)


def truth(value: Value) -> Three:
    """A truth value as far as it is known."""
    if isinstance(value, Const):
        return Three.of(bool(value.value))
    if isinstance(value, Text) and not value.is_holed:
        return Three.of(bool(value.text))
    return Three.MAYBE


def text_of(value: Value) -> str | None:
    """A fully known string, None otherwise; of several, the first."""
    for option in options(value):
        if isinstance(option, Text) and not option.is_holed:
            return option.text
    return None


def number(value: Value) -> int | None:
    """A known whole number."""
    return value.value if isinstance(value, Const) and type(value.value) is int else None


# -- calling values ------------------------------------------------------------------------------------------------


def call_value(run: Interpreter, function: Value, arguments: Arguments, node: ast.Call) -> Value:
    """Call a value that is not code of the tree."""
    if isinstance(function, External):
        return _call_external(run, function.path, arguments, node)
    if isinstance(function, (Model, Component)):
        return call_method(run, function, "__call__", arguments, node)
    if isinstance(function, Transform):
        return _apply_transform(run, function, arguments, node)
    if isinstance(function, Unknown):
        return _unknown_call(run, function.name, arguments, node)
    return UNKNOWN


def _unknown_call(run: Interpreter, name: str, arguments: Arguments, node: ast.Call) -> Value:
    """A call that is not followed: models given to it may be changed there."""
    if "token" in name.lower() and {"return_tensors", "padding"} & set(arguments.keywords):
        spec = run.libraries.method("transformers", "tokenizer", "__call__")
        if spec is not None:
            return perform(run, spec, arguments, node, Component("tokenizer", Checkpoint()))
    for value in arguments.values():
        for model in run.recorder.models(run, value):
            run.recorder.train(model)
    del node
    return Unknown(name)


def _call_external(run: Interpreter, path: str, arguments: Arguments, node: ast.Call) -> Value:
    root, _, name = path.partition(".")
    if root == "builtins":
        return _builtin(run, name, arguments, node)
    spec = run.libraries.call(path)
    if spec is not None:
        return perform(run, spec, arguments, node, None)
    owner, _, method = path.rpartition(".")
    cls = run.libraries.class_of(owner)
    if cls is not None and method in cls.factory.get("names", ()):
        return _factory(run, cls.kind, cls.library, cls.family, cls.part, Call(cls.factory, arguments, node, None), owner)
    if path in {"functools.partial"} and arguments.positional:
        first, *rest = arguments.positional
        return Partial(
            first.value,
            tuple(argument.value for argument in rest),
            tuple((key, argument.value) for key, argument in arguments.keywords.items()),
        )
    if root in {"gradio", "streamlit", "telebot", "discord"}:
        run.handle(arguments)
    if path in {"torch.autograd.grad", "torch.autograd.backward"}:
        run.recorder.trains = True
    if path == "os.path.join" and arguments.positional:
        return texts.path_join([argument.value for argument in arguments.positional])
    if path == "copy.deepcopy" and arguments.positional:
        return arguments.positional[0].value
    if root in {"os", "pathlib", "re", "json", "pickle", "datetime", "logging", "typing"}:
        return Unknown(path.rpartition(".")[2])
    if root in {"joblib"} and path.endswith(".load"):
        return Unknown("load")
    if any(isinstance(option, Parameters) for value in arguments.values() for option in options(value)):
        for value in arguments.values():
            for option in options(value):
                if isinstance(option, Parameters):
                    run.recorder.train(option.model)
                    run.recorder.trains |= path.startswith(("torch.optim", "bitsandbytes", "transformers.optim"))
    return Unknown(path.rpartition(".")[2])


def _builtin(run: Interpreter, name: str, arguments: Arguments, node: ast.Call) -> Value:
    values = [argument.value for argument in arguments.positional]
    first = values[0] if values else UNKNOWN
    place = LazyPlace(run.scope.source, node)
    if name in {"list", "tuple", "set", "sorted", "reversed", "frozenset"}:
        if not values:
            return Seq((), "list", True, place)
        if isinstance(first, Seq):
            return replace(first, kind="set" if "set" in name else first.kind)
        if isinstance(first, Dict):
            return Seq(tuple(key for key, _ in first.entries), "list", first.is_whole, first.place, first.name)
        return first
    if name == "dict":
        if isinstance(first, Dict):
            return first
        entries = tuple((Text(key), argument.value) for key, argument in arguments.keywords.items() if key != "**")
        return Dict(entries, not arguments.has_more and not values, place)
    if name == "len":
        if isinstance(first, Seq) and first.is_whole:
            return Const(len(first.items))
        return Unknown("len")
    if name == "str":
        return first if isinstance(first, (Text, OneOf)) else texts.concatenate([first], place, [False])
    if name in {"float", "int", "round", "abs", "max", "min"}:
        if name in {"max", "min"} and len(values) > 1:
            return UNKNOWN
        followed = [option for option in options(first) if isinstance(option, (Const, *_TENSOR))]
        if not followed:
            return Unknown(name)
        return join_all(unwrap(run, option, node, f"passed to {name}()") for option in followed)
    if name == "enumerate":
        return Seq((Seq((Unknown("index"), item), "tuple"),), "generator", False) if (item := element(first)) else UNKNOWN
    if name == "zip":
        known = [value.items for value in values if isinstance(value, Seq) and value.is_whole]
        if values and len(known) == len(values):
            return Seq(tuple(Seq(tuple(row), "tuple") for row in zip(*known, strict=False)), "list", True, place)
        return Seq((Seq(tuple(element(value) for value in values), "tuple"),), "generator", False)
    if name == "map" and len(values) == 2:
        from clip_lint.reading.interpreter import Arguments as Args  # noqa: PLC0415 - the interpreter imports this module

        return Seq((run.call(first, Args.of(element(values[1])), node),), "list", False)
    if name == "filter" and len(values) == 2 and isinstance(values[1], Seq):
        return replace(values[1], is_whole=False)
    if name == "iter":
        return first
    if name == "next":
        return element(first)
    if name == "range":
        bounds = [number(value) for value in values]
        if bounds and all(bound is not None for bound in bounds):
            made = range(*[bound for bound in bounds if bound is not None]) if 0 not in bounds[2:] else range(0)
            if len(made) <= 200:
                return Seq(tuple(Const(item) for item in made), "range", True, place)
        return Seq((Unknown("index"),), "range", False)
    if name in {"isinstance", "hasattr", "getattr"}:
        return _inspect(run, name, values, node)
    if name == "print":
        return NONE
    return Unknown(name)


def _inspect(run: Interpreter, name: str, values: list[Value], node: ast.Call) -> Value:
    """``isinstance``, ``hasattr`` and ``getattr``: code that tests a feature output handles both major versions."""
    first = values[0] if values else UNKNOWN
    attribute_name = text_of(values[1]) if len(values) > 1 else None
    for option in options(first):
        if isinstance(option, Features) and option.origin is not None:
            run.recorder.guarded.add(option.origin.key)
    if name == "getattr" and attribute_name:
        found = join_all(run.attribute(option, attribute_name, None) for option in options(first))
        return join(found, values[2]) if len(values) > 2 and isinstance(found, Unknown) else found
    del node
    return UNKNOWN


# -- methods and attributes ----------------------------------------------------------------------------------------


def call_method(run: Interpreter, receiver: Value, name: str, arguments: Arguments, node: ast.Call) -> Value:
    """A method of a value that is not an object of the tree."""
    values = [argument.value for argument in arguments.positional]
    if isinstance(receiver, Text):
        return _text_method(run, receiver, name, arguments, node)
    if isinstance(receiver, Seq):
        return _seq_method(run, receiver, name, values, node)
    if isinstance(receiver, Dict):
        return _dict_method(run, receiver, name, values, arguments, node)
    if isinstance(receiver, Bound) and isinstance(receiver.receiver, Instance):
        return UNKNOWN
    if isinstance(receiver, Model):
        return _model_method(run, receiver, name, arguments, node)
    if isinstance(receiver, Component):
        return _component_method(run, receiver, name, arguments, node)
    if isinstance(receiver, Index):
        spec = run.libraries.method(None, "index", name)
        return perform(run, spec, arguments, node, receiver) if spec is not None else UNKNOWN
    if isinstance(receiver, Inputs):
        if name in {"to", "copy", "convert_to_tensors"}:
            moved = _moved(receiver.pixels, arguments) if receiver.pixels is not None else None
            return replace(receiver, pixels=moved)
        if name in {"pop", "get", "__getitem__"} and values:
            return attribute(run, receiver, text_of(values[0]) or "", None)
        return Seq((UNKNOWN,), "list", False) if name == "values" else UNKNOWN
    if isinstance(receiver, Image):
        spec = run.libraries.method(None, "image", name)
        if spec is not None:
            return perform(run, spec, arguments, node, receiver) if spec.op != "same" else _image_method(receiver, name, values)
    if isinstance(receiver, Features) and receiver.is_wrapped and name in {"to_tuple", "keys", "values", "items", "get"}:
        return UNKNOWN
    if isinstance(receiver, Parameters):
        if name == "requires_grad_" and values and truth(values[0]) is Three.NO:
            run.recorder.freeze(receiver.model)
        return UNKNOWN
    if isinstance(receiver, _TENSOR):
        spec = run.libraries.method(None, "tensor", name)
        if spec is None:
            return UNKNOWN
        return perform(run, spec, arguments, node, unwrap(run, receiver, node, f"`.{name}()` is called on it"))
    if isinstance(receiver, Unknown):
        return _unknown_method(run, receiver, name, arguments, node)
    return UNKNOWN


def _image_method(image: Image, name: str, values: list[Value]) -> Value:
    if name == "convert":
        return replace(image, channels=image.channels if image.channels == "bgr" else "rgb")
    if name in {"transpose", "permute", "astype", "float"}:
        return image
    del values
    return image


def able(run: Interpreter, receiver: Value, name: str) -> Value:
    """Of several possible models those that have the method, where any does."""
    if name in _DUCK and isinstance(receiver, OneOf):
        having = tuple(
            option for option in receiver.options
            if not isinstance(option, Model) or run.libraries.method(option.checkpoint.library, "model", name) is not None
        )
        if having and len(having) < len(receiver.options):
            return having[0] if len(having) == 1 else replace(receiver, options=having)
    return receiver


def _unknown_method(run: Interpreter, receiver: Unknown, name: str, arguments: Arguments, node: ast.Call) -> Value:
    """A method of something unknown: CLP's own method names tell a model by themselves."""
    duck = _DUCK.get(name)
    if duck is not None:
        model = _duck_model(run, receiver, duck[0])
        spec = run.libraries.method(duck[0], "model", name)
        if spec is not None and model is not None:
            return perform(run, spec, arguments, node, model)
    if name == "set_grad_enabled" or (name == "backward" and not arguments.positional):
        run.recorder.trains = True
    if name in {"append", "add", "extend", "items", "get", "keys", "read", "write", "format", "join", "split", "update", "pop"}:
        return Unknown(receiver.name)
    if name in {"softmax", "sigmoid", "norm", "to", "cpu", "numpy", "detach", "float", "T", "t", "half", "cuda", "unsqueeze", "squeeze"}:
        return Unknown(receiver.name)
    if name in {"strip", "lower", "upper", "copy", "tolist", "clone", "encode", "decode"}:
        return Unknown(receiver.name, receiver.is_parameter)
    return _unknown_call(run, name, arguments, node)


def _duck_model(run: Interpreter, receiver: Unknown, library: str) -> Model | None:
    """A model known only by a method that no other kind of object has; None where the tree defines such a method."""
    if run.defines_encoder():
        return None
    checkpoint = Checkpoint(library if library == "transformers" else None, None, None, None)
    return Model(checkpoint, mode="unknown", is_given=receiver.is_parameter)


def _text_method(run: Interpreter, text: Text, name: str, arguments: Arguments, node: ast.Call) -> Value:
    place = LazyPlace(run.scope.source, node)
    values = [argument.value for argument in arguments.positional]
    if name == "format":
        return texts.fill(text, values, {key: argument.value for key, argument in arguments.keywords.items()}, place)
    if name == "join" and values:
        return texts.join_texts(text, values[0], place)
    if name == "replace" and len(values) >= 2 and isinstance(values[1], OneOf):
        made = [texts.method(text, name, [values[0], option], place) or UNKNOWN for option in values[1].options]
        return OneOf(tuple(made), values[1].loop)
    if name == "replace" and len(values) >= 2 and isinstance(values[1], Unknown) and isinstance(values[0], Text):
        filler = Text(texts.HOLE, is_holed=True, hole=values[1].name)
        return texts.method(text, name, [values[0], filler], place) or UNKNOWN
    return texts.method(text, name, values, place) or UNKNOWN


def _receiver_node(node: ast.Call) -> ast.expr | None:
    return node.func.value if isinstance(node.func, ast.Attribute) else None


def _seq_method(run: Interpreter, seq: Seq, name: str, values: list[Value], node: ast.Call) -> Value:
    holder = _receiver_node(node)
    if name in {"append", "add", "insert", "put"} and values:
        item = values[-1]
        in_loop = bool(run.loops)
        added = item.options if isinstance(item, OneOf) else (item,)
        fresh = tuple(option for option in added if not in_loop or option not in seq.items)
        whole = seq.is_whole and (not in_loop or (isinstance(item, OneOf) and all(isinstance(o, Text) for o in added)))
        if len(seq.items) < 5000 and holder is not None:
            run.store(holder, replace(seq, items=seq.items + fresh, is_whole=whole), node)
        return NONE
    if name in {"extend", "update"} and values:
        other = values[0]
        items = other.items if isinstance(other, Seq) else ()
        fresh = tuple(item for item in items if not run.loops or item not in seq.items)
        whole = seq.is_whole and isinstance(other, Seq) and other.is_whole and not run.loops
        if holder is not None and len(seq.items) < 5000:
            run.store(holder, replace(seq, items=seq.items + fresh, is_whole=whole), node)
        return NONE
    if name in {"copy", "tolist"}:
        return seq
    if name == "pop":
        return element(seq)
    if name == "index":
        return Unknown("index")
    return UNKNOWN


def _dict_method(
    run: Interpreter, mapping: Dict, name: str, values: list[Value], arguments: Arguments, node: ast.Call
) -> Value:
    if name == "keys":
        return Seq(tuple(key for key, _ in mapping.entries), "list", mapping.is_whole, mapping.place, mapping.name)
    if name == "values":
        return Seq(tuple(value for _, value in mapping.entries), "list", mapping.is_whole, mapping.place, mapping.name)
    if name == "items":
        pairs = tuple(Seq((key, value), "tuple") for key, value in mapping.entries)
        return Seq(pairs, "list", mapping.is_whole, mapping.place, mapping.name)
    if name in {"get", "pop", "setdefault"} and values:
        key = text_of(values[0])
        found = mapping.get(key) if key is not None else None
        if found is not None:
            return found
        unnamed = [value for known, value in mapping.entries if key is None or not isinstance(known, Text) or known.is_holed]
        if unnamed:
            return join_all(unnamed)
        return values[1] if len(values) > 1 else UNKNOWN
    if name == "update":
        holder = _receiver_node(node)
        other = values[0] if values else UNKNOWN
        entries = other.entries if isinstance(other, Dict) else ()
        named = tuple((Text(key), argument.value) for key, argument in arguments.keywords.items() if key != "**")
        if holder is not None:
            whole = mapping.is_whole and (isinstance(other, Dict) or not values)
            run.store(holder, replace(mapping, entries=(*mapping.entries, *entries, *named)[-500:], is_whole=whole), node)
        return NONE
    return mapping if name in {"copy", "to"} else UNKNOWN


def _model_method(run: Interpreter, model: Model, name: str, arguments: Arguments, node: ast.Call) -> Value:
    values = [argument.value for argument in arguments.positional]
    if name == "eval":
        run.recorder.evaluate(model)
        return model
    if name == "train":
        if not values and "mode" not in arguments.keywords:
            run.recorder.train(model)
        elif (values and truth(values[0]) is Three.NO) or ("mode" in arguments.keywords and truth(arguments.keywords["mode"].value) is Three.NO):
            run.recorder.evaluate(model)
        else:
            run.recorder.train(model)
        return model
    if name == "requires_grad_":
        if values and truth(values[0]) is Three.NO:
            run.recorder.freeze(model)
        else:
            run.recorder.trains = True
        return model
    if name in {"parameters", "named_parameters"}:
        return Seq((Seq((Unknown("name"), Parameters(model)), "tuple"),), "generator", False) if name.startswith("n") else Parameters(model)
    if name in {"to", "cuda", "cpu", "half", "float", "bfloat16", "double", "share_memory", "to_empty"}:
        return _move_model(run, model, name, arguments, node)
    if name in {"logit_scale"}:
        return Scale(True)
    spec = run.libraries.method(model.checkpoint.library, "model", name)
    if spec is None and name in _DUCK and model.checkpoint.library is None:
        spec = run.libraries.method(_DUCK[name][0], "model", name)
    if spec is None and name in {"__call__", "forward"} and model.checkpoint.library is None:
        spec = run.libraries.method("clip", "model", "__call__")
    if spec is not None:
        return perform(run, spec, arguments, node, model)
    return Unknown(name)


def module_method(run: Interpreter, instance: Instance, name: str, arguments: Arguments, node: ast.Call) -> Value:
    """``eval``, ``train``, ``to`` ... of an object of the tree: a module passes it on to the models it holds."""
    for model in list(run.recorder.models(run, instance)):
        _model_method(run, model, name, arguments, node) if name in {"eval", "train", "requires_grad_"} else None
        if name == "parameters":
            return Parameters(model)
    return instance


def _move_model(run: Interpreter, model: Model, name: str, arguments: Arguments, node: ast.Call) -> Value:
    dtype, device = model.dtype, model.device
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
                device = "?" if isinstance(value, OneOf) else where
            if isinstance(value, External) and value.path.startswith("torch."):
                dtype = _dtype(value) or dtype
    moved = replace(model, dtype=dtype, device=device)
    holder = _receiver_node(node)
    if isinstance(holder, (ast.Name, ast.Attribute)):
        run.store(holder, moved, node)
    return moved


def _dtype(value: Value) -> str:
    if isinstance(value, OneOf):
        return ""
    if isinstance(value, External):
        last = value.path.rpartition(".")[2]
        return {"half": "float16", "float": "float32"}.get(last, last if "float" in last else "")
    text = text_of(value)
    return text if text and ("float" in text or text == "auto") else ""


def _component_method(run: Interpreter, component: Component, name: str, arguments: Arguments, node: ast.Call) -> Value:
    kind = component.kind
    spec = run.libraries.method(component.checkpoint.library, kind, name)
    if spec is None and kind == "preprocess" and name == "__call__":
        spec = run.libraries.method("open_clip", kind, name)
    if spec is None and kind == "collection-client":
        spec = run.libraries.method(None, kind, name)
    if spec is not None:
        return perform(run, spec, arguments, node, component)
    return Unknown(name)


def attribute(run: Interpreter, value: Value, name: str, node: ast.Attribute | None) -> Value:
    """``value.name`` for values that are not objects or modules of the tree."""
    if isinstance(value, Model):
        if name == "logit_scale":
            return Scale(True, name="logit_scale")
        if name == "logit_bias":
            return Scale(True, name="logit_bias")
        if name in {"module", "model", "_orig_mod"}:
            return value
        if name in {"config", "dtype", "device", "visual", "transformer", "text_model", "vision_model", "training"}:
            return Unknown(name)
        return Bound(value, name)
    if isinstance(value, Component):
        if name in {"tokenizer", "image_processor", "feature_extractor"}:
            kind = "tokenizer" if name == "tokenizer" else "image-processor"
            return replace(value, kind=kind)
        return Bound(value, name)
    if isinstance(value, Inputs):
        return _inputs_field(value, name)
    if isinstance(value, Output):
        return _output_field(value, name)
    if isinstance(value, Features):
        return _features_attribute(run, value, name, node)
    if isinstance(value, (Scores, Probability)):
        if name in {"T", "mT"}:
            axes = value.axes[::-1] if value.axes else None
            return replace(value, axes=axes)
        if name == "data":
            return value
        return Unknown(name) if name in {"shape", "dtype", "device", "ndim"} else Bound(value, name)
    if isinstance(value, (Tokens, Pixels, Image)):
        if name in {"data", "T"}:
            return value
        if name == "input_ids":
            return value
        return Unknown(name) if name in {"shape", "size", "dtype", "device", "width", "height"} else Bound(value, name)
    if isinstance(value, Scale):
        return value if name in {"data", "T"} else Bound(value, name)
    if isinstance(value, (Text, Seq, Dict, Norm, Pair, Index, Instance)):
        return Bound(value, name)
    return Unknown(name)


def _inputs_field(inputs: Inputs, name: str) -> Value:
    if name in {"input_ids"}:
        return inputs.tokens if inputs.tokens is not None else Unknown(name)
    if name in {"pixel_values", "pixel_values_videos"}:
        return inputs.pixels if inputs.pixels is not None else Unknown(name)
    if name == "to":
        return Bound(inputs, name)
    return Unknown(name) if name in {"attention_mask", "data"} else Bound(inputs, name)


def _output_field(output: Output, name: str) -> Value:
    model = output.model
    inputs = output.inputs or Inputs()
    if name in {"logits_per_image", "logits_per_text"}:
        scores = Scores(
            model.checkpoint,
            Three.YES,
            Three.YES,
            output.site,
            ("image", "text"),
            is_sigmoid=model.checkpoint.family in SIGMOID_FAMILIES,
            label_count=text_count(inputs.tokens.texts) if inputs.tokens is not None else None,
            image_count=inputs.pixels.count if inputs.pixels is not None else None,
            texts=inputs.tokens.texts if inputs.tokens is not None else None,
            is_whole_model=True,
            has_bias=True,
        )
        return scores if name == "logits_per_image" else replace(scores, axes=("text", "image"))
    if name in {"image_embeds", "text_embeds"}:
        modality = name.partition("_")[0]
        part_only = bool(model.part)
        return Features(
            modality, model.checkpoint, Three.NO if part_only else Three.YES, output.site, (modality, "dim"), model=model
        )
    return Unknown(name)


_FEATURE_OUTPUT = frozenset({"pooler_output", "last_hidden_state", "hidden_states", "attentions"})


def _features_attribute(run: Interpreter, features: Features, name: str, node: ast.Attribute | None) -> Value:
    if name == "pooler_output":
        return replace(features, is_wrapped=False)
    if name in _FEATURE_OUTPUT:
        return Unknown(name)
    if name in {"T", "mT"}:
        plain = unwrap(run, features, node, f"`.{name}` is taken of it")
        return transpose(plain)
    if name == "data":
        return features
    if name in {"shape", "dtype", "device", "ndim"}:
        unwrap(run, features, node, f"`.{name}` is read")
        return Unknown(name)
    return Bound(features, name)


def transpose(value: Value) -> Value:
    """Rows and columns exchanged."""
    if isinstance(value, (Features, Scores, Probability)):
        return replace(value, axes=value.axes[::-1] if value.axes else None)
    return value


def unwrap(run: Interpreter, value: Value, node: ast.AST | None, how: str) -> Value:
    """Features as a tensor; a transformers 5 output object used so is recorded."""
    if isinstance(value, Features) and value.is_wrapped:
        if value.origin is not None and isinstance(node, (ast.expr, ast.stmt)):
            use = run.site(node)
            run.recorder.add(run, WrappedUse(value.origin, use, how, value), value.origin)
        return replace(value, is_wrapped=False)
    return value


# -- loading -------------------------------------------------------------------------------------------------------


def _site_of_load(run: Interpreter, call: Call) -> Site:
    return run.site(call.node)


def _record_load(run: Interpreter, model: Model, call: Call) -> None:
    site = model.load
    if site is None:
        return
    frame = run.frame
    loop = run.loops[-1].site if run.loops else None
    run.recorder.add(
        run, Load(site, model, loop, frame.handler, frame.is_cached or _is_lazily_cached(run), call.spec.library,
            _varies(run, call.node), _quickgelu(run, model, call)), site
    )


_GELU_TAGS = ("laion2b", "datacomp", "commonpool")
"""Weights of these data sets were trained without QuickGELU, whatever the architecture (open_clip pretrained.py)."""


def _quickgelu(run: Interpreter, model: Model, call: Call) -> str:
    name, tag = (model.checkpoint.name or "").replace("/", "-"), model.checkpoint.tag or ""
    if model.checkpoint.library != "open_clip" or "force_quick_gelu" in call or call.arguments.has_more:
        return ""
    table = run.libraries.quickgelu
    if "negclip" in tag.lower() and name == "ViT-B-32":
        return "missing"
    if tag in table["missing"].get(name, ()):
        return "missing"
    base = name.removesuffix("-quickgelu")
    needless = base != name and tag.startswith(_GELU_TAGS) and tag not in table["missing"].get(base, ())
    return "needless" if needless or tag in table["needless"].get(name, ()) else ""


def _varies(run: Interpreter, node: ast.Call) -> bool:
    """Whether what is loaded may differ from round to round: by its arguments, or by a condition it stands under."""
    controlled = {key for frame in run.frames for key in frame.control}
    return bool({loop.key for loop in run.loops} & (run.depends(node) | controlled))


def _is_lazily_cached(run: Interpreter) -> bool:
    """Whether the load is kept for later calls: it is stored globally, or a test for its absence comes first."""
    return bool(run.scope.outer) or any(frame.lazy for frame in run.frames)


def _factory(
    run: Interpreter, kind: str, library: str, family: str | None, part: str, call: Call, owner: str
) -> Value:
    name = text_of(call.value("checkpoint"))
    known = run.libraries.family(name)
    if family is None and known is None:
        return Unknown(owner.rpartition(".")[2])
    if known == "other":
        return UNKNOWN
    checkpoint = run.libraries.checkpoint(library, name, None, family or known)
    site = _site_of_load(run, call)
    if kind != "model":
        chosen = tuple((key, argument.value) for key, argument in call.arguments.keywords.items())
        return Component(kind, checkpoint, site, chosen)
    model = Model(
        checkpoint, site, call.spec.get("mode", "unknown"), _dtype(call.value("dtype")), text_of(call.value("device")) or "", part
    )
    _record_load(run, model, call)
    return model


def op_load(run: Interpreter, call: Call) -> Value:
    """A factory function: a model, or a tuple of a model and its transforms."""
    spec = call.spec
    name, tag = text_of(call.value("checkpoint")), text_of(call.value("tag"))
    if spec.get("only_known") and run.libraries.family(name) in {None, "other"}:
        return Unknown(name or "")
    if name and name.startswith("hf-hub:"):
        name = name.removeprefix("hf-hub:")
    family = run.libraries.family(name) or run.libraries.family(tag)
    checkpoint = run.libraries.checkpoint(spec.library, name, tag, spec.get("family"))
    if family and family != "other" and spec.library == "open_clip":
        checkpoint = replace(checkpoint, family=family)
    site = _site_of_load(run, call)
    precision, where = call.value("precision"), call.value("device")
    dtype = "" if isinstance(precision, OneOf) else {"fp16": "float16", "bf16": "bfloat16"}.get(text_of(precision) or "", "")
    device = "" if isinstance(where, OneOf) else text_of(where) or ""
    if spec.get("dtype") == "float16-on-cuda":
        dtype = "float16" if device.startswith("cuda") else "float16-on-cuda" if not device else ""
    model = Model(checkpoint, site, spec.get("mode", "unknown"), dtype, device)
    _record_load(run, model, call)
    returned = spec.get("returns", "model")
    if returned == "model":
        return model
    parts = tuple(model if part == "model" else Component(part, checkpoint, site) for part in returned)
    return Seq(parts, "tuple")


def op_component(run: Interpreter, call: Call) -> Value:
    """A tokenizer, transform or metric object."""
    spec = call.spec
    name = text_of(call.value("checkpoint"))
    checkpoint = run.libraries.checkpoint(spec.library, name, text_of(call.value("tag")), spec.get("family"))
    chosen = tuple((key, Const(value)) for key, value in spec.options.items() if key in {"unit"})
    return Component(spec.get("kind", ""), checkpoint, run.site(call.node), chosen)


def op_pipeline(run: Interpreter, call: Call) -> Value:
    """``transformers.pipeline``: only the zero-shot image tasks concern us."""
    task = text_of(call.value("task"))
    if task not in {"zero-shot-image-classification"}:
        return Unknown("pipeline")
    name = text_of(call.value("checkpoint")) or "openai/clip-vit-base-patch32"
    checkpoint = run.libraries.checkpoint("transformers", name, None, run.libraries.family(name))
    site = run.site(call.node)
    model = Model(checkpoint, site, "eval")
    _record_load(run, model, call)
    return Component("pipeline", checkpoint, site)


# -- text and pixels in ----------------------------------------------------------------------------------------------


_ONE_TEXT = re.compile(r"(?:caption|sentence|question)_?\d?")


def text_count(value: Value | None) -> int | None:
    """How many texts one call gets, None where that is not known."""
    if isinstance(value, Text) or (isinstance(value, Unknown) and _ONE_TEXT.fullmatch(value.name)):
        return 1
    if isinstance(value, OneOf) and value.options and all(isinstance(option, Text) for option in value.options):
        return 1
    if isinstance(value, Seq) and value.is_whole:
        if any(isinstance(item, (Unknown, Seq)) for item in value.items) and value.kind == "generator":
            return None
        return len(value.items)
    return None


def _tokens(run: Interpreter, call: Call, value: Value, by: Component | None) -> Tokens:
    """Token ids of texts, with how they are padded and cut; records the tokenisation."""
    family = by.checkpoint.family if by is not None else call.spec.get("family")
    library = by.checkpoint.library if by is not None else call.spec.library
    options_of_component = dict(by.options) if by is not None else {}
    truncation = call.value("truncation", call.value("truncate", options_of_component.get("truncation", Const(None))))
    padding_value = call.value("padding", options_of_component.get("padding", NONE))
    padding = text_of(padding_value) or ("True" if padding_value == Const(True) else "" if padding_value == NONE or padding_value == Const(False) else "?")
    truncates = truth(truncation)
    if call.spec.get("truncates") or family == "siglip2":
        truncates = Three.YES
    if call.arguments.has_more or "**" in call:
        truncates = Three.MAYBE if truncates is Three.NO else truncates
        padding = padding or "?"
    node = call.node_of("text")
    site = run.site(call.node)
    single = isinstance(node, ast.Name) and any(
        loop.target == node.id and loop.kind == "for" and not loop.batches for loop in run.loops
    )
    tokens = Tokens(value, by, site, padding, truncates, run.depends(node), single and isinstance(value, Unknown))
    raises = bool(call.spec.get("raises")) or family in run.libraries.raising.get(library or "", frozenset())
    argument = ast.unparse(node) if node is not None else ""
    definition = run.stack[-1] if run.stack else None
    arguments = definition.args if isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)) else None
    names = {parameter.arg for parameter in (*arguments.args, *arguments.kwonlyargs)} if arguments is not None else set()
    run.recorder.add(run, Tokenize(site, tokens, argument, library or "", raises, argument in names), site)
    run.prompts(value, call.node, by.checkpoint if by is not None else None, node)
    return tokens


def op_tokenize(run: Interpreter, call: Call) -> Value:
    """Texts to token ids."""
    by = call.receiver if isinstance(call.receiver, Component) else None
    if by is None and call.spec.get("family"):
        by = Component("tokenizer", Checkpoint(call.spec.library, None, None, call.spec.get("family")))
    tokens = _tokens(run, call, call.value("text"), by)
    if call.spec.get("returns") == "tokens":
        return tokens
    return Inputs(tokens, None, by)


_ONE_IMAGE = frozenset({"image", "img", "crop", "frame", "photo", "picture", "pil_image", "pil_img", "patch", "im"})


def _image_count(value: Value, node: ast.expr | None = None) -> int | None:
    if isinstance(value, (Image, OneOf)):
        return 1
    if isinstance(value, Unknown) and isinstance(node, ast.Name) and node.id in _ONE_IMAGE:
        return 1
    if isinstance(value, Seq) and value.is_whole and value.kind != "generator":
        return len(value.items)
    return None


def _first_image(value: Value) -> Image | None:
    for option in options(value):
        if isinstance(option, Image):
            return option
        if isinstance(option, Seq):
            for item in option.items:
                for inner in options(item):
                    if isinstance(inner, Image):
                        return inner
    return None


def _all_images(value: Value) -> list[Image]:
    found = []
    for option in options(value):
        if isinstance(option, Image):
            found.append(option)
        elif isinstance(option, Seq):
            found.extend(inner for item in option.items for inner in options(item) if isinstance(inner, Image))
    return found


def _image_use(run: Interpreter, call: Call, value: Value, by: Component | None, name: str) -> None:
    images = _all_images(value)
    if not images or (isinstance(value, OneOf) and len(images) < len(value.options)):
        return
    site = run.site(call.node)
    channels = {image.channels for image in images}
    image = images[0] if len(channels) == 1 else replace(images[0], channels="")
    rescale = call.value("do_rescale", dict(by.options).get("do_rescale", Const(True)) if by is not None else Const(True))
    run.recorder.add(run, ImageUse(site, image, by, name, truth(rescale)), site)


def op_process(run: Interpreter, call: Call) -> Value:
    """A processor: texts and images in, a mapping out; an image transform: pixels out."""
    by = call.receiver if isinstance(call.receiver, Component) else None
    named = dict(call.named)
    if by is not None and by.kind in {"processor"}:
        for position, argument in enumerate(call.arguments.positional[:2]):
            kind = _kind_of_input(argument.value, argument.node)
            for known in ("text", "images"):
                if named.get(known) is argument and kind and kind != known:
                    del named[known]
            if kind:
                named[kind] = argument
            del position
    call.named = named
    tokens: Tokens | None = None
    if "text" in call and call.value("text") != NONE:
        tokens = _tokens(run, call, call.value("text"), by)
    pixels: Pixels | None = None
    if "images" in call and call.value("images") != NONE:
        value = call.value("images")
        node = call.node_of("images")
        _image_use(run, call, value, by, ast.unparse(node) if node is not None else "image")
        normalizes = call.value("do_normalize", dict(by.options).get("do_normalize", NONE) if by is not None else NONE)
        pixels = Pixels(
            by, _first_image(value), _image_count(value, node), is_normalized=truth(normalizes) is not Three.NO or normalizes == NONE,
            source=value,
        )
    if call.spec.get("returns") == "pixels":
        return pixels or Pixels(by)
    return Inputs(tokens, pixels, by)


def _kind_of_input(value: Value, node: ast.expr | None) -> str:
    for option in options(value):
        if isinstance(option, (Image, Pixels)):
            return "images"
        if isinstance(option, Text):
            return "text"
        if isinstance(option, Seq) and option.items:
            return _kind_of_input(option.items[0], node)
    name = ast.unparse(node).lower() if node is not None else ""
    if any(word in name for word in ("image", "img", "frame", "crop", "photo", "picture")):
        return "images"
    if any(word in name for word in ("text", "label", "prompt", "caption", "class", "query", "quer")):
        return "text"
    return ""


def op_zero_shot(run: Interpreter, call: Call) -> Value:
    """The zero-shot pipeline: it puts labels into its own template and returns calibrated scores."""
    by = call.receiver if isinstance(call.receiver, Component) else None
    labels = call.value("labels")
    if "images" in call:
        node = call.node_of("images")
        _image_use(run, call, call.value("images"), by, ast.unparse(node) if node is not None else "image")
    template = call.value("template", Text("This is a photo of {}."))
    run.labels(labels, template, call.node, by.checkpoint if by is not None else None, adds_template="template" not in call)
    return Unknown("predictions")


def op_zero_shot_weights(run: Interpreter, call: Call) -> Value:
    """open_clip's classifier builder."""
    model = call.value("model")
    checkpoint = model.checkpoint if isinstance(model, Model) else Checkpoint("open_clip", None, None, "clip")
    run.labels(call.value("labels"), call.value("templates"), call.node, checkpoint, adds_template=True)
    return Features("text", checkpoint, Three.YES, run.site(call.node), ("dim", "text"))


def op_clip_score(run: Interpreter, call: Call) -> Value:
    """CLIPScore: 100 x cosine."""
    by = call.receiver if isinstance(call.receiver, Component) else None
    name = text_of(call.value("checkpoint"))
    checkpoint = by.checkpoint if by is not None else run.libraries.checkpoint("torchmetrics", name, None, "clip")
    run.prompts(call.value("text"), call.node, checkpoint, call.node_of("text"))
    return Unknown("clip_score")


# -- encoding ------------------------------------------------------------------------------------------------------


def _normalizes(run: Interpreter, model: Model, call: Call) -> Three:
    if "normalize" in call:
        return truth(call.value("normalize"))
    if model.checkpoint.family in run.libraries.normalizing and call.spec.library == "open_clip":
        return Three.YES
    if model.checkpoint.library == "open_clip" and model.checkpoint.name is None:
        return Three.MAYBE if model.load is None else Three.NO
    if call.arguments.has_more or ("**" in call and call.spec.library == "open_clip"):
        return Three.MAYBE
    return Three.NO


def op_encode(run: Interpreter, call: Call) -> Value:
    """One tower: features of images or texts."""
    model = call.receiver if isinstance(call.receiver, Model) else None
    if model is None:
        return UNKNOWN
    spec = call.spec
    modality: str = spec.get("modality", "")
    inputs = call.named["**"].value if "**" in call else UNKNOWN
    tokens: Tokens | None = None
    pixels: Pixels | None = None
    source = call.value("items" if modality == "auto" else "pixels" if modality == "image" else "tokens")
    source_node = call.node_of("items" if modality == "auto" else "pixels" if modality == "image" else "tokens")
    if isinstance(inputs, Unknown) and isinstance(source, Inputs):
        inputs = source
    if isinstance(inputs, Inputs):
        tokens, pixels = inputs.tokens, inputs.pixels
        source_node = source_node or call.node_of("**")
    if isinstance(source, Tokens):
        tokens = source
    if isinstance(source, Pixels):
        pixels = source
    if modality == "auto":
        modality = {"text": "text", "images": "image"}.get(_kind_of_input(source, source_node), "")
        if modality == "text":
            run.prompts(source, call.node, model.checkpoint, source_node)
        elif modality == "image":
            _image_use(run, call, source, None, ast.unparse(source_node) if source_node else "image")
    elif modality == "image" and isinstance(source, Image):
        _image_use(run, call, source, None, ast.unparse(source_node) if source_node else "image")
        pixels = Pixels(None, source, None)
    by = (tokens.by if tokens is not None else None) if modality == "text" else (pixels.by if pixels is not None else None)
    texts_in = tokens.texts if tokens is not None else (source if modality == "text" else None)
    count = text_count(texts_in) if modality == "text" else pixels.count if pixels is not None else None
    site = run.site(call.node)
    _check_fit(run, model, pixels, site)
    wrapped = spec.get("wrapped_from")
    features = Features(
        modality, model.checkpoint, _normalizes(run, model, call), site, (modality or "?", "dim"), count=count,
        texts=texts_in, model=model, dtype=model.dtype,
        is_wrapped=bool(wrapped and run.versions.allows(spec.library, wrapped)),
    )
    if spec.get("batches") and count == 1 and not isinstance(source, Seq):
        features = replace(features, axes=("dim",))
    elif spec.get("batches") and not isinstance(source, Seq):
        features = replace(features, axes=None)
    run.recorder.add(
        run,
        Encode(
            site, model, modality, run.grad, tuple(run.loops), run.depends(source_node),
            _text_varying(run, tokens, source_node) | run.depends(call.node.func),
            _is_single(source, tokens, pixels, modality), texts_in, pixels, tokens, features, by,
            bool(spec.get("manages_grad")),
            run.call_sites(),
            run.in_framework(),
            _from_parameter(source, tokens, pixels),
        ),
        site,
    )
    return features


def _text_varying(run: Interpreter, tokens: Tokens | None, node: ast.expr | None) -> frozenset[int]:
    """The loops whose round the texts depend on: noted where they were tokenised, else taken from the argument."""
    if tokens is None and node is None:
        return frozenset(loop.key for loop in run.loops)
    return tokens.varying if tokens is not None and tokens.site is not None else run.depends(node)


def _from_parameter(source: Value, tokens: Tokens | None, pixels: Pixels | None) -> bool:
    given = tokens.texts if tokens is not None else pixels.source if pixels is not None else source
    return any(isinstance(option, Unknown) and option.is_parameter for option in options(given))


def _check_fit(run: Interpreter, model: Model, pixels: Pixels | None, site: Site) -> None:
    """Record pixels whose precision or device the model cannot take."""
    if model.dtype == "float16" and model.device == "cpu" and model.load is not None:
        run.recorder.add(run, Mixed(model.load, "half-on-cpu", model), model.load)
    if pixels is None or pixels.by is None or any(frame.autocast for frame in run.frames):
        return
    if model.device.startswith("cuda") and pixels.device == "":
        run.recorder.add(run, Mixed(site, "inputs-on-cpu", model), site)
    elif model.dtype in {"float16", "bfloat16"} and pixels.dtype == "" and model.checkpoint.library == "open_clip":
        run.recorder.add(run, Mixed(site, "float-into-half", model), site)


def _is_single(source: Value, tokens: Tokens | None, pixels: Pixels | None, modality: str) -> bool:
    """Whether the call certainly takes one item."""
    if modality == "text" and tokens is not None and tokens.is_single:
        return True
    if modality == "text":
        return (tokens is not None and text_count(tokens.texts) == 1) or isinstance(source, (Text, OneOf))
    if pixels is not None:
        return pixels.count == 1 or (not pixels.is_batch and pixels.by is not None and pixels.by.kind == "preprocess")
    return isinstance(source, Image)


def op_forward(run: Interpreter, call: Call) -> Value:
    """The whole model on images and texts."""
    model = call.receiver if isinstance(call.receiver, Model) else None
    if model is None:
        return UNKNOWN
    inputs = call.named["**"].value if "**" in call else call.value("tokens")
    if not isinstance(inputs, Inputs):
        token_value, pixel_value = call.value("tokens"), call.value("pixels")
        tokens = token_value if isinstance(token_value, Tokens) else None
        pixels = pixel_value if isinstance(pixel_value, Pixels) else None
        inputs = Inputs(tokens, pixels, tokens.by if tokens is not None else pixels.by if pixels is not None else None)
    site = run.site(call.node)
    _check_fit(run, model, inputs.pixels, site)
    output = Output(model, inputs, site)
    text_node = call.node_of("tokens") or call.node_of("input_ids") or call.node_of("**")
    image_node = call.node_of("pixels") or call.node_of("**")
    count = inputs.pixels.count if inputs.pixels is not None else None
    by = inputs.by or (inputs.pixels.by if inputs.pixels is not None else None)
    run.recorder.add(
        run,
        Encode(
            site, model, model.part or "both", run.grad, tuple(run.loops), run.depends(image_node),
            _text_varying(run, inputs.tokens, text_node) | run.depends(call.node.func),
            count == 1, inputs.tokens.texts if inputs.tokens is not None else None, inputs.pixels, inputs.tokens, output, by,
            calls=run.call_sites(), in_framework=run.in_framework(),
        ),
        site,
    )
    returned = call.spec.get("returns")
    if returned == "logits":
        return Seq((_output_field(output, "logits_per_image"), _output_field(output, "logits_per_text")), "tuple")
    if returned == "features":
        image, text = _output_field(output, "image_embeds"), _output_field(output, "text_embeds")
        return Seq((image, text, Scale(True, name="logit_scale")), "tuple", is_whole=True)
    return output


def op_store_encode(run: Interpreter, call: Call) -> Value:
    """The CLIP embeddings that come with a vector store library."""
    by = call.receiver if isinstance(call.receiver, Component) else None
    checkpoint = by.checkpoint if by is not None else Checkpoint()
    modality: str = call.spec.get("modality", "")
    if modality == "text":
        run.prompts(call.value("items"), call.node, checkpoint, call.node_of("items"))
    unit = truth(dict(by.options).get("unit", Const(True))) if by is not None else Three.MAYBE
    return Features(modality, checkpoint, unit, run.site(call.node), (modality, "dim"))


# -- tensors -------------------------------------------------------------------------------------------------------


def op_same(run: Interpreter, call: Call) -> Value:
    """A function or method that keeps the value's meaning."""
    value = call.subject()
    if isinstance(value, Seq) and value.items and all(isinstance(item, Features) for item in value.items):
        return op_stack(run, call)
    return unwrap(run, value, call.node, "passed on as a tensor") if call.receiver is None else value


def op_move(run: Interpreter, call: Call) -> Value:
    """``.to``, ``.half`` and their like."""
    value = call.subject()
    target = call.spec.get("target") or _dtype(call.value("target"))
    del run
    if isinstance(value, Pixels):
        value = _moved(value, call.arguments)
        device = call.spec.get("device")
        return replace(value, dtype=target or value.dtype, device=device or value.device)
    if target and isinstance(value, Features):
        return replace(value, dtype=target)
    return value


def _moved(pixels: Pixels, arguments: Arguments) -> Pixels:
    """Pixels after ``.to(...)``: whatever it was given may be a device, a precision or both."""
    dtype, device = pixels.dtype, pixels.device
    for name, value in [("", a.value) for a in arguments.positional] + [(k, a.value) for k, a in arguments.keywords.items()]:
        known = _dtype(value)
        where = text_of(value)
        if known:
            dtype = known
        elif where:
            device = where
        else:
            device = device if name == "dtype" else "?"
            dtype = dtype if name == "device" else dtype or ("?" if len(arguments.positional) > 1 or name == "dtype" else "")
    return replace(pixels, dtype=dtype, device=device)


def op_unknown(_run: Interpreter, _call: Call) -> Value:
    """Nothing is known of the result."""
    return UNKNOWN


def op_first(_run: Interpreter, call: Call) -> Value:
    """The argument itself."""
    return call.value("x")


def op_normalize(run: Interpreter, call: Call) -> Value:
    """Division by the length."""
    result = []
    for option in options(call.subject()):
        value = unwrap(run, option, call.node, "passed to normalize()")
        if isinstance(value, Seq) and value.items and isinstance(value.items[0], Features):
            value = replace(value.items[0], axes=None)
        if isinstance(value, Features):
            dim = number(call.value("dim"))
            wrong = dim == 0 and value.axes is not None and len(value.axes) == 2 and value.axes[1] == "dim" and value.count != 1
            result.append(replace(value, is_unit=Three.MAYBE if wrong else Three.YES, is_scaled=Three.NO, mean=None))
        else:
            result.append(value if isinstance(value, (Pixels, Image)) else Unknown("normalized"))
    return join_all(result)


def op_normalize_in_place(run: Interpreter, call: Call) -> Value:
    """``faiss.normalize_L2(x)`` changes its argument."""
    node = call.node_of("x")
    value = call.value("x")
    if node is not None and isinstance(value, Features):
        run.store(node, replace(value, is_unit=Three.YES, mean=None), call.node)
    elif node is not None:
        run.store(node, UNKNOWN, call.node)
    return NONE


def op_norm(run: Interpreter, call: Call) -> Value:
    """The length of features, or the distance when a difference is measured."""
    value = unwrap(run, call.subject(), call.node, "its norm is taken")
    if isinstance(value, Features):
        order = call.value("p")
        return Norm(value, axis_ok=order in {UNKNOWN, NONE} or order in {Const(2), Const("fro")} or isinstance(order, Text))
    if isinstance(value, Pair) and value.kind == "difference":
        return _compare(run, call.node, value.left, value.right, "euclidean")
    return UNKNOWN


def op_root(_run: Interpreter, call: Call) -> Value:
    """A square root keeps a norm a norm."""
    value = call.subject()
    return value if isinstance(value, Norm) else UNKNOWN


def op_power(_run: Interpreter, call: Call) -> Value:
    """Squares on the way to a norm."""
    value = call.subject()
    return Norm(value) if isinstance(value, Features) else UNKNOWN


def axis_name(axes: tuple[str, ...] | None, dim: int | None) -> str:
    """What an axis is, ``?`` if that is not known."""
    if axes is None or dim is None or not -len(axes) <= dim < len(axes):
        return "?"
    return axes[dim]


def op_softmax(run: Interpreter, call: Call) -> Value:
    """Softmax over scores."""
    return _normalize_scores(run, call, "softmax")


def op_sigmoid(run: Interpreter, call: Call) -> Value:
    """Sigmoid of scores."""
    return _normalize_scores(run, call, "sigmoid")


def _normalize_scores(run: Interpreter, call: Call, via: str) -> Value:
    results: list[Value] = []
    dim = number(call.value("dim"))
    for value in options(call.subject()):
        if isinstance(value, (Scores, Probability)):
            axis = axis_name(value.axes, dim)
            if value.axes is not None and len(value.axes) == 1 and via == "softmax":
                axis = value.axes[0]
            site = run.site(call.node)
            run.recorder.add(run, Normalized(site, value, via, axis, dim), site)
            scores = value.of if isinstance(value, Probability) else value
            results.append(Probability(scores, via, axis, site, value.axes))
        else:
            results.append(Unknown("probabilities"))
    return join_all(results)


LEAST_SCALE = 4.0
"""Smaller factors (CLIPScore's 2.5, a percentage of a percentage) are no logit scale: the smallest in use is 1/0.25."""


def scale(
    run: Interpreter, node: ast.expr | ast.stmt, scores: Scores, factor: float | None, by: Value, name: str
) -> Value:
    """Scores times a factor (None: not known)."""
    learned = isinstance(by, Scale) and by.is_learned
    temperature_words = ("temp", "tau", "scale", "logit")
    named = any(word in name for word in temperature_words)
    site = run.site(node)
    if learned or (factor is not None and factor >= LEAST_SCALE) or (factor is None and named):
        run.recorder.add(run, Scaled(site, scores, factor, learned, named), site)
        already = scores.is_scaled is Three.YES
        return replace(
            scores, is_scaled=Three.YES, temperature=None if learned else (1.0 / factor if factor else None),
            is_transformed=scores.is_transformed or already,
        )
    if factor is not None and 0 < factor <= 0.05 and scores.is_scaled is Three.YES:
        return replace(scores, is_scaled=Three.NO, temperature=None)
    if factor is not None and factor in {1.0, -1.0}:
        return scores
    return replace(scores, is_transformed=True, is_scaled=Three.MAYBE if factor is None else scores.is_scaled)


def _compare(run: Interpreter, node: ast.expr | ast.stmt, left: Features, right: Features, metric: str) -> Scores:
    """Two sets of features compared by a product or distance."""
    axes: tuple[str, ...] | None = None
    if left.axes and right.axes:
        rows = tuple(axis for axis in left.axes if axis != "dim")
        columns = tuple(axis for axis in right.axes if axis != "dim")
        axes = (*rows, *columns)
    image = left if left.modality == "image" else right if right.modality == "image" else None
    text = left if left.modality == "text" else right if right.modality == "text" else None
    unit = Three.YES if left.is_unit is right.is_unit is Three.YES else (
        Three.NO if Three.NO in (left.is_unit, right.is_unit) else Three.MAYBE
    )
    scaled = Three.YES if Three.YES in (left.is_scaled, right.is_scaled) else (
        Three.MAYBE if Three.MAYBE in (left.is_scaled, right.is_scaled) else Three.NO
    )
    family = (text or left).checkpoint.family
    scores = Scores(
        (image or left).checkpoint,
        Three.YES if metric == "cosine" else unit,
        scaled,
        run.site(node),
        axes,
        "-".join(sorted((left.modality or "?", right.modality or "?"))),
        metric,
        is_sigmoid=family in SIGMOID_FAMILIES,
        label_count=text.count if text is not None else None,
        image_count=image.count if image is not None else None,
        texts=text.texts if text is not None else None,
    )
    if metric != "cosine":
        site = run.site(node)
        run.recorder.add(run, Compare(site, left, right, metric, scores), site)
    return scores


def product(
    run: Interpreter, node: ast.expr | ast.stmt, left: Value, right: Value, names: Sequence[ast.expr] = (), transposed: bool = False
) -> Value:
    """A matrix product or dot product."""
    del names
    results: list[Value] = []
    for a in options(left)[:4]:
        for b in options(right)[:4]:
            one = unwrap(run, a, node, "multiplied")
            other = unwrap(run, b, node, "multiplied")
            if transposed:
                other = transpose(other)
            results.append(_product(run, node, one, other))
    return join_all(results)


def _product(run: Interpreter, node: ast.expr | ast.stmt, left: Value, right: Value) -> Value:
    if isinstance(left, Seq) and left.items and isinstance(left.items[0], Features):
        left = _stacked(left)
    if isinstance(right, Seq) and right.items and isinstance(right.items[0], Features):
        right = _stacked(right)
    if isinstance(left, Features) and isinstance(right, Features):
        if left.axes and right.axes and left.axes[-1] != "dim" and right.axes[0] != "dim":
            return UNKNOWN
        return _compare(run, node, left, right, "dot")
    if isinstance(left, Scale) or isinstance(right, Scale):
        return UNKNOWN
    for known, other, is_left in ((left, right, True), (right, left, False)):
        if isinstance(known, Features) and isinstance(other, (Unknown, OneOf)):
            axes = None
            if known.axes and len(known.axes) == 2:
                mine = known.axes[0] if known.axes[1] == "dim" else known.axes[1]
                theirs = {"image": "text", "text": "image"}.get(mine, "?") if _names_modality(other) is None else _names_modality(other)
                axes = (mine, theirs or "?") if is_left else (theirs or "?", mine)
            return Scores(
                known.checkpoint, Three.MAYBE, Three.MAYBE if known.is_scaled is Three.NO else known.is_scaled,
                run.site(node), axes, pair=f"?-{known.modality}", is_sigmoid=known.checkpoint.family in SIGMOID_FAMILIES,
                label_count=known.count if known.modality == "text" else None, texts=known.texts,
            )
    return UNKNOWN


def _names_modality(value: Value) -> str | None:
    name = value.name.lower() if isinstance(value, Unknown) else ""
    if any(word in name for word in ("text", "label", "class", "prompt", "weight")):
        return "text"
    return "image" if any(word in name for word in ("image", "img", "photo", "frame")) else None


def op_product(run: Interpreter, call: Call) -> Value:
    """``matmul``, ``dot``, ``inner``, ``linear``."""
    left = call.receiver if call.receiver is not None else call.value("a")
    return product(run, call.node, left, call.value("b"), transposed=bool(call.spec.get("transpose")))


def op_einsum(run: Interpreter, call: Call) -> Value:
    """``einsum`` of two operands: a comparison when one index is summed away."""
    equation = text_of(call.value("equation")) or ""
    left, right = call.value("a"), call.value("b")
    inputs, _, output = equation.replace(" ", "").partition("->")
    first, _, second = inputs.partition(",")
    summed = (set(first) & set(second)) - set(output)
    if not summed:
        return UNKNOWN
    one, other = unwrap(run, left, call.node, "multiplied"), unwrap(run, right, call.node, "multiplied")
    if isinstance(one, Features) and isinstance(other, Features):
        scores = _compare(run, call.node, one, other, "dot")
        names = {}
        for value, letters in ((one, first), (other, second)):
            for letter in letters:
                if letter not in summed:
                    names[letter] = value.modality or "?"
        return replace(scores, axes=tuple(names.get(letter, "?") for letter in output))
    return _product(run, call.node, one, other)


def op_cosine(run: Interpreter, call: Call) -> Value:
    """Comparisons that normalise by themselves."""
    left = unwrap(run, call.value("a"), call.node, "compared")
    right = unwrap(run, call.value("b", call.value("a")), call.node, "compared")
    if call.spec.get("opaque"):
        return Unknown("distance")
    left = _stacked(left) if isinstance(left, Seq) else left
    right = _stacked(right) if isinstance(right, Seq) else right
    if isinstance(left, Features) and isinstance(right, Features):
        scores = _compare(run, call.node, left, transpose(right), "cosine")
        if not call.spec.get("rows"):
            known = text_axis = None
            for side in (left, right):
                if side.count not in {1, None}:
                    known = side
            del text_axis
            return replace(scores, axes=(known.modality,) if known is not None else None)
        return scores
    known_side = left if isinstance(left, Features) else right if isinstance(right, Features) else None
    if known_side is not None:
        return Scores(
            known_side.checkpoint, Three.YES, Three.NO, run.site(call.node), None, pair=f"?-{known_side.modality}", metric="cosine",
            label_count=known_side.count if known_side.modality == "text" else None,
        )
    return UNKNOWN


def op_distance(run: Interpreter, call: Call) -> Value:
    """Euclidean distances."""
    left, right = call.value("a"), call.value("b", call.value("a"))
    left, right = unwrap(run, left, call.node, "compared"), unwrap(run, right, call.node, "compared")
    left = _stacked(left) if isinstance(left, Seq) else left
    right = _stacked(right) if isinstance(right, Seq) else right
    if isinstance(left, Features) and isinstance(right, Features):
        return _compare(run, call.node, left, transpose(right), "euclidean")
    return UNKNOWN


def op_pairwise(run: Interpreter, call: Call) -> Value:
    """Distances whose metric is an argument."""
    metric = text_of(call.value("metric", Text("euclidean"))) or "?"
    if metric in {"euclidean", "sqeuclidean", "minkowski"}:
        return op_distance(run, call)
    return Unknown("distances")


def op_divide(run: Interpreter, call: Call) -> Value:
    """``torch.div`` and ``.div``."""
    from clip_lint.reading import arithmetic  # noqa: PLC0415 - arithmetic imports this module

    left = call.receiver if call.receiver is not None else call.value("a")
    node = call.node_of("b") or call.node
    value = arithmetic.divide(run, call.node, left, call.value("b"), (call.node, node))
    return _in_place(run, call, value)


def op_multiply(run: Interpreter, call: Call) -> Value:
    """``torch.mul`` and ``.mul``."""
    from clip_lint.reading import arithmetic  # noqa: PLC0415 - arithmetic imports this module

    left = call.receiver if call.receiver is not None else call.value("a")
    node = call.node_of("b") or call.node
    value = arithmetic.multiply(run, call.node, left, call.value("b"), (node, node))
    return _in_place(run, call, value)


def _in_place(run: Interpreter, call: Call, value: Value) -> Value:
    holder = _receiver_node(call.node)
    if call.spec.get("in_place") and holder is not None:
        run.store(holder, value, call.node)
    return value


def op_exp(run: Interpreter, call: Call) -> Value:
    """``logit_scale.exp()``."""
    value = call.subject()
    if isinstance(value, Scores):  # the first half of a softmax written out
        site = run.site(call.node)
        run.recorder.add(run, Normalized(site, value, "exp", "?", None), site)
    return value if isinstance(value, Scale) else UNKNOWN


def op_mean(run: Interpreter, call: Call) -> Value:
    """An average of embeddings."""
    value = call.subject()
    if isinstance(value, Seq):
        value = _stacked(value)
    if isinstance(value, Features):
        dim = number(call.value("dim"))
        keep = truth(call.value("keepdim", Const(False))) is Three.YES or truth(call.value("keepdims", Const(False))) is Three.YES
        axes = value.axes
        if axes is not None and dim is not None and -len(axes) <= dim < len(axes):
            if axes[dim] == "dim":
                return UNKNOWN
            listed = list(axes)
            if keep:
                listed[dim] = "1"
            else:
                del listed[dim]
            axes = tuple(listed) if any(axis != "dim" for axis in listed) else ("dim",)
        elif dim is None:
            return UNKNOWN
        single = value.count == 1
        return replace(
            value, is_unit=value.is_unit if single else Three.NO, mean=value.mean if single else run.site(call.node), axes=axes, count=None
        )
    if isinstance(value, Scores):
        return replace(value, axes=None)
    return UNKNOWN


def op_sum(run: Interpreter, call: Call) -> Value:
    """A sum: of squares on the way to a norm, of an elementwise product (a dot product), or of embeddings (a mean)."""
    value = call.subject()
    if isinstance(value, Norm):
        return value
    if isinstance(value, Pair):
        if value.kind == "product":
            return _compare(run, call.node, value.left, value.right, "dot")
        return UNKNOWN
    return op_mean(run, call) if isinstance(value, (Features, Seq)) else UNKNOWN


def _stacked(seq: Seq) -> Value:
    """A sequence of features as one array."""
    found = [option for item in seq.items for option in options(item)]
    features = [item for item in found if isinstance(item, Features)]
    if not features or len(features) < len(found):
        return UNKNOWN
    merged = join_all(features)
    if not isinstance(merged, Features):
        return UNKNOWN
    return replace(merged, axes=None, count=len(seq.items) if seq.is_whole else None)


def op_stack(run: Interpreter, call: Call) -> Value:
    """``torch.stack`` and ``np.array`` of features or pixels."""
    items = call.value("items", call.value("x"))
    if isinstance(items, Seq):
        for item in items.items:
            unwrap(run, item, call.node, "stacked")
        stacked = _stacked(items)
        if isinstance(stacked, Features):
            stacked = replace(stacked, is_wrapped=False)
            first = next((option for item in items.items for option in options(item) if isinstance(option, Features)), None)
            if first is not None and first.axes == ("dim",):
                dim = number(call.value("dim", Const(0)))
                axes = (first.modality, "dim") if dim in {0, None} else ("dim", first.modality)
                stacked = replace(stacked, axes=axes)
            return stacked
        pixels = [option for item in items.items for option in options(item) if isinstance(option, Pixels)]
        if pixels:
            return replace(pixels[0], count=len(items.items) if items.is_whole else None, is_batch=True)
        pictures = [option for item in items.items for option in options(item) if isinstance(option, Image)]
        if pictures and len(pictures) == len(items.items):
            return pictures[0]
        tokens = [option for item in items.items for option in options(item) if isinstance(option, Tokens)]
        if tokens:
            inner = [option for one in tokens for option in options(one.texts)]
            return replace(tokens[0], texts=Seq(tuple(inner), "list", items.is_whole))
        scores = [option for item in items.items for option in options(item) if isinstance(option, Scores)]
        if scores and len(scores) == len(items.items):
            return replace(scores[0], axes=None, label_count=None, image_count=None)
        return UNKNOWN
    return items if isinstance(items, (Features, Pixels, Image)) else UNKNOWN


def op_cat(run: Interpreter, call: Call) -> Value:
    """``torch.cat``: rows added; features of both modalities put side by side are for a trained head."""
    items = call.value("items")
    if isinstance(items, Seq):
        found = [option for item in items.items for option in options(item) if isinstance(option, Features)]
        if len({value.modality for value in found}) > 1:
            return UNKNOWN
        result = op_stack(run, call)
        if isinstance(result, Features) and found and found[0].axes is not None and len(found[0].axes) == 2:
            dim = number(call.value("dim", Const(0)))
            if len(items.items) > 1 and axis_name(found[0].axes, dim) == "dim":
                return UNKNOWN
            return replace(result, axes=found[0].axes)
        return result
    return items if isinstance(items, (Features, Pixels, Tokens)) else UNKNOWN


def op_transpose(_run: Interpreter, call: Call) -> Value:
    """Rows and columns exchanged."""
    return transpose(call.subject())


def op_squeeze(_run: Interpreter, call: Call) -> Value:
    """An axis of length one dropped."""
    value = call.subject()
    if isinstance(value, (Features, Scores, Probability)) and value.axes:
        dim = number(call.value("dim"))
        axes = list(value.axes)
        if dim is not None and -len(axes) <= dim < len(axes) and axes[dim] != "dim":
            if isinstance(value, Features) and value.count not in {1, None}:
                return value
            del axes[dim]
            return replace(value, axes=tuple(axes))
        if dim is None and isinstance(value, Features):
            return replace(value, axes=("dim",) if value.count == 1 else None)
        if dim is None:
            scores = value if isinstance(value, Scores) else value.of if isinstance(value, Probability) else None
            counts = {"image": scores.image_count, "text": scores.label_count} if scores is not None else {}
            kept = tuple(axis for axis in axes if axis != "1" and counts.get(axis) != 1)
            return replace(value, axes=kept or None)
    return value


def op_unsqueeze(_run: Interpreter, call: Call) -> Value:
    """A new axis of length one."""
    value = call.subject()
    if isinstance(value, Features) and value.axes == ("dim",) and number(call.value("dim")) in {0, -2}:
        return replace(value, axes=(value.modality or "?", "dim"), count=1)
    if isinstance(value, Features):
        return replace(value, axes=None)
    if isinstance(value, Pixels):
        return replace(value, count=1 if not value.is_batch else value.count)
    if isinstance(value, (Scores, Probability)):
        return replace(value, axes=None)
    return value


def op_reshape(_run: Interpreter, call: Call) -> Value:
    """A new shape, not followed."""
    value = call.subject()
    if isinstance(value, (Features, Scores, Probability)):
        return replace(value, axes=None)
    return value


def op_rows(_run: Interpreter, call: Call) -> Value:
    """Split into parts."""
    return Seq((element(call.subject()),), "generator", False)


def op_choice(run: Interpreter, call: Call) -> Value:
    """``argmax``: positions; of probabilities nothing but the order is used then."""
    for value in options(call.subject()):
        if isinstance(value, Probability) and value.site is not None:
            run.recorder.ranked[value.site.key] += 1
    return Unknown("index")


def op_extreme(_run: Interpreter, call: Call) -> Value:
    """``max``, ``topk``, ``sort``: values and positions."""
    value = call.subject()
    if isinstance(value, (Scores, Probability)):
        kept = replace(value, axes=None)
        if not call.arguments.positional and not call.arguments.keywords and call.spec.op == "extreme" and _method_name(call) in {"max", "min"}:
            return kept
        if call.receiver is None and len(call.arguments.positional) == 1 and not call.arguments.keywords:
            return kept
        return Seq((kept, Unknown("index")), "tuple")
    return Seq((Unknown("values"), Unknown("index")), "tuple")


def _method_name(call: Call) -> str:
    return call.node.func.attr if isinstance(call.node.func, ast.Attribute) else ""


def op_stored(_run: Interpreter, call: Call) -> Value:
    """Something read back from a file."""
    return Unknown(text_of(call.value("x")) or "loaded")


def op_function(run: Interpreter, call: Call) -> Value:
    """A module object that stands for a function, such as ``nn.CosineSimilarity()``."""
    keep = {
        name: argument.value
        for name, argument in call.arguments.keywords.items()
        if name in call.spec.get("keep", ())
    }
    if "dim" in call.spec.get("keep", ()) and call.arguments.positional:
        keep["dim"] = call.arguments.positional[0].value
    del run
    return Partial(External(call.spec.get("call")), (), tuple(keep.items()))


# -- gradients -----------------------------------------------------------------------------------------------------


def op_grad(run: Interpreter, call: Call) -> Value:
    """``torch.no_grad()`` and its relatives."""
    on = bool(call.spec.get("on"))
    run.recorder.trains |= on
    argument = call.spec.get("argument")
    if argument and call.arguments.positional and truth(call.arguments.positional[0].value) is Three.NO:
        on = True
    return GradContext(on)


def op_set_grad(run: Interpreter, call: Call) -> Value:
    """``torch.set_grad_enabled(False)``, as a statement or a context manager."""
    on = truth(call.value("mode"))
    if on is Three.NO:
        run.frame.grad = Three.NO
        if len(run.frames) == 1:
            run.global_grad = Three.NO
    return GradContext(on is not Three.NO)


def op_context(_run: Interpreter, _call: Call) -> Value:
    """Mixed precision."""
    return Autocast()


def op_optimizer(run: Interpreter, call: Call) -> Value:
    """An optimizer: the model it gets is trained."""
    run.recorder.trains = True
    for value in call.arguments.values():
        for option in options(value):
            if isinstance(option, Parameters):
                run.recorder.train(option.model)
                if option.model.dtype.startswith("float16") and option.model.checkpoint.library == "clip":
                    site = run.site(call.node)
                    run.recorder.add(run, Mixed(site, "optimizer-on-half", option.model), site)
    return Unknown("optimizer")


# -- pictures ------------------------------------------------------------------------------------------------------


def op_open_image(run: Interpreter, call: Call) -> Value:
    """A picture read from somewhere."""
    channels = call.spec.get("channels", "")
    if channels == "bgr" and _reads_gray(call):
        channels = ""
    return Image(channels, call.spec.get("form", ""), 255, run.site(call.node))


def _reads_gray(call: Call) -> bool:
    flags = call.arguments.positional[1].value if len(call.arguments.positional) > 1 else call.value("flags", NONE)
    if isinstance(flags, External):
        return flags.path.endswith(("GRAYSCALE", "UNCHANGED", "IMREAD_COLOR_RGB"))
    return flags in {Const(0), Const(-1)}


def op_frame(run: Interpreter, call: Call) -> Value:
    """``VideoCapture.read()``."""
    return Seq((Unknown("ok"), Image("bgr", "array", 255, run.site(call.node))), "tuple")


def op_convert(run: Interpreter, call: Call) -> Value:
    """``cv2.cvtColor``."""
    value, code = call.value("x"), call.value("code")
    if not isinstance(value, Image):
        value = Image("", "array", 255, run.site(call.node))
    name = code.path.rpartition(".")[2] if isinstance(code, External) else ""
    target = name.rpartition("2")[2]
    channels = {"RGB": "rgb", "BGR": "bgr", "RGBA": "rgb"}.get(target, "")
    return replace(value, channels=channels)


def op_from_array(run: Interpreter, call: Call) -> Value:
    """An array as a PIL image: the channels stay as they are."""
    value = call.value("x")
    return replace(value, form="pil", wrapped=run.site(call.node)) if isinstance(value, Image) else Image("", "pil")


def op_to_tensor(_run: Interpreter, call: Call) -> Value:
    """``to_tensor`` divides by 255."""
    value = call.value("x")
    base = value if isinstance(value, Image) else Image()
    return replace(base, form="tensor", high=1, steps=(*base.steps, "to-tensor"))


def op_normalize_pixels(_run: Interpreter, call: Call) -> Value:
    """``torchvision.transforms.functional.normalize``."""
    value = call.value("x")
    base = value if isinstance(value, Image) else Image()
    return replace(base, steps=(*base.steps, "normalize"), stats=_numbers(call.value("mean")))


def _numbers(value: Value) -> tuple[float, ...]:
    if isinstance(value, Seq):
        return tuple(
            float(item.value) for item in value.items if isinstance(item, Const) and isinstance(item.value, (int, float))
        )
    return ()


def op_transform_step(run: Interpreter, call: Call) -> Value:
    """One torchvision transform."""
    step = call.spec.get("step", "")
    stats = _numbers(call.value("mean")) if step == "normalize" else ()
    if step == "normalize" and not stats:
        step = "normalize?"
    return Transform((step,), stats, run.site(call.node))


def op_compose(run: Interpreter, call: Call) -> Value:
    """``transforms.Compose``."""
    items = call.value("items")
    if not isinstance(items, Seq):
        return UNKNOWN
    steps: list[str] = []
    stats: tuple[float, ...] = ()
    for item in items.items:
        if isinstance(item, Transform):
            steps.extend(item.steps)
            stats = item.stats or stats
        else:
            steps.append("?")
    if not items.is_whole:
        steps.append("?")
    return Transform(tuple(steps), stats, run.site(call.node))


def _apply_transform(run: Interpreter, transform: Transform, arguments: Arguments, node: ast.Call) -> Value:
    value = arguments.positional[0].value if arguments.positional else UNKNOWN
    base = value if isinstance(value, Image) else Image(origin=run.site(node))
    high = 1 if "to-tensor" in transform.steps else base.high
    form = "tensor" if "to-tensor" in transform.steps else base.form
    return replace(base, form=form, high=high, steps=(*base.steps, *transform.steps), stats=transform.stats)


# -- indexes -------------------------------------------------------------------------------------------------------


def op_index(run: Interpreter, call: Call) -> Value:
    """A vector index."""
    metric = call.spec.get("metric", "")
    position = call.spec.get("metric_argument")
    named = call.arguments.keywords.get("metric")
    given = named.value if named is not None else None
    if given is None and position is not None and len(call.arguments.positional) > position:
        given = call.arguments.positional[position].value
    if isinstance(given, External):
        metric = {"METRIC_INNER_PRODUCT": "ip", "METRIC_L2": "l2"}.get(given.path.rpartition(".")[2], "")
    elif given is not None:
        metric = ""
    return Index(metric, call.spec.library, run.site(call.node))


def op_collection(run: Interpreter, call: Call) -> Value:
    """A Chroma collection: l2 unless its metadata or configuration says otherwise."""
    metric = "l2"
    for name in ("metadata", "configuration"):
        value = call.value(name, NONE)
        if isinstance(value, Dict):
            space = value.get("hnsw:space") or value.get("space")
            nested = value.get("hnsw")
            if isinstance(nested, Dict):
                space = nested.get("space") or space
            if space is not None:
                metric = {"cosine": "cosine", "ip": "ip", "l2": "l2"}.get(text_of(space) or "", "")
        elif value != NONE:
            metric = ""
    embedder = call.value("embedding_function")
    if "embedding_function" in call or call.arguments.has_more:
        metric = ""
    return Index(metric, "chromadb", run.site(call.node), embedder if isinstance(embedder, Component) else None)


def op_neighbors(run: Interpreter, call: Call) -> Value:
    """scikit-learn's ``NearestNeighbors``."""
    metric = text_of(call.value("metric", Text("minkowski"))) or "?"
    return Index({"minkowski": "l2", "euclidean": "l2", "cosine": "cosine"}.get(metric, ""), "sklearn", run.site(call.node))


def _index_features(value: Value) -> Features | None:
    for option in options(value):
        if isinstance(option, Features):
            return option
        if isinstance(option, Seq) and option.items:
            stacked = _stacked(option)
            return stacked if isinstance(stacked, Features) else None
    return None


def op_index_add(run: Interpreter, call: Call) -> Value:
    """Vectors go into an index."""
    return _indexed(run, call, is_query=False)


def op_index_search(run: Interpreter, call: Call) -> Value:
    """A query vector is looked up."""
    return _indexed(run, call, is_query=True)


def _indexed(run: Interpreter, call: Call, is_query: bool) -> Value:
    index = call.receiver
    if is_query and "text" in call and isinstance(index, Index) and index.embedder is not None:
        run.prompts(call.value("text"), call.node, index.embedder.checkpoint, call.node_of("text"))
    features = _index_features(call.value("x"))
    if isinstance(index, Index) and features is not None:
        site = run.site(call.node)
        run.recorder.add(run, Indexed(site, index, features, is_query), site)
    return index if not is_query and index is not None else Seq((Unknown("distances"), Unknown("indices")), "tuple")


# -- subscripts and comparisons --------------------------------------------------------------------------------------


def subscript(run: Interpreter, node: ast.Subscript, value: Value, index: Value) -> Value:
    """``value[index]``."""
    key = text_of(index)
    position = number(index)
    if isinstance(index, Const) and isinstance(index.value, int) and position is None:
        position = int(index.value)
    if isinstance(value, Dict):
        if key is not None:
            found = value.get(key)
            if found is not None:
                return found
            unnamed = [item for known, item in value.entries if not isinstance(known, Text) or known.is_holed]
            return join_all(unnamed) if unnamed else Unknown(key)
        for known, item in value.entries:
            if known == index and isinstance(index, Const):
                return item
        return join_all(item for _, item in value.entries) if value.entries else UNKNOWN
    if isinstance(value, Seq):
        if position is not None and value.is_whole and -len(value.items) <= position < len(value.items):
            return value.items[position]
        if isinstance(node.slice, ast.Slice):
            return _slice(value, node.slice)
        return element(value)
    if isinstance(value, Inputs):
        return attribute(run, value, key, None) if key is not None else UNKNOWN
    if isinstance(value, Output):
        if key is not None:
            return attribute(run, value, key, None)
        return _output_field(value, "logits_per_image") if position == 0 and not value.model.part else UNKNOWN
    if isinstance(value, Features):
        return _features_subscript(run, node, value, key, position)
    if isinstance(value, (Scores, Probability)):
        return _scores_subscript(node, value, position)
    if isinstance(value, Tokens):
        if isinstance(node.slice, (ast.Slice, ast.Tuple)) and _cuts(node.slice):
            site = run.site(node)
            run.recorder.add(run, Sliced(site, value), site)
        return value if isinstance(node.slice, (ast.Slice, ast.Tuple)) or position is not None else value
    if isinstance(value, Image):
        return replace(value, channels=_flip(value.channels)) if _reverses_channels(node.slice) else value
    if isinstance(value, Pixels):
        return replace(value, count=1) if position is not None else replace(value, count=None)
    if isinstance(value, Text):
        return Unknown("character") if position is not None else value
    if isinstance(value, (Unknown, Norm)):
        return value
    if isinstance(value, Instance):
        return UNKNOWN
    return UNKNOWN


def _slice(value: Seq, bounds: ast.Slice) -> Value:
    def bound(node: ast.expr | None) -> int | str | None:
        if node is None:
            return None
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant) and isinstance(node.operand.value, int):
            return -node.operand.value
        return "?"

    lower, upper, step = bound(bounds.lower), bound(bounds.upper), bound(bounds.step)
    if "?" in (lower, upper, step) or step == 0:
        return replace(value, is_whole=False)
    return replace(value, items=value.items[lower:upper:step])  # type: ignore[misc]


def _cuts(node: ast.expr) -> bool:
    """Whether a subscript cuts columns off at an upper bound."""
    if isinstance(node, ast.Tuple):
        last = node.elts[-1] if node.elts else None
        return len(node.elts) == 2 and isinstance(last, ast.Slice) and last.upper is not None and last.lower is None
    return False


def _flip(channels: str) -> str:
    return {"bgr": "rgb", "rgb": "bgr"}.get(channels, "")


def _reverses_channels(node: ast.expr) -> bool:
    """``[:, :, ::-1]``, ``[..., ::-1]`` or ``[:, :, [2, 1, 0]]``."""
    last = node.elts[-1] if isinstance(node, ast.Tuple) and node.elts else None
    if isinstance(last, ast.Slice) and last.step is not None:
        return ast.unparse(last.step) == "-1"
    return isinstance(last, (ast.List, ast.Tuple)) and ast.unparse(last).strip("[]()") == "2, 1, 0"


def _features_subscript(run: Interpreter, node: ast.Subscript, value: Features, key: str | None, position: int | None) -> Value:
    if key == "pooler_output":
        return replace(value, is_wrapped=False)
    if value.is_wrapped and position == 1:
        return replace(value, is_wrapped=False)
    if key is not None:
        return UNKNOWN
    plain = unwrap(run, value, node, "indexed like a tensor")
    if not isinstance(plain, Features):
        return plain
    if position is not None:
        axes = plain.axes[1:] if plain.axes and len(plain.axes) > 1 else None
        return replace(plain, axes=axes, count=1)
    return replace(plain, count=None, axes=plain.axes if isinstance(node.slice, ast.Slice) else None)


def _scores_subscript(node: ast.Subscript, value: Scores | Probability, position: int | None) -> Value:
    if position is not None:
        return replace(value, axes=value.axes[1:] if value.axes else None)
    if isinstance(node.slice, ast.Slice):
        return value
    if isinstance(node.slice, ast.Tuple):
        return replace(value, axes=None)
    return replace(value, axes=None)


_FLIPPED = {ast.Lt: ">", ast.LtE: ">=", ast.Gt: "<", ast.GtE: "<="}
_WRITTEN = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


def compare(
    run: Interpreter, node: ast.Compare, operator: ast.cmpop, left: Value, right: Value, nodes: tuple[ast.expr, ast.expr]
) -> None:
    """Record a score compared with a number."""
    if type(operator) not in _WRITTEN:
        return
    del nodes
    for score, other, written in ((left, right, _WRITTEN), (right, left, _FLIPPED)):
        if not isinstance(other, Const) or isinstance(other.value, bool) or not isinstance(other.value, (int, float)):
            continue
        for option in options(score):
            if isinstance(option, (Scores, Probability)):
                site = run.site(node)
                run.recorder.add(
                    run, Threshold(site, option, written[type(operator)], float(other.value), other.site), site
                )


OPERATIONS: dict[str, Callable[[Interpreter, Call], Value]] = {
    name.removeprefix("op_"): function for name, function in list(globals().items()) if name.startswith("op_")
}

