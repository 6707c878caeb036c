"""A model run on its inputs: one tower, or the whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.facts import Encode
from clip_lint.reading.operations.answers import placed
from clip_lint.reading.operations.datasets import is_list
from clip_lint.reading.operations.fields import output_field
from clip_lint.reading.operations.fitting import check_fit, check_tokens
from clip_lint.reading.operations.inputs import encode_guessed, kind_of_input, record_image, settled
from clip_lint.reading.operations.moving import is_allowed
from clip_lint.reading.operations.prompting import prompts
from clip_lint.reading.operations.text_counts import text_count
from clip_lint.reading.own_copy import makes_unit_vectors
from clip_lint.reading.scope import NOTHING
from clip_lint.reading.values import (
    UNKNOWN,
    Const,
    Dict,
    Features,
    Image,
    Inputs,
    Model,
    OneOf,
    Output,
    Pixels,
    Scale,
    Seq,
    Text,
    Tokens,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.models import UNIT_LENGTH
from clip_lint.reading.values.plain import ONE_ROW
from clip_lint.reading.values.truths import truth
from clip_lint.syntax import nodes
from clip_lint.syntax.unparse import unparse

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call


def _normalizes(run: Run, model: Model, call: Call) -> Tristate:
    if "normalize" in call:
        return truth(call.value("normalize"))
    encoder = call.node.func.attr if isinstance(call.node.func, nodes.Attribute) else ""
    own = makes_unit_vectors(run, call.spec.library, encoder, model.load)
    if own is not None and own is not Tristate.NO:
        return own
    if (
        call.spec.get("normalizes")
        or model.checkpoint.family in run.libraries.of(call.spec.library).normalizes
    ):
        return Tristate.YES
    can_be_told = "normalize" in call.spec.signature
    if can_be_told and model.checkpoint.library == call.spec.library and model.checkpoint.name is None:
        return Tristate.MAYBE if model.load is None else Tristate.NO
    if model.is_remote or call.arguments.has_more or ("**" in call and can_be_told):
        return Tristate.MAYBE
    return Tristate.NO


NO = Const(False)
_RAW = {"image": "images", "text": "texts", "auto": "items"}
"""What a tower that prepares its inputs by itself is given."""


def op_encode(run: Run, call: Call) -> Value:
    """One tower: features of images or texts."""
    model = call.receiver if isinstance(call.receiver, Model) else None
    if model is None:
        return UNKNOWN
    spec = call.spec
    modality: str = spec.get("modality", "")
    inputs = call.named["**"].value if "**" in call else UNKNOWN
    tokens: Tokens | None = None
    pixels: Pixels | None = None
    takes = _RAW.get(modality, "items")
    is_raw = takes in call
    if not is_raw:
        takes = "pixels" if modality == "image" else "tokens"
    source, source_node = settled(call.value(takes)), call.node_of(takes)
    if isinstance(inputs, Unknown) and isinstance(source, Inputs):
        inputs = source
    inputs = Inputs(inputs, None, inputs.by) if isinstance(inputs, Tokens) else inputs
    if isinstance(inputs, Inputs):
        tokens, pixels = inputs.tokens, inputs.pixels
        source_node = source_node or call.node_of("**")
    tokens = source if isinstance(source, Tokens) else tokens
    pixels = source if isinstance(source, Pixels) else pixels
    if modality == "auto" and (tokens is None) is not (pixels is None):
        modality, is_raw = "text" if pixels is None else "image", False
    if is_raw:
        if modality == "auto":
            modality = {"text": "text", "images": "image"}.get(kind_of_input(source, source_node), "")
        if modality == "text":
            prompts(run, source, call.node, model.checkpoint, source_node)
        elif modality == "image":
            record_image(run, call, source, None, unparse(source_node) if source_node else "image")
    elif modality == "image" and isinstance(source, Image):
        record_image(run, call, source, None, unparse(source_node) if source_node else "image")
        pixels = Pixels(None, source, None)
    elif modality == "image" and isinstance(source, Unknown) and source.source == UNIT_LENGTH:
        pixels = Pixels(None, Image("", "tensor", None, run.site(call.node), (UNIT_LENGTH,)))
    by = (
        (tokens.by if tokens is not None else None)
        if modality == "text"
        else (pixels.by if pixels is not None else None)
    )
    texts_in = tokens.texts if tokens is not None else (source if modality == "text" else None)
    if modality == "text":
        encode_guessed(run, tokens, model.checkpoint, call)
    count = text_count(texts_in) if modality == "text" else pixels.count if pixels is not None else None
    site = run.site(call.node)
    check_fit(run, model, pixels, site)
    check_tokens(run, model, tokens, site)
    wrapped = None if model.is_remote else spec.get("wrapped_from")
    features = Features(
        modality,
        model.checkpoint,
        _normalizes(run, model, call),
        site,
        (modality or "?", "dim"),
        count=count,
        texts=texts_in,
        model=model,
        dtype=model.dtype,
        is_many=count is None and is_list(texts_in if modality == "text" else source, pixels),
        is_wrapped=bool(wrapped and is_allowed(run, spec, wrapped)),
    )
    if spec.get("single"):
        features = replace(features, axes=("dim",), count=1)
    elif spec.get("each_token"):
        features = replace(features, axes=(modality or "?", "token", "dim"))
    elif spec.get("batches") and count == 1 and not isinstance(source, Seq):
        features = replace(features, axes=("dim",))
    elif spec.get("batches") and not isinstance(source, Seq):
        features = replace(features, axes=None)
    run.record(
        Encode(
            site=site,
            model=model,
            modality=modality,
            grad=run.grad,
            loops=tuple(run.loops),
            varying=run.depends(source_node) - (pixels.steady if pixels is not None else NOTHING),
            text_varying=_text_varying(run, tokens, source_node) | run.depends(call.node.func),
            is_single=not spec.get("single")
            and (_is_single(source, tokens, pixels, modality) or _is_one_row(source_node)),
            texts=texts_in,
            pixels=pixels,
            tokens=tokens,
            features=features,
            processor=by,
            is_self_managed=bool(spec.get("manages_grad")),
            calls=run.call_sites(),
            in_framework=run.in_framework(),
            thread=run.frame.thread,
            is_method=run.frame.owner is not None,
            is_under=run.frame.is_under,
            takes_parameter=_from_parameter(source, tokens, pixels),
        ),
        site,
    )
    more = truth(call.value(spec.get("second_if", ""), NO)) is Tristate.YES
    return placed(features, ["1"] if more else spec.get("at", ()))


def _text_varying(run: Run, tokens: Tokens | None, node: nodes.expr | None) -> frozenset[int]:
    """The loops whose round the texts depend on: noted where they were tokenised, else taken from the argument."""
    if tokens is None and node is None:
        return frozenset(loop.key for loop in run.loops)
    if tokens is not None and tokens.is_of_batch:
        return run.depends(node) | {loop.key for loop in run.loops}  # what a data set holds is not known
    if tokens is None or tokens.site is None:
        return run.depends(node)
    return tokens.varying


def _from_parameter(source: Value, tokens: Tokens | None, pixels: Pixels | None) -> bool:
    given = tokens.texts if tokens is not None else pixels.source if pixels is not None else source
    return any(
        isinstance(each, Unknown) and each.is_parameter
        for option in options(given)
        for item in (option.items if isinstance(option, Seq) else (option,))
        for each in options(item)
    )


def _is_single(source: Value, tokens: Tokens | None, pixels: Pixels | None, modality: str) -> bool:
    """Whether the call certainly takes one item."""
    if modality == "text" and tokens is not None and tokens.is_single:
        return True
    if modality == "text":
        if tokens is not None:
            return text_count(tokens.texts) == 1
        return isinstance(source, (Text, OneOf)) and text_count(source) == 1
    if pixels is not None:
        return pixels.count == 1 or (
            not pixels.is_batch and pixels.by is not None and pixels.by.kind == "preprocess"
        )
    return isinstance(source, Image) or (isinstance(source, Unknown) and source.source == ONE_ROW)


def _is_one_row(node: nodes.expr | None) -> bool:
    """Whether an argument is made a batch of one where it is given: ``x.unsqueeze(0).to(device)``."""
    while isinstance(node, nodes.Call) and isinstance(node.func, nodes.Attribute):
        if node.func.attr == "unsqueeze":
            return [getattr(each, "value", None) for each in node.args] == [0]
        node = node.func.value
    return False


def op_forward(run: Run, call: Call) -> Value:
    """The whole model on images and texts."""
    model = call.receiver if isinstance(call.receiver, Model) else None
    if model is None:
        return UNKNOWN
    inputs = call.named["**"].value if "**" in call else call.value("tokens")
    given = call.value("inputs")
    if "inputs" in call:
        inputs = _taken(call, given)
    if not isinstance(inputs, Inputs):
        token_value, pixel_value = settled(call.value("tokens")), settled(call.value("pixels"))
        tokens = token_value if isinstance(token_value, Tokens) else None
        pixels = pixel_value if isinstance(pixel_value, Pixels) else None
        if isinstance(pixel_value, Image):
            pixels = Pixels(None, pixel_value, None)
        inputs = Inputs(
            tokens, pixels, tokens.by if tokens is not None else pixels.by if pixels is not None else None
        )
    site = run.site(call.node)
    check_fit(run, model, inputs.pixels, site)
    output = Output(model, inputs, site)
    encode_guessed(run, inputs.tokens, model.checkpoint, call)
    text_node = call.node_of("tokens") or call.node_of("inputs") or call.node_of("**")
    image_node = call.node_of("pixels") or call.node_of("inputs") or call.node_of("**")
    count = inputs.pixels.count if inputs.pixels is not None else None
    by = inputs.by or (inputs.pixels.by if inputs.pixels is not None else None)
    run.record(
        Encode(
            site=site,
            model=model,
            modality=model.part or _modality(given, inputs),
            grad=run.grad,
            loops=tuple(run.loops),
            varying=run.depends(image_node)
            - (inputs.pixels.steady if inputs.pixels is not None else NOTHING),
            text_varying=_text_varying(run, inputs.tokens, text_node) | run.depends(call.node.func),
            is_single=count == 1,
            texts=inputs.tokens.texts if inputs.tokens is not None else None,
            pixels=inputs.pixels,
            tokens=inputs.tokens,
            features=output,
            processor=by,
            is_self_managed=bool(call.spec.get("manages_grad")),
            calls=run.call_sites(),
            in_framework=run.in_framework(),
            thread=run.frame.thread,
            is_method=run.frame.owner is not None,
            is_under=run.frame.is_under,
            takes_parameter=_from_parameter(UNKNOWN, inputs.tokens, None)
            or _from_parameter(UNKNOWN, None, inputs.pixels),
        ),
        site,
    )
    returned = call.spec.get("returns")
    if isinstance(returned, dict):
        return _embeddings(run, call, output, inputs)
    if returned == "logits":
        return Seq(
            (output_field(run, output, "logits_per_image"), output_field(run, output, "logits_per_text")),
            "tuple",
        )
    if returned == "features":
        image, text = output_field(run, output, "image_embeds"), output_field(run, output, "text_embeds")
        return Seq((image, text, Scale(True, name="logit_scale")), "tuple", is_whole=True)
    return output


def _taken(call: Call, given: Value) -> Inputs:
    """What a mapping with everything holds for the towers, by the keys that the table names."""
    takes = call.spec.get("takes", {})
    found = {takes[key]: given.get(key) for key in takes} if isinstance(given, Dict) else {}
    tokens, pixels = found.get("tokens"), found.get("pixels")
    tokens = tokens.tokens if isinstance(tokens, Inputs) else tokens
    return Inputs(
        tokens if isinstance(tokens, Tokens) else None, pixels if isinstance(pixels, Pixels) else None
    )


def _modality(given: Value, inputs: Inputs) -> str:
    """Which towers run: both, unless the model takes one mapping and that holds one kind only."""
    if isinstance(given, Dict) and given.is_whole and (inputs.tokens is None) != (inputs.pixels is None):
        return "text" if inputs.pixels is None else "image"
    return "both"


def _embeddings(run: Run, call: Call, output: Output, inputs: Inputs) -> Dict:
    """The mapping that comes back: features by the keys that the table names."""
    texts = inputs.tokens.texts if inputs.tokens is not None else None
    count = {"text": text_count(texts), "image": inputs.pixels.count if inputs.pixels is not None else None}
    entries: list[tuple[Value, Value]] = []
    for key, modality in call.spec.get("returns").items():
        features = output_field(run, output, f"{modality}_embeds")
        if isinstance(features, Features):
            features = replace(
                features,
                is_scaled=Tristate.of(modality in call.spec.get("scaled", ())),
                count=count[modality],
                texts=texts if modality == "text" else None,
            )
        entries.append((Text(key), features))
    return Dict(tuple(entries), is_whole=False)
