"""Precision and device: `.to`, `.half` and their like."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.operations.call import Call, receiver_node, text_of
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    External,
    Features,
    Inputs,
    OneOf,
    Pixels,
    Seq,
    Text,
    Tokens,
    Value,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.knowledge.specs import Spec
    from clip_lint.reading.arguments import Arguments
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes


GPU_IF_ANY = "cuda?"
MOVES = frozenset({"to", "cuda", "cpu", "to_empty"})
"""Methods of a model that say where it is to be."""
PARTS = "parts"
"""The kind of sequence that inputs give of their names and tensors."""


def dtype_of(value: Value) -> str:
    """The precision that a value names; empty where it names none."""
    if isinstance(value, OneOf):
        return ""
    if isinstance(value, External):
        last = value.path.rpartition(".")[2]
        return {"half": "float16", "float": "float32"}.get(last, last if "float" in last else "")
    text = text_of(value)
    return text if text and ("float" in text or text == "auto") else ""


def device_of(value: Value) -> str:
    """The device that a value names: ``cuda?`` where it is the GPU if there is one, ``?`` where that is open otherwise."""
    if not isinstance(value, OneOf):
        return text_of(value) or ""
    names = {option.text for option in value.options if isinstance(option, Text)}
    is_known = len(names) == len(value.options)
    return GPU_IF_ANY if is_known and any(name.startswith("cuda") for name in names) else "?"


def op_device(run: Run, call: Call) -> Value:
    """A device, which is its name; as a context manager it is where all is made inside."""
    run.recorder.devices.add(id(call.node))
    return call.value("x")


def op_place_all(run: Run, _call: Call) -> Value:
    """Where all is made from now on."""
    run.recorder.places_all = True
    return NONE


def op_move(run: Run, call: Call) -> Value:
    """``.to``, ``.half`` and their like."""
    value = call.subject()
    target = call.spec.get("target") or dtype_of(call.value("target"))
    del run
    if isinstance(value, Pixels):
        value = move_pixels(value, call.arguments)
        device = call.spec.get("device")
        return replace(value, dtype=target or value.dtype, device=device or value.device)
    if isinstance(value, Tokens):
        return replace(value, device=call.spec.get("device") or "?")
    if target and isinstance(value, Features):
        return replace(value, dtype=target)
    return value


def move_inputs(run: Run, inputs: Inputs, name: str, arguments: Arguments, node: nodes.Call) -> Inputs:
    """What a processor or tokenizer gave after ``.to(...)`` or ``.update(...)``, which change it in place."""
    pixels = move_pixels(inputs.pixels, arguments) if inputs.pixels is not None else None
    tokens = replace(inputs.tokens, device="?") if inputs.tokens is not None else None
    moved = replace(inputs, pixels=pixels, tokens=tokens)
    holder = receiver_node(node)
    if name in {"to", "update"} and holder is not None:
        run.store(holder, moved, node)
    return moved


def move_pixels(pixels: Pixels, arguments: Arguments) -> Pixels:
    """Pixels after ``.to(...)``: whatever it was given may be a device, a precision or both."""
    dtype, device = pixels.dtype, pixels.device
    for name, value in [("", a.value) for a in arguments.positional] + [
        (k, a.value) for k, a in arguments.keywords.items()
    ]:
        known = dtype_of(value)
        where = text_of(value)
        if known:
            dtype = known
        elif where or device_of(value) == GPU_IF_ANY:
            device = where or GPU_IF_ANY
        else:
            device = device if name == "dtype" else "?"
            dtype = (
                dtype
                if name == "device"
                else dtype or ("?" if len(arguments.positional) > 1 or name == "dtype" else "")
            )
    return replace(pixels, dtype=dtype, device=device)


def moved_somewhere(value: Tokens | Inputs) -> Tokens | Inputs:
    """Inputs of which a part is set anew: mostly the same one on another device."""
    if isinstance(value, Tokens):
        return replace(value, device=value.device or "?")
    pixels = replace(value.pixels, device=value.pixels.device or "?") if value.pixels is not None else None
    tokens = replace(value.tokens, device=value.tokens.device or "?") if value.tokens is not None else None
    return replace(value, tokens=tokens, pixels=pixels)


def parts(inputs: Inputs) -> list[tuple[Value, Value]]:
    """Names and tensors, which mostly are moved one by one."""
    found: list[tuple[Value, Value]] = []
    if inputs.tokens is not None:
        found += [(Text("input_ids"), inputs.tokens), (Text("attention_mask"), UNKNOWN)]
    if inputs.pixels is not None:
        found.append((Text("pixel_values"), inputs.pixels))
    return found


def part_by_part(inputs: Inputs, name: str = "keys") -> Value:
    """``inputs.items()``, ``.keys()`` or ``.values()``, or what a loop over them gives."""
    which: dict[str, list[Value]] = {
        "items": [Seq(pair, "tuple") for pair in parts(inputs)],
        "keys": [key for key, _ in parts(inputs)],
    }
    found = which.get(name)
    return Seq(tuple(found), PARTS) if found else Seq((UNKNOWN,), is_whole=False)


def put_together(over: Value, values: Iterable[Value]) -> Inputs | None:
    """What a comprehension over the parts of inputs makes of them; None for one over anything else, or into anything else."""
    if not any(isinstance(option, Seq) and option.kind == PARTS for option in options(over)):
        return None
    known = [option for value in values for option in options(value)]
    tokens = next((part for part in known if isinstance(part, Tokens)), None)
    pixels = next((part for part in known if isinstance(part, Pixels)), None)
    by = (pixels.by if pixels is not None else None) or (tokens.by if tokens is not None else None)
    return Inputs(tokens, pixels, by) if tokens is not None or pixels is not None else None


def is_allowed(run: Run, spec: Spec, versions: str) -> bool:
    """Whether the package that an entry describes may have one of these versions where the code runs."""
    return run.versions_here.allows(run.libraries.of(spec.library).within or spec.library, versions)
