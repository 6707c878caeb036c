"""Vectors stored in an index and looked up there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.facts import Indexed
from clip_lint.reading.operations.call import Call, text_of
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


def op_index(run: Run, call: Call) -> Value:
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
    return Index(
        {"minkowski": "l2", "euclidean": "l2", "cosine": "cosine"}.get(metric, ""),
        call.spec.library,
        run.site(call.node),
    )


def _index_features(value: Value) -> Features | None:
    for option in options(value):
        if isinstance(option, Features):
            return option
        if isinstance(option, Seq) and option.items:
            stacked = stack_rows(option)
            return stacked if isinstance(stacked, Features) else None
    return None


def op_index_add(run: Run, call: Call) -> Value:
    """Vectors go into an index."""
    return _indexed(run, call, is_query=False)


def op_index_search(run: Run, call: Call) -> Value:
    """A query vector is looked up."""
    return _indexed(run, call, is_query=True)


def _indexed(run: Run, call: Call, is_query: bool) -> Value:
    index = call.receiver
    if is_query and "text" in call and isinstance(index, Index) and index.embedder is not None:
        run.prompts(call.value("text"), call.node, index.embedder.checkpoint, call.node_of("text"))
    features = _index_features(call.value("x"))
    if isinstance(index, Index) and features is not None:
        site = run.site(call.node)
        run.record(Indexed(site, index, features, is_query), site)
    return (
        index
        if not is_query and index is not None
        else Seq((Unknown("distances"), Unknown("indices")), "tuple")
    )
