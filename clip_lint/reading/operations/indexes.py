"""Vectors stored in an index and looked up there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.facts import Indexed
from clip_lint.reading.operations.call import Call, text_of
from clip_lint.reading.operations.prompting import prompts
from clip_lint.reading.operations.shapes import stack_rows
from clip_lint.reading.values import (
    NONE,
    Component,
    Dict,
    External,
    Features,
    Index,
    Seq,
    Text,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from clip_lint.reading.arguments import Arguments
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes


_METRICS = {
    **dict.fromkeys(("l2", "euclidean", "euclid", "sqeuclidean", "squared_l2", "l2_squared", "l2sq", "metric_l2"), "l2"),
    **dict.fromkeys(
        ("ip", "dot", "dotproduct", "dot_product", "inner_product", "max_inner_product", "innerproduct", "metric_inner_product"),
        "ip",
    ),
    **dict.fromkeys(("cosine", "cos", "cosinesimil", "angular"), "cosine"),
}  # fmt: skip
"""What stores call their metrics."""


def op_index(run: Run, call: Call) -> Value:
    """A vector index."""
    position = call.spec.get("metric_argument")
    given = call.value("metric", NONE)
    if given == NONE and position is not None and len(call.arguments.positional) > position:
        given = call.arguments.positional[position].value
    return Index(_metric(call, given), call.spec.library, run.site(call.node))


def _metric(call: Call, given: Value) -> str:
    """How a store compares: what it was told, else what it does by itself; empty where that is not known."""
    if given == NONE:
        return str(call.spec.get("metric", ""))
    name = given.path.rpartition(".")[2] if isinstance(given, External) else text_of(given)
    return _METRICS.get((name or "").lower(), "")


def op_make_collection(run: Run, call: Call) -> Value:
    """A collection of a client, whose metric is an argument; the vectors may come along."""
    metric = _metric(call, call.value("metric", NONE))
    if any(f".{name}(" in run.source.text for name in call.spec.get("told_later", ())):
        metric = ""
    site = run.site(call.node)
    index = Index(metric, call.spec.library, site)
    known = run.memory.collections
    key = _name_of_collection(call)
    known[key] = index if known.get(key, index).metric == metric else replace(index, metric="")
    _record(run, call, index, is_query=False)
    return index


def op_get_collection(run: Run, call: Call) -> Value:
    """A collection that was made before, by its name."""
    return _collection_of(run, call)


def _collection_of(run: Run, call: Call) -> Index:
    known = run.memory.collections.get(_name_of_collection(call))
    return known or Index("", call.spec.library, run.site(call.node))


def _name_of_collection(call: Call) -> tuple[str, str]:
    return call.spec.library, text_of(call.value("name")) or ""


def op_collection(run: Run, call: Call) -> Value:
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
    return Index(
        metric, call.spec.library, run.site(call.node), embedder if isinstance(embedder, Component) else None
    )


def call_store(run: Run, path: str, arguments: Arguments, node: nodes.Call) -> Value | None:
    """A vector store that encodes by itself, made by its class or a factory; None where no CLIP embeds for it."""
    if not path.startswith(run.libraries.prefixes):
        return None
    given = (option for value in arguments.values() for option in options(value))
    embedder = next(
        (one for one in given if isinstance(one, Component) and one.kind == "store-embeddings"), None
    )
    if embedder is None:
        return None
    return Index("", embedder.checkpoint.library or "", run.site(node), embedder)


def op_neighbors(run: Run, call: Call) -> Value:
    """A nearest-neighbour search."""
    metric = text_of(call.value("metric", Text("minkowski"))) or "?"
    known = {"minkowski": "l2", "euclidean": "l2", "cosine": "cosine"}.get(metric, "")
    index = Index(known, call.spec.library, run.site(call.node))
    _record(run, call, index, is_query=False)
    return index


def _index_features(value: Value, depth: int = 0) -> Features | None:
    """The vectors in what goes into an index: themselves, a list of them, or rows that hold one each."""
    for option in options(value):
        if isinstance(option, Features):
            return option
        if isinstance(option, Seq) and option.items:
            stacked = stack_rows(option)
            if isinstance(stacked, Features):
                return stacked
        if depth < _ROW_DEPTH and isinstance(option, (Seq, Dict)):
            held = option.items if isinstance(option, Seq) else tuple(item for _, item in option.entries)
            found = (_index_features(each, depth + 1) for each in held[:_ROW_FIELDS])
            inside = next((each for each in found if each is not None), None)
            if inside is not None:
                return inside
    return None


_ROW_DEPTH = 3
"""A list of rows, a row's fields, and a mapping of named vectors in one."""
_ROW_FIELDS = 12


def op_index_add(run: Run, call: Call) -> Value:
    """Vectors go into an index."""
    return _indexed(run, call, is_query=False)


def op_index_search(run: Run, call: Call) -> Value:
    """A query vector is looked up."""
    return _indexed(run, call, is_query=True)


def _indexed(run: Run, call: Call, is_query: bool) -> Value:
    index = call.receiver
    if is_query and "text" in call and isinstance(index, Index) and index.embedder is not None:
        prompts(run, call.value("text"), call.node, index.embedder.checkpoint, call.node_of("text"))
    if isinstance(index, Component) and "name" in call:
        index = _collection_of(run, call)
    _record(run, call, index, is_query)
    return (
        index
        if not is_query and index is not None
        else Seq((Unknown("distances"), Unknown("indices")), "tuple")
    )


def _record(run: Run, call: Call, index: Value | None, is_query: bool) -> None:
    features = _index_features(call.value("x"))
    if isinstance(index, Index) and features is not None:
        site = run.site(call.node)
        run.record(Indexed(site, index, features, is_query), site)
