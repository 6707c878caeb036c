"""Attributes of values that are no objects of the tree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.reading.marks import OUTPUT_FIELD, PROJECTED, field_read
from clip_lint.reading.operations.answers import answer_field
from clip_lint.reading.operations.cli_defaults import command_line_field
from clip_lint.reading.operations.data_frames import LOOKED_INTO
from clip_lint.reading.operations.files import path_attribute
from clip_lint.reading.operations.gradients import detach
from clip_lint.reading.operations.hits import field_of_hits, held_by
from clip_lint.reading.operations.parallel import inside, note_hidden, note_parts
from clip_lint.reading.operations.scores import take_part
from clip_lint.reading.operations.shapes import transpose, unwrap
from clip_lint.reading.operations.text_counts import past_text, text_count
from clip_lint.reading.operations.towers import hidden_field, tower_of
from clip_lint.reading.values import (
    Answer,
    Bound,
    CommandLine,
    Component,
    Const,
    DataSet,
    Dict,
    Features,
    Hidden,
    Hits,
    Image,
    Index,
    Inputs,
    Instance,
    Model,
    Norm,
    Output,
    Pair,
    Parameters,
    Pixels,
    Probability,
    Scale,
    Scores,
    Seq,
    Text,
    Tokens,
    Tristate,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes


def attribute(run: Run, value: Value, name: str, node: nodes.Attribute | None) -> Value:
    """``value.name`` for values that are not objects or modules of the tree."""
    if isinstance(value, (Text, Const)) and name == "value":
        return value  # a member of an enumeration stands for its value
    if isinstance(value, Model):
        if name == "module":
            return inside(value)
        note_hidden(run, value, name, node)
        if name == "logit_scale":
            return Scale(True, name="logit_scale", is_log=True)
        if name == "logit_bias":
            return Scale(True, name="logit_bias")
        if name in {"model", "_orig_mod"}:
            return value
        if name not in _TOLD:
            run.recorder.place(value.load)  # a part may be moved by itself
        inner = tower_of(run, value.checkpoint, name)
        if inner is not None:
            return inner
        spec = run.libraries.method(value.checkpoint.library, "model", name)
        if name == "visual" and spec is not None and spec.op == "encode":
            return Bound(value, name)
        if name in {
            "config",
            "dtype",
            "device",
            "visual",
            "transformer",
            "text_model",
            "vision_model",
            "training",
        }:
            return Unknown(name)
        return Bound(value, name)
    if isinstance(value, Hidden):
        return hidden_field(value, name)
    if isinstance(value, Component):
        if name in {"tokenizer", "image_processor", "feature_extractor"}:
            kind = "tokenizer" if name == "tokenizer" else "image-processor"
            return replace(value, kind=kind)
        return Bound(value, name)
    if isinstance(value, Hits):
        return field_of_hits(run, value, name)
    if isinstance(value, Bound) and held_by(value) is not None:
        return Bound(value.receiver, f"{value.name}.{name}")
    if isinstance(value, Inputs):
        return _inputs_field(value, name)
    if isinstance(value, Output):
        return output_field(run, value, name)
    if isinstance(value, Answer):
        return answer_field(value, name)
    if isinstance(value, Features):
        return _features_attribute(run, value, name, node)
    if isinstance(value, (Scores, Probability)):
        if name in {"T", "mT"}:
            axes = value.axes[::-1] if value.axes else None
            return replace(value, axes=axes)
        if name == "data":
            detach(run, value)
            return value
        return Unknown(name) if name in {"shape", "dtype", "device", "ndim"} else Bound(value, name)
    if isinstance(value, (Tokens, Pixels, Image)):
        if name in {"data", "T"}:
            return value
        if name == "input_ids":
            return value
        return (
            Unknown(name)
            if name in {"shape", "size", "dtype", "device", "width", "height"}
            else Bound(value, name)
        )
    if isinstance(value, Parameters) and name == "data":
        return value
    if isinstance(value, DataSet):
        return value.classes if name == "classes" else Unknown(name)
    if isinstance(value, (Scale, Norm)):
        return value if name in {"data", "T", "mT"} else Bound(value, name)
    if isinstance(value, CommandLine):
        return command_line_field(run, value, name) if value.is_parsed else Bound(value, name)
    if isinstance(value, Text) and (of_path := path_attribute(value, name)) is not None:
        return of_path
    if isinstance(value, Dict) and (found := entry(value, name)) is not None:
        return found
    if name in {"values", "indices"}:
        take_part(run, value, int(name == "indices"))
    if (
        isinstance(value, (Dict, Seq))
        and name in LOOKED_INTO
        and not (isinstance(value, Dict) and name == "values")
    ):
        return value
    if isinstance(value, Dict) and isinstance(value.rest, Unknown) and name not in _DICT_METHODS:
        return replace(value.rest, name=name)
    if isinstance(value, (Text, Seq, Dict, Pair, Index, Instance)):
        return Bound(value, name)
    if isinstance(value, Unknown) and name in _SCORES and node is not None and not value.source:
        return output_field(run, Output(Model(Checkpoint(None)), None, run.site(node)), name)
    return Unknown(name, source=past_text(value.source) if isinstance(value, Unknown) else "")


_TOLD = frozenset({"config", "dtype", "device", "training"})
"""What a model says of itself."""
_SCORES = frozenset({"logits_per_image", "logits_per_text"})
"""Fields that models of pictures and texts alone have: what holds one is such a model's output, whoever hands it over."""
_DICT_METHODS = frozenset(dir(dict))


def entry(mapping: Dict, name: str) -> Value | None:
    """What an attribute of a namespace or configuration stands for, whose keys are attributes."""
    return None if name in _DICT_METHODS else mapping.get(name)


def _inputs_field(inputs: Inputs, name: str) -> Value:
    if name in {"input_ids", "token_ids"}:
        return inputs.tokens if inputs.tokens is not None else Unknown(name)
    if name in {"pixel_values", "pixel_values_videos", "images", "input_features"}:
        return inputs.pixels if inputs.pixels is not None else Unknown(name)
    if name == "data":
        return inputs
    return Unknown(name) if name == "attention_mask" else Bound(inputs, name)


def output_field(run: Run, output: Output, name: str) -> Value:
    """A field of a whole model's output: its scores or embeddings."""
    model = output.model
    inputs = output.inputs or Inputs()
    name = run.libraries.of(model.checkpoint.library).outputs.get(name, name)
    is_of_tokens = name == "token_embeds"
    if name in {"embeds", "token_embeds"}:
        known = model.part or ("image" if inputs.tokens is None else "text" if inputs.pixels is None else "")
        name = f"{known}_embeds" if known else name
    if name in _SCORES:
        scores = Scores(
            model.checkpoint,
            Tristate.YES,
            Tristate.YES,
            output.site,
            ("image", "text"),
            is_sigmoid=run.libraries.trait(model.checkpoint.family).sigmoid,
            label_count=text_count(inputs.tokens.texts) if inputs.tokens is not None else None,
            image_count=inputs.pixels.count if inputs.pixels is not None else None,
            texts=inputs.tokens.texts if inputs.tokens is not None else None,
            is_whole_model=True,
            has_bias=True,
        )
        note_parts(run, model, scores)
        return scores if name == "logits_per_image" else replace(scores, axes=("text", "image"))
    if name in {"image_embeds", "text_embeds"}:
        modality = name.partition("_")[0]
        traits = run.libraries.of(model.checkpoint.library)
        is_raw = is_of_tokens or (bool(model.part) and model.checkpoint.family not in traits.normalizes)
        texts = inputs.tokens.texts if inputs.tokens is not None and modality == "text" else None
        pictures = inputs.pixels.count if inputs.pixels is not None else None
        return Features(
            modality,
            model.checkpoint,
            Tristate.NO if is_raw else Tristate.YES,
            output.site,
            (modality, "token", "dim") if is_of_tokens else (modality, "dim"),
            count=text_count(texts) if modality == "text" else pictures,
            texts=texts,
            model=model,
        )
    return Unknown(name)


_FEATURE_OUTPUT = frozenset({"last_hidden_state", "hidden_states", "attentions"})


def _features_attribute(run: Run, features: Features, name: str, node: nodes.Attribute | None) -> Value:
    if name == OUTPUT_FIELD:
        return replace(features, is_wrapped=False)
    if name in _FEATURE_OUTPUT:
        return Unknown(name)
    if name in {"T", "mT"}:
        plain = unwrap(run, features, node, f"`.{name}` is taken of it")
        return transpose(plain)
    if name == "data":
        detach(run, features)
        return features
    if name in {"shape", "dtype", "device", "ndim"}:
        unwrap(run, features, node, field_read(name))
        return Unknown(name)
    if name in PROJECTED and features.is_wrapped:
        return unwrap(run, features, node, field_read(name))
    return Bound(features, name)
