"""Data sets and the loaders that make batches of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.arguments import Argument, Arguments
from clip_lint.reading.lattice import join_all, one_of
from clip_lint.reading.operations.moving import part_by_part
from clip_lint.reading.operations.targets import CLASSES
from clip_lint.reading.values import (
    NONE,
    UNKNOWN,
    Class,
    Const,
    DataSet,
    Dict,
    External,
    Features,
    Function,
    Image,
    Inputs,
    Instance,
    LazyPlace,
    Loader,
    OneOf,
    Pixels,
    Seq,
    Text,
    Tokens,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call
    from clip_lint.reading.scope import Scope
    from clip_lint.syntax import nodes

BATCHES = "batches"
"""The kind of a sequence whose members are batches."""


def op_data_set(run: Run, call: Call) -> Value:
    """Pictures in folders or a well-known data set: a picture, as its transform leaves it, and a class number."""
    picture: Value = Image("rgb", "pil", 255, run.site(call.node))
    transform = call.value("transform", NONE)
    if transform not in (NONE, UNKNOWN):
        picture = run.call(transform, Arguments([Argument(picture, None)], {}), call.node)
    place = LazyPlace(run.scope.source, call.node)
    names = tuple(Text(name, place) for name in call.spec.get("classes", ()))
    classes = Seq(names, "list", True, place) if names else Unknown("classes", source=CLASSES)
    return DataSet(Seq((picture, Unknown("target")), "tuple"), classes)


def mapped(rows: Value, made: Value) -> DataSet | None:
    """The data set that a function leaves which gives columns of vectors for each row; None where it gives anything else."""
    columns = [option for option in options(made) if isinstance(option, Dict)]
    if isinstance(rows, (Seq, Dict)) or len(columns) != 1 or not _holds_vectors(columns[0]):
        return None
    before = rows.item.entries if isinstance(rows, DataSet) and isinstance(rows.item, Dict) else ()
    entries = dict((*before, *columns[0].entries))
    return DataSet(replace(columns[0], entries=tuple(entries.items()), is_whole=False))


def _holds_vectors(row: Dict) -> bool:
    return any(isinstance(option, Features) for _, item in row.entries for option in options(item))


def column(rows: DataSet, key: str | None) -> Value:
    """What a data set gives for a key: one of its columns, or one of its parts, such as ``train``; a row for a number."""
    if key is None or not isinstance(rows.item, Dict):
        return rows.item
    found = rows.item.get(key)
    return rows if found is None else found


def op_data_loader(run: Run, call: Call) -> Value:
    """``DataLoader``: batches of a data set, put together by its ``collate_fn``."""
    items = items_of(run, call.value("dataset"), call.node)
    item = join_all(items.items) if isinstance(items, Seq) else UNKNOWN
    collate = call.value("collate", NONE)
    if any(isinstance(option, (Function, Instance)) for option in options(collate)):
        given = Seq((item,), "list", is_whole=False)
        return Loader(_put_together(run.call(collate, Arguments([Argument(given, None)], {}), call.node)))
    return Loader(batched(item))


def _put_together(value: Value) -> Value:
    """What a ``collate_fn`` gives: its texts are others in each batch."""
    if isinstance(value, Seq):
        return replace(value, items=tuple(_put_together(item) for item in value.items))
    if isinstance(value, Dict):
        return replace(value, entries=tuple((key, _put_together(item)) for key, item in value.entries))
    if isinstance(value, OneOf):
        return replace(value, options=tuple(_put_together(option) for option in value.options))
    if isinstance(value, Pixels):
        return replace(value, is_of_loader=True)
    if isinstance(value, Tokens):
        return replace(value, is_single=False, is_of_batch=True)
    if isinstance(value, Inputs) and value.tokens is not None:
        return replace(value, tokens=replace(value.tokens, is_single=False, is_of_batch=True))
    return value


def batched(value: Value) -> Value:
    """Several of a value in one batch."""
    if isinstance(value, Seq) and value.kind in {"tuple", "list"}:
        return replace(value, items=tuple(batched(item) for item in value.items))
    if isinstance(value, Dict):
        return replace(value, entries=tuple((key, batched(item)) for key, item in value.entries))
    if isinstance(value, Pixels):
        return replace(value, is_batch=True, is_of_loader=True, count=None)
    if isinstance(value, Tokens):
        return replace(
            value, texts=Seq(options(value.texts), "list", is_whole=False), is_single=False, is_of_batch=True
        )
    if isinstance(value, Inputs):
        tokens, pixels = batched(value.tokens or UNKNOWN), batched(value.pixels or UNKNOWN)
        return replace(
            value,
            tokens=tokens if isinstance(tokens, Tokens) else None,
            pixels=pixels if isinstance(pixels, Pixels) else None,
        )
    if isinstance(value, Text) or (
        isinstance(value, OneOf) and any(isinstance(o, Text) for o in value.options)
    ):
        return Seq(options(value), "list", is_whole=False)
    if isinstance(value, OneOf):
        return one_of(batched(option) for option in value.options)
    if isinstance(value, Features):
        return replace(value, axes=None, count=None)
    return value


def iterated(run: Run, value: Value) -> Value:
    """What a loop runs over: the members of an enumeration, what a data set or loader gives, any other value itself."""
    if not isinstance(value, Class) or not any(
        isinstance(option, External) and option.path.startswith("enum.")
        for cls in run.mro(value)
        for base in cls.bases
        for option in options(base)
    ):
        return items_of(run, value, None)
    scope: Scope = value.scope
    members = tuple(
        member
        for name, member in scope.values.items()
        if not name.startswith("_") and isinstance(member, (Text, Const))
    )
    place = next((member.place for member in members if isinstance(member, Text)), None)
    return Seq(members, "list", True, place, value.node.name)


def items_of(run: Run, value: Value, node: nodes.expr | None) -> Value:
    """What a loop over a data set or a loader runs over; any other value itself."""
    found: list[Value] = []
    for option in options(value):
        if isinstance(option, Loader):
            found.append(Seq((option.batch,), BATCHES, is_whole=False))
        elif isinstance(option, DataSet):
            found.append(Seq((option.item,), "generator", is_whole=False))
        elif isinstance(option, Instance):
            found.append(_of_instance(run, option, node))
        elif isinstance(option, Inputs):
            found.append(part_by_part(option))
        else:
            found.append(option)
    if len(found) == 1:
        return found[0]
    return value if found == list(options(value)) else one_of(found)


def _of_instance(run: Run, instance: Instance, node: nodes.expr | None) -> Value:
    for name in ("__iter__", "__getitem__"):
        method = run.method(instance, name)
        if method is None:
            continue
        index = [Argument(Unknown("index"), None)] if name == "__getitem__" else []
        made = run.call_function(method, Arguments(index, {}), node)
        if name == "__getitem__":
            return Seq((made,), "generator", is_whole=False)
        return made if isinstance(made, Seq) else instance
    return instance


def is_batches(value: Value) -> bool:
    """Whether a loop runs over batches, by what it runs over."""
    return any(isinstance(option, Seq) and option.kind == BATCHES for option in options(value))


def is_list(given: Value | None, pixels: Pixels | None) -> bool:
    """Whether several are encoded: a list of them or of unknown length, or a batch that was put together."""
    source = pixels.source if pixels is not None else given
    are_several = isinstance(source, Seq) and (not source.is_whole or len(source.items) > 1)
    return are_several or (pixels is not None and pixels.is_batch)
