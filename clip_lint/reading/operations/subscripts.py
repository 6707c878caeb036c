"""`value[index]`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.arguments import Argument, Arguments
from clip_lint.reading.facts import Sliced
from clip_lint.reading.lattice import element, join_all
from clip_lint.reading.marks import is_typed
from clip_lint.reading.operations.answers import answer_field
from clip_lint.reading.operations.axes import only_adds_axes, picked_of_tokens
from clip_lint.reading.operations.call import number, text_of
from clip_lint.reading.operations.containers import any_of
from clip_lint.reading.operations.data_frames import row
from clip_lint.reading.operations.datasets import column
from clip_lint.reading.operations.fields import attribute, output_field
from clip_lint.reading.operations.hits import held_by
from clip_lint.reading.operations.scores import take_part
from clip_lint.reading.operations.shapes import unwrap
from clip_lint.reading.operations.shared import shared
from clip_lint.reading.operations.text_counts import past_text
from clip_lint.reading.values import (
    NOT_YET,
    UNKNOWN,
    Answer,
    Axes,
    Component,
    Const,
    DataSet,
    Dict,
    External,
    Features,
    Hidden,
    Hits,
    Image,
    Inputs,
    Instance,
    Model,
    Norm,
    OneOf,
    Output,
    Pixels,
    Probability,
    Scores,
    Seq,
    Text,
    Tokens,
    Unknown,
    Value,
)
from clip_lint.reading.values.plain import ENTRY, SHORTENED
from clip_lint.syntax import nodes
from clip_lint.syntax.unparse import unparse

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run


def subscript(run: Run, node: nodes.Subscript, value: Value, index: Value) -> Value:
    """``value[index]``."""
    key = text_of(index)
    if isinstance(value, (Unknown, External)) and key is not None:
        held = shared(run, node.value, key)
        if held is not None:
            return held
    position = number(index)
    if isinstance(index, Const) and isinstance(index.value, int) and position is None:
        position = int(index.value)
    if isinstance(value, Dict):
        if isinstance(index, OneOf) and len(index.options) > 1:
            return any_of(value, index, None)
        if key is not None:
            found = value.get(key)
            if found is not None:
                return found
            unnamed = [item for known, item in value.entries if not isinstance(known, Text) or known.is_holed]
            if not unnamed and value.rest is not None:
                return replace(value.rest, name=key) if isinstance(value.rest, Unknown) else value.rest
            return join_all(unnamed) if unnamed else Unknown(key, source=NOT_YET if value.is_whole else "")
        if isinstance(value.rest, Unknown):
            return row(value) if isinstance(index, Const) else value
        for known, item in value.entries:
            if known == index and isinstance(index, Const):
                return item
        if value.entries:
            return join_all(item for _, item in value.entries)
        if value.rest is not None:
            return value.rest
        return Unknown(source=NOT_YET if value.is_whole else "")
    if isinstance(value, (Component, Model)) and key is not None:
        return value  # of several by their names: what holds of one holds of each
    if isinstance(value, Answer):
        return answer_field(value, key) if key is not None else UNKNOWN
    if isinstance(value, Seq):
        if position is not None and value.is_whole and -len(value.items) <= position < len(value.items):
            take_part(run, value, position % len(value.items))
            return value.items[position]
        if isinstance(node.slice, nodes.Slice):
            return _slice(value, node.slice)
        return _side_by_side(value, index) or element(value)
    if isinstance(value, Inputs):
        return attribute(run, value, key, None) if key is not None else UNKNOWN
    if isinstance(value, Hits):
        return attribute(run, value, key, None) if key is not None else value
    if (held := held_by(value)) is not None:
        return held
    if isinstance(value, Output):
        if key is not None:
            return attribute(run, value, key, None)
        if position != 0:
            return UNKNOWN
        part = value.model.part  # of a tower with its projection, the first field is the vectors
        return output_field(run, value, f"{part}_embeds" if part else "logits_per_image")
    if isinstance(value, Features):
        return _features_subscript(run, node, value, key, position)
    if isinstance(value, (Scores, Probability)):
        return _scores_subscript(node, value, position)
    if isinstance(value, Tokens):
        if isinstance(node.slice, (nodes.Slice, nodes.Tuple)) and _cuts(node.slice):
            site = run.site(node)
            run.record(Sliced(site, value), site)
        return value
    if isinstance(value, Image):
        whole = replace(value, mode="") if _is_bounded(node.slice) else value
        return replace(whole, channels=_flip(value.channels)) if _reverses_channels(node.slice) else whole
    if isinstance(value, Pixels):
        return replace(value, count=1) if position is not None else replace(value, count=None)
    if isinstance(value, Text):
        if position is not None and not value.is_holed and -len(value.text) <= position < len(value.text):
            return Const(value.text[position])  # to compare with, and no prompt
        return Unknown("character") if position is not None else value
    if isinstance(value, Unknown):
        if _shortens(run, node):
            return Unknown(SHORTENED)
        return replace(value, name=key, source=past_text(value.source) or ENTRY) if key else value
    if isinstance(value, (Norm, Hidden)):
        return value
    if isinstance(value, DataSet):
        return column(value, key)
    if isinstance(value, Instance):
        return _item_of(run, value, index, node)
    if isinstance(value, External) and is_typed(value.path):
        return Unknown(key or value.path.rpartition(".")[2], source=value.path)
    return UNKNOWN


def _item_of(run: Run, instance: Instance, index: Value, node: nodes.Subscript) -> Value:
    """``instance[index]`` by its own ``__getitem__``."""
    method = run.method(instance, "__getitem__")
    if method is None:
        return UNKNOWN
    return run.call_function(method, Arguments([Argument(index, node.slice)], {}), node)


def _side_by_side(value: Seq, index: Value) -> Value | None:
    """``value[i]`` in a loop over known positions: an item for each, in the order of the rounds."""
    if not value.is_whole or not isinstance(index, OneOf) or not index.rows:
        return None
    positions = [number(option) for option in index.options]
    items = [
        value.items[position]
        for position in positions
        if isinstance(position, int) and -len(value.items) <= position < len(value.items)
    ]
    if len(items) < len(positions) or not all(isinstance(item, Text) for item in items):
        return None
    return OneOf(tuple(items), index.loop, index.rows)


_MOST_CHARACTERS = 300
"""A text cut to so many is short: a token mostly is four or five."""


def _shortens(run: Run, node: nodes.Subscript) -> bool:
    """``text[:200]``, ``words[:50]``: the beginning of one text or of its words, not of a list of texts."""
    cut = node.slice
    if not isinstance(cut, nodes.Slice) or cut.step is not None or _bound(cut.lower) not in {None, 0}:
        return False
    end = number(run.eval(cut.upper)) if cut.upper is not None else None
    if end is None or not 0 < end <= _MOST_CHARACTERS:
        return False
    holder = node.value
    if isinstance(holder, nodes.Call) and isinstance(holder.func, nodes.Attribute):
        return holder.func.attr in {"split", "strip", "lower", "replace"}
    name = getattr(holder, "id", "") or getattr(holder, "attr", "")
    return name in {"words", "tokens"} or _ONE_TEXT.search(name) is not None


_ONE_TEXT = re.compile(
    r"(?:text|caption|description|desc|sentence|prompt|query|title|comment|summary|question)$"
)


def _slice(value: Seq, bounds: nodes.Slice) -> Value:
    found = [_bound(part) for part in (bounds.lower, bounds.upper, bounds.step)]
    known = [bound for bound in found if not isinstance(bound, str)]
    if len(known) < len(found) or known[-1] == 0:
        return replace(value, is_whole=False)
    return replace(value, items=value.items[slice(*known)])


def _bound(node: nodes.expr | None) -> int | str | None:
    """A slice's bound as written, ``?`` where it is no plain number."""
    if node is None:
        return None
    if isinstance(node, nodes.Constant) and isinstance(node.value, int):
        return node.value
    if (
        isinstance(node, nodes.UnaryOp)
        and isinstance(node.operand, nodes.Constant)
        and isinstance(node.operand.value, int)
    ):
        return -node.operand.value
    return "?"


def _cuts(node: nodes.expr) -> bool:
    """Whether a subscript cuts columns off at an upper bound."""
    if isinstance(node, nodes.Tuple):
        last = node.elts[-1] if node.elts else None
        return (
            len(node.elts) == 2
            and isinstance(last, nodes.Slice)
            and last.upper is not None
            and last.lower is None
        )
    return False


def _flip(channels: str) -> str:
    return {"bgr": "rgb", "rgb": "bgr"}.get(channels, "")


def _reverses_channels(node: nodes.expr) -> bool:
    """``[:, :, ::-1]``, ``[..., ::-1]`` or ``[:, :, [2, 1, 0]]``."""
    last = node.elts[-1] if isinstance(node, nodes.Tuple) and node.elts else None
    if isinstance(last, nodes.Slice) and last.step is not None:
        return unparse(last.step) == "-1"
    return isinstance(last, (nodes.List, nodes.Tuple)) and unparse(last).strip("[]()") == "2, 1, 0"


def _features_subscript(
    run: Run, node: nodes.Subscript, value: Features, key: str | None, position: int | None
) -> Value:
    if key == "pooler_output":
        return replace(value, is_wrapped=False)
    if value.is_wrapped and position == 1:
        return replace(value, is_wrapped=False)
    if key is not None:
        return UNKNOWN
    # An output object takes the index of a tuple; one along several axes, or that makes a new one, raises.
    is_refused = position is None and isinstance(node.slice, (nodes.Tuple, nodes.Constant))
    plain = unwrap(run, value, node, f"{'sliced' if is_refused else 'indexed'} like a tensor")
    if not isinstance(plain, Features):
        return plain
    if position is not None:
        axes = plain.axes[1:] if plain.axes and len(plain.axes) > 1 else None
        return replace(plain, axes=axes, count=1)
    if only_adds_axes(node.slice):
        return replace(plain, axes=_with_new_axes(plain.axes, node.slice))
    picked = picked_of_tokens(plain.axes, node.slice)
    if picked is not None:
        return replace(plain, axes=picked)
    return replace(plain, count=None, axes=plain.axes if isinstance(node.slice, nodes.Slice) else None)


def _with_new_axes(axes: Axes, node: nodes.expr) -> Axes:
    """The axes after ``[:, None, :]``: one of length one for each None."""
    if axes is None or not isinstance(node, nodes.Tuple):
        return None
    left, made = list(axes), list[str]()
    kept = [each for each in node.elts if not isinstance(each, nodes.Constant)]
    for each in node.elts:
        if isinstance(each, nodes.Slice):
            made.append(left.pop(0) if left else "?")
        elif isinstance(each, nodes.Constant) and each.value is None:
            made.append("1")
        else:
            skipped = len(axes) - len(kept)
            made += left[:skipped]
            del left[:skipped]
    return (*made, *left)


def _is_bounded(node: nodes.expr) -> bool:
    """Whether a subscript takes a part of some axis, such as the first three channels."""
    parts = node.elts if isinstance(node, nodes.Tuple) else (node,)
    return any(isinstance(each, nodes.Slice) and (each.lower or each.upper) is not None for each in parts)


def _scores_subscript(node: nodes.Subscript, value: Scores | Probability, position: int | None) -> Value:
    if position is not None:
        return replace(value, axes=value.axes[1:] if value.axes else None)
    if isinstance(node.slice, nodes.Slice):
        return value
    if isinstance(node.slice, nodes.Tuple):
        return replace(value, axes=None)
    return replace(value, axes=None)
