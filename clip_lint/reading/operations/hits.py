"""What a search in a vector store gives: rows, and in them how near each is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.facts import Threshold
from clip_lint.reading.values import (
    UNKNOWN,
    Bound,
    Component,
    Const,
    Features,
    Hits,
    Index,
    Scores,
    Tristate,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clip_lint.knowledge.specs import Spec
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call
    from clip_lint.reading.values import Site

STORE_CLIENT = "collection-client"
_HAVE_PARTS = frozenset({STORE_CLIENT, "service"})
"""Kinds of objects whose parts do what they do."""


def held_by(value: Value) -> Index | Component | None:
    """What a name or a key of a store's client or collection leads to, which is its own part: ``client.indices``, ``client["shots"]``."""
    held = value.receiver if isinstance(value, Bound) else value
    if isinstance(held, Index):
        return held if isinstance(value, Bound) else None
    return held if isinstance(held, Component) and held.kind in _HAVE_PARTS else None


def field_of_hits(run: Run, hits: Hits, name: str) -> Value:
    """A field of what was found: how near it is, what the store wraps around its rows, or something of the program's own."""
    spec = run.libraries.method(hits.index.library, "hits", name)
    if spec is None:
        return Unknown(name)
    if spec.op == "nearness":
        return nearness(run, spec, hits.index, hits.query, hits.site)
    return hits if spec.op == "same" else Bound(hits, name)


def op_nearness(run: Run, call: Call) -> Value:
    """How near a row that was found is."""
    found = call.receiver
    return (
        nearness(run, call.spec, found.index, found.query, found.site) if isinstance(found, Hits) else UNKNOWN
    )


def nearness(run: Run, spec: Spec, index: Index, query: Features | None, site: Site | None) -> Value:
    """The number that a store gives for a row, by what it compares with."""
    index = run.memory.collections.get(index.key, index)
    measures = spec.get("measures", {})
    measure = measures.get(index.metric, "")
    held = run.memory.stored.get(index.key)
    if query is not None and held is None and not index.metric and query.modality == "text":
        return _of_a_collection_made_elsewhere(run, measures, index, query, site)
    if query is None or not measure or held is None:
        return Unknown("distance")
    sides = (query.is_unit, held.is_unit)
    unit = (
        Tristate.NO if Tristate.NO in sides else Tristate.MAYBE if Tristate.MAYBE in sides else Tristate.YES
    )
    family = query.checkpoint.family
    scores = Scores(
        query.checkpoint,
        Tristate.YES if index.metric == "cosine" else unit,
        Tristate.NO,
        site,
        None,
        "-".join(sorted((query.modality or "?", held.modality or "?"))),
        is_sigmoid=run.libraries.trait(family).sigmoid,
    )
    if measure == "cosine":
        return scores
    return replace(
        scores,
        is_transformed=True,
        is_complement=measure == "complement",
        measure="" if measure == "complement" else measure,
    )


def note_limits(run: Run, call: Call, index: Index, query: Features | None) -> None:
    """A search that leaves out what is not near enough holds what it finds against a number."""
    for argument, field in call.spec.get("limits", {}).items():
        limit, given = call.value(argument), call.node_of(argument)
        spec = run.libraries.method(index.library, "hits", field)
        if (
            spec is None
            or given is None
            or not isinstance(limit, Const)
            or not isinstance(limit.value, (int, float))
        ):
            continue
        site = run.site(call.node)
        scores = nearness(run, spec, index, query, site)
        if isinstance(scores, Scores):
            is_distance = scores.is_complement or scores.measure in _DISTANCES
            run.record(
                Threshold(site, scores, "<=" if is_distance else ">=", float(limit.value), run.site(given)),
                site,
            )


_DISTANCES = frozenset({"squared", "euclidean", "negative"})
_METRICS = frozenset({"cosine", "ip", "l2"})
"""Where one of these is missing in a table, the store may give something else."""
_PICTURES = re.compile(r"photo|image|img|picture|frame|artwork|painting|poster|screenshot", re.IGNORECASE)


def _of_a_collection_made_elsewhere(
    run: Run, measures: Mapping[str, str], index: Index, query: Features, site: Site | None
) -> Value:
    """A number of a collection that is only opened here: one of those that its store gives, where its name says that it holds pictures."""
    if index.name is None or not _PICTURES.search(index.name) or not measures.keys() >= _METRICS:
        return Unknown("distance")
    return Scores(
        query.checkpoint,
        query.is_unit,
        Tristate.NO,
        site,
        is_sigmoid=run.libraries.trait(query.checkpoint.family).sigmoid,
        is_transformed=True,
        one_of=tuple(dict.fromkeys(measures.values())),
    )
