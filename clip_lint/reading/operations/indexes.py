"""Vectors stored in an index or a collection, and looked up there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.facts import Indexed
from clip_lint.reading.lattice import join
from clip_lint.reading.operations.call import Call, text_of
from clip_lint.reading.operations.hits import nearness, note_limits
from clip_lint.reading.operations.metrics import told
from clip_lint.reading.operations.prompting import prompts
from clip_lint.reading.operations.shapes import stack_rows
from clip_lint.reading.values import (
    UNKNOWN,
    Class,
    Component,
    DataSet,
    Dict,
    Features,
    Hits,
    Index,
    Instance,
    Seq,
    Text,
    Unknown,
    Value,
    options,
)
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.reading.arguments import Arguments
    from clip_lint.reading.interpreter.state import Run


def remember(run: Run, index: Index, *, is_told: bool) -> Index:
    """The collection with what is known of it by now: what a program says counts for more than a default."""
    index = replace(index, is_told=is_told)
    known = run.memory.collections
    before = known.get(index.key, index)
    if before.is_told and not index.is_told:
        index = replace(index, metric=before.metric, is_told=True)
    elif before.is_told == index.is_told and before.metric != index.metric:
        index = replace(index, metric="")
    known[index.key] = index
    return index


def _made(run: Run, call: Call, name: str | None) -> Index:
    """A new index or collection, and the vectors that come along."""
    said = told(run, call)
    metric = said if said is not None else str(call.spec.get("metric", ""))
    embedder = _embedder(run, tuple(call.arguments.values()))
    is_left_to_others = "embedder" in call or call.arguments.has_more
    if said is None and (is_left_to_others or _is_told_later(run, call)):
        metric = ""
    index = Index(
        metric,
        call.spec.library,
        run.site(call.node),
        embedder,
        name,
        made_by=tuple(run.calls),
    )
    index = remember(run, index, is_told=said is not None)
    record(run, call, index, call.value("x"), is_query=False)
    return index


_ENCODES = frozenset({"store-embeddings", "service"})


def _embedder(run: Run, values: Sequence[Value], depth: int = 0) -> Component | None:
    """What a store encodes with: an argument, a part of its settings, or a field of the class of its rows."""
    for option in (option for value in values for option in options(value)):
        if isinstance(option, Component) and option.kind in _ENCODES:
            return option
        inside = _embedder(run, _parts(run, option), depth + 1) if depth < _ROW_DEPTH else None
        if inside is not None:
            return inside
    return None


def _parts(run: Run, value: Value) -> Sequence[Value]:
    if isinstance(value, Class):
        fields = (each.target for each in value.node.body if isinstance(each, nodes.AnnAssign))
        return [run.attribute(value, each.id, None) for each in fields if isinstance(each, nodes.Name)]
    if isinstance(value, Dict):
        return [item for _, item in value.entries[:_ROW_FIELDS]]
    return value.items[:_ROW_FIELDS] if isinstance(value, Seq) else ()


def _is_told_later(run: Run, call: Call) -> bool:
    return any(f".{name}(" in run.source.text for name in call.spec.get("told_later", ()))


def op_index(run: Run, call: Call) -> Value:
    """A vector index."""
    return _made(run, call, _name(call) if "name" in call else None)


def op_index_column(run: Run, call: Call) -> Value:
    """A column of a data set becomes an index of its own."""
    rows = call.receiver.item if isinstance(call.receiver, DataSet) else UNKNOWN
    column = text_of(call.value("column"))
    vectors = rows.get(column) if isinstance(rows, Dict) and column is not None else None
    index = _made(run, call, None)
    if vectors is not None:
        record(run, call, index, vectors, is_query=False)
    return call.receiver or UNKNOWN


def op_make_collection(run: Run, call: Call) -> Value:
    """A collection of a client; the vectors may come along."""
    return _made(run, call, _name(call))


def op_get_collection(run: Run, call: Call) -> Value:
    """A collection that was made before, by its name."""
    return _collection_of(run, call)


def op_tell_metric(run: Run, call: Call) -> Value:
    """What a collection compares by is said after it was made, or apart from its vectors."""
    index = _target(run, call)
    said = told(run, call)
    if index is not None and (said is not None or call.spec.get("metric")):
        metric = said if said is not None else call.spec.get("metric")
        index = remember(run, replace(index, metric=metric), is_told=said is not None)
    return call.receiver if call.receiver is not None else index or UNKNOWN


def op_settings(_run: Run, call: Call) -> Value:
    """What an object that only holds settings or fields was given, by the operation's names or its own."""
    entries = tuple((Text(name), argument.value) for name, argument in call.named.items())
    return Dict(entries, is_whole=not call.arguments.has_more)


def _collection_of(run: Run, call: Call) -> Index:
    name = _name(call) or _name_in(call.value("x"), frozenset(call.spec.get("name_in", ())))
    made = Index("", call.spec.library, run.site(call.node), name=name, made_by=tuple(run.calls))
    return run.memory.collections.get(made.key, made)


def _name(call: Call) -> str:
    return text_of(call.value("name")) or ""


def _name_in(rows: Value, keys: frozenset[str], depth: int = 0) -> str:
    """The collection that rows name themselves, as the actions of a bulk do; empty where none is named, or several are."""
    found: set[str] = set()
    for option in options(rows) if keys and depth < _ROW_DEPTH else ():
        if isinstance(option, Dict):
            named = [text_of(item) or "" for key, item in option.entries if text_of(key) in keys]
            found.update(
                named or (_name_in(item, keys, depth + 1) for _, item in option.entries[:_ROW_FIELDS])
            )
        elif isinstance(option, Seq):
            found.update(_name_in(item, keys, depth + 1) for item in option.items[:_ROW_FIELDS])
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def _target(run: Run, call: Call) -> Index | None:
    """The index or collection that a call is about; None where that is not known."""
    holder = call.receiver if call.receiver is not None else call.value("client")
    for option in options(holder):
        held = option.index if isinstance(option, Hits) else option
        if isinstance(held, Index):
            return run.memory.collections.get(held.key, held)
        if isinstance(option, Component):
            return _collection_of(run, call)
    if call.receiver is None and "client" not in call and call.spec.get("metric"):
        return Index(call.spec.get("metric"), call.spec.library, run.site(call.node), is_told=True)
    return None


def call_store(run: Run, path: str, arguments: Arguments, node: nodes.Call) -> Value | None:
    """A vector store that encodes by itself, made by its class or a factory; None where no CLIP embeds for it."""
    if not path.startswith(run.libraries.prefixes):
        return None
    embedder = _embedder(run, tuple(arguments.values()))
    if embedder is None:
        return None
    return Index("", embedder.checkpoint.library or "", run.site(node), embedder)


def _index_features(run: Run, value: Value, depth: int = 0) -> Features | None:
    """The vectors in what goes into an index: themselves, a list of them, or rows that hold one each, objects of the tree's classes included."""
    for option in options(value):
        if isinstance(option, Features):
            return option
        if isinstance(option, Seq) and option.items:
            stacked = stack_rows(option)
            if isinstance(stacked, Features):
                return stacked
        if depth < _ROW_DEPTH and isinstance(option, (Seq, Dict, Instance)):
            found = (_index_features(run, each, depth + 1) for each in _held(run, option)[:_ROW_FIELDS])
            inside = next((each for each in found if each is not None), None)
            if inside is not None:
                return inside
    return None


def _held(run: Run, row: Seq | Dict | Instance) -> tuple[Value, ...]:
    if isinstance(row, Seq):
        return row.items
    if isinstance(row, Dict):
        return tuple(item for _, item in row.entries)
    return tuple(run.program.attributes.get(id(row.cls.node), {}).values())


_ROW_DEPTH = 4
"""A list of rows, a row's fields, a mapping of named vectors in one, and what a bulk of actions wraps around them."""
_ROW_FIELDS = 12


def op_index_add(run: Run, call: Call) -> Value:
    """Vectors go into an index."""
    index = _target(run, call)
    if index is not None:
        record(run, call, index, call.value("x"), is_query=False)
    return call.receiver if isinstance(call.receiver, Index) else index or UNKNOWN


def op_index_search(run: Run, call: Call) -> Value:
    """A query vector is looked up; the search may say by which metric."""
    index = _target(run, call)
    if index is not None:
        asked = "text" if "text" in call else "x"  # some take both in one place
        is_asked = "text" in call or any(isinstance(each, Text) for each in options(call.value("x")))
        if index.embedder is not None and is_asked:
            prompts(run, call.value(asked), call.node, index.embedder.checkpoint, call.node_of(asked))
        said = told(run, call)
        if said is not None:
            index = remember(run, replace(index, metric=said), is_told=True)
        record(run, call, index, call.value("x"), is_query=True)
        note_limits(run, call, index, _index_features(run, call.value("x")))
    return UNKNOWN if index is None else _found(run, call, index)


def _found(run: Run, call: Call, index: Index) -> Value:
    """What the search gives: a tuple with the parts that the table names, or rows."""
    query, site = _index_features(run, call.value("x")), run.site(call.node)
    parts = call.spec.get("returns")
    if parts is None:
        return Hits(index, query, site)
    if call.spec.get("returns_if", "") not in {"", *call.named}:
        return UNKNOWN
    given = (
        nearness(run, call.spec, index, query, site) if part == "nearness" else Unknown("indices")
        for part in parts
    )
    return Seq(tuple(given), "tuple")


def record(run: Run, call: Call, index: Index, rows: Value, *, is_query: bool) -> None:
    """Vectors in rows go into an index, or are looked up there."""
    features = _index_features(run, rows)
    if features is not None:
        if not is_query:
            before = run.memory.stored.get(index.key, features)
            merged = join(before, features)
            run.memory.stored[index.key] = merged if isinstance(merged, Features) else features
        site = run.site(call.node)
        run.record(Indexed(site, index, features, is_query, frozenset(run.branches)), site)
