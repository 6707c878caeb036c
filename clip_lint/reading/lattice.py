"""Joining values where paths through the program meet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.values import (
    NONE,
    NOT_YET,
    UNKNOWN,
    Const,
    Dict,
    Features,
    Hits,
    Image,
    Inputs,
    Model,
    OneOf,
    Parameters,
    Pixels,
    Scores,
    Seq,
    Text,
    Tokens,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_TEXTS = 3000
"""Alternatives that one loop over labels gives."""
MOST_JOINED_TEXTS = 200
"""Alternatives where paths meet: more are no list of prompts."""
MOST_OTHERS = 10
MOST_CONTAINERS = 60
_EMPTY = Text("")
_ONE_FOR_ALL = frozenset({"generator", "batches"})
"""Kinds of sequences whose items stand for all that they give."""
_MOVED = (Tokens, Pixels, Inputs)
"""What goes from device to device on its way into a model."""
MOST_MIXED = 300
"""How many texts are kept where something unknown stands beside them."""


def join(left: Value, right: Value) -> Value:
    """What a variable holds when it may hold either.

    None gives way to a value (``model = None`` before loading), features and scores join property by property, and
    more alternatives than the rules can use become unknown.
    """
    if left is right or left == right:
        return left
    if left == NONE and not isinstance(right, Unknown):
        return right
    for one, other in ((left, right), (right, left)):
        if one == _EMPTY and isinstance(other, Unknown):
            return other  # `text = row[0] if row else ""`
        if isinstance(one, Unknown) and one.source == NOT_YET:
            return other  # `if name in cache: return cache[name]`, before anything was put there
    if right == NONE and not isinstance(left, Unknown):
        return left
    if isinstance(left, Features) and isinstance(right, Features):
        return _features(left, right)
    if isinstance(left, Scores) and isinstance(right, Scores):
        return _scores(left, right)
    if (
        isinstance(left, Seq)
        and isinstance(right, Seq)
        and left.place is not None
        and left.place == right.place
        and (left.name == right.name or not (left.name and right.name))
    ):
        return _sequences(left, right)
    if (
        isinstance(left, Dict)
        and isinstance(right, Dict)
        and (left.place is not None or left.rest is not None)
        and (left.place, left.rest) == (right.place, right.rest)
    ):
        return _mappings(left, right)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Dict) and one.rest is not None and one.rest == other:
            return one  # what fills it is taken to have run
    if isinstance(left, _MOVED) and (wherever := _wherever(left, right)) is not None:
        return wherever
    alternatives = (*options(left), *options(right))
    is_of_loop = any(isinstance(value, OneOf) and value.loop for value in (left, right))
    if len(alternatives) > MOST_JOINED_TEXTS and not is_of_loop:
        return UNKNOWN
    return one_of(alternatives)


def _sequences(left: Seq, right: Seq) -> Seq:
    """One list at two stages of its life: a loop that fills it is taken to have run."""
    short, long = sorted((left, right), key=lambda seq: len(seq.items))
    if long.items[: len(short.items)] == short.items:
        return long if short.is_whole or not long.is_whole else replace(long, is_whole=False)
    known = set(long.items)
    extra = tuple(item for item in short.items if item not in known)
    return replace(long, items=long.items + extra, is_whole=False)


def _mappings(left: Dict, right: Dict) -> Dict:
    """One mapping at two stages of its life."""
    entries = dict(left.entries)
    for key, value in right.entries:
        entries[key] = join(entries[key], value) if key in entries else value
    return replace(right, entries=tuple(entries.items()), is_whole=left.is_whole and right.is_whole)


def _wherever(left: Tokens | Pixels | Inputs, right: Value) -> Value | None:
    """What is the same but for its device or precision: ``if on_gpu: tokens = tokens.cuda()``; None for anything else."""
    if isinstance(left, Tokens) and isinstance(right, Tokens):
        return replace(left, device="?") if replace(left, device=right.device) == right else None
    if isinstance(left, Pixels) and isinstance(right, Pixels):
        if replace(left, device=right.device, dtype=right.dtype) != right:
            return None
        device = left.device if left.device == right.device else "?"
        return replace(left, device=device, dtype=left.dtype if left.dtype == right.dtype else "?")
    if isinstance(left, Inputs) and isinstance(right, Inputs) and left.by == right.by:
        tokens, pixels = _part(left.tokens, right.tokens), _part(left.pixels, right.pixels)
        is_same = (tokens is None) == (left.tokens is None) and (pixels is None) == (left.pixels is None)
        if is_same and not isinstance(tokens, Pixels) and not isinstance(pixels, Tokens):
            return replace(left, tokens=tokens, pixels=pixels)
    return None


def _part(left: Tokens | Pixels | None, right: Tokens | Pixels | None) -> Tokens | Pixels | None:
    if left is None or right is None:
        return None
    found = left if left == right else _wherever(left, right)
    return found if isinstance(found, (Tokens, Pixels)) else None


def _merge_moved(merged: list[Value], value: Tokens | Pixels | Inputs) -> bool:
    """Merge a value into one of those before that it differs from only in device or precision."""
    for place, known in enumerate(merged):
        if isinstance(known, _MOVED) and (wherever := _wherever(known, value)) is not None:
            merged[place] = wherever
            return True
    return False


def one_of(values: Iterable[Value], loop: int = 0) -> Value:
    """A value that is one of ``values``; nested alternatives are flattened, equal ones merged."""
    merged: list[Value] = []
    seen: set[Value] = set()
    texts = containers = others = 0
    for outer in values:
        for value in options(outer):
            before = len(seen)
            seen.add(value)
            if len(seen) == before:
                continue  # one look at the hash, which is most of the work
            if isinstance(value, (Text, Const)):
                texts += 1
                if texts > MOST_TEXTS:
                    continue
            else:
                if isinstance(value, (Features, Scores)):
                    kind = type(value)
                    place = next((i for i, known in enumerate(merged) if type(known) is kind), None)
                    if place is not None:
                        merged[place] = join(merged[place], value)
                        continue
                if isinstance(value, _MOVED) and _merge_moved(merged, value):
                    continue
                is_container = isinstance(value, (Seq, Dict))
                containers += is_container
                others += not is_container
                if containers > MOST_CONTAINERS or len(merged) > MOST_MIXED or others > MOST_OTHERS:
                    return UNKNOWN
            merged.append(value)
    if any(isinstance(value, Text) and value.is_holed for value in merged):
        merged = _without_beginnings(merged)
    if not merged:
        return UNKNOWN
    return merged[0] if len(merged) == 1 and not loop else OneOf(tuple(merged), loop)


def _without_beginnings(values: list[Value]) -> list[Value]:
    """The alternatives without the blank that a loop begins with, where it writes a text letter by letter."""
    unknown = [value for value in values if isinstance(value, Text) and value.is_holed and _is_blank(value)]
    return [value for value in values if value in unknown or not _is_blank(value)] if unknown else values


def _is_blank(value: Value) -> bool:
    return isinstance(value, Text) and not value.text.replace("{}", "").strip()


def join_all(values: Iterable[Value]) -> Value:
    """The join of any number of values; unknown for none."""
    texts: list[Value] = []
    result: Value | None = None
    for value in values:
        if isinstance(value, Text):
            texts.append(value)  # thousands of them are told apart in one go, not two by two
        else:
            result = value if result is None else join(result, value)
    if texts:
        result = one_of(texts) if result is None else join(one_of(texts), result)
    return UNKNOWN if result is None else result


def _features(left: Features, right: Features) -> Features:
    if right.is_wrapped and not left.is_wrapped:
        left, right = right, left
    # Code that unwraps on one path handles both; another encoder's output does not: it fails on the wrapped one.
    is_handled = left.origin == right.origin and not right.is_wrapped
    known = left if left.checkpoint.name is not None else right
    return replace(
        left,
        checkpoint=known.checkpoint,
        is_wrapped=left.is_wrapped and not is_handled,
        modality=left.modality if left.modality == right.modality else "",
        is_unit=left.is_unit.join(right.is_unit),
        axes=left.axes if left.axes == right.axes else None,
        mean=left.mean if right.is_mean else None,
        is_of_units=left.is_of_units and right.is_of_units,
        is_scaled=left.is_scaled.join(right.is_scaled),
        factor=left.factor if left.factor == right.factor else None,
        count=left.count if left.count == right.count else None,
        is_many=left.is_many and right.is_many,
        texts=left.texts if left.texts == right.texts else None,
        array=left.array if left.array == right.array else "",
        model=left.model if left.model == right.model else None,
        # One device needs no others: a path that gathers nothing mends nothing, one that keeps the gradient does.
        lost=None if left.is_shared or right.is_shared else left.lost or right.lost,
        is_shared=left.is_shared or right.is_shared,
    )


def _scores(left: Scores, right: Scores) -> Scores:
    known = left if left.checkpoint.name is not None else right
    return replace(
        left,
        checkpoint=known.checkpoint,
        is_sigmoid=known.is_sigmoid,
        is_unit=left.is_unit.join(right.is_unit),
        is_scaled=left.is_scaled.join(right.is_scaled),
        axes=left.axes if left.axes == right.axes else None,
        pair=left.pair if left.pair == right.pair else "",
        temperature=left.temperature if left.temperature == right.temperature else None,
        label_count=left.label_count if left.label_count == right.label_count else None,
        image_count=left.image_count if left.image_count == right.image_count else None,
        texts=left.texts if left.texts == right.texts else None,
        is_transformed=left.is_transformed or right.is_transformed,
        is_complement=left.is_complement and right.is_complement,
        measure=left.measure if left.measure == right.measure else "",
        is_negated=left.is_negated and right.is_negated,
        mixed=left.mixed if left.mixed == right.mixed else None,
        owed=left.owed if left.owed == right.owed else (),
        array=left.array if left.array == right.array else "",
        gathered=max(
            left.gathered, right.gathered, key=lambda sides: sum(2 if side.is_shared else 1 for side in sides)
        ),
    )


def _are_pictures(items: tuple[Value, ...]) -> bool:
    """Whether a list that a loop fills holds pictures, of which one is like another."""
    return all(isinstance(item, (Image, Pixels)) for item in items)


def element(value: Value, loop: int = 0) -> Value:
    """What iterating over ``value`` gives: one of its members, or an unknown that keeps the name."""
    found: list[Value] = []
    for option in options(value):
        if isinstance(option, Seq):
            found.extend(option.items)
            is_told = option.is_whole or option.kind in _ONE_FOR_ALL or _are_pictures(option.items)
            if not option.items or not is_told:
                found.append(Unknown(option.name))
        elif isinstance(option, Dict):
            found.extend(key for key, _ in option.entries)
            if not option.is_whole:
                found.append(UNKNOWN)
        elif isinstance(option, Features):
            axes = option.axes[1:] if option.axes and len(option.axes) > 1 else None
            found.append(replace(option, axes=axes, count=1))
        elif isinstance(option, Scores):
            found.append(replace(option, axes=option.axes[1:] if option.axes else None))
        elif isinstance(option, (Unknown, Parameters, Tokens, Hits)):
            found.append(option)
        elif isinstance(option, Model):
            return UNKNOWN
        else:
            found.append(UNKNOWN)
    made = one_of(found, loop)
    if loop and isinstance(made, OneOf) and len(made.options) == len(found):
        return replace(made, rows=loop)
    return made
