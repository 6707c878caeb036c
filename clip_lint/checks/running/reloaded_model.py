"""CLP405: the model loaded inside a loop or a request handler."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.running.model_use import RUN_ONCE, uses
from clip_lint.core.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts, Load
    from clip_lint.reading.values import Site


@check("CLP405")
def reloaded_model(facts: Facts) -> Iterator[Finding]:
    """The model loaded inside a loop or a request handler."""
    for load in facts.loads:
        if load.is_cached:
            continue
        if load.loop is not None and load.site.key in facts.trained | facts.reloaded:
            continue  # every round trains weights of its own, or lays others over them
        if load.loop is not None and not load.is_varying:
            yield report(
                "CLP405",
                load.site,
                message=f"{load.model.checkpoint} is loaded again in every round of the loop, which commonly costs seconds each time",
                help="load it once before the loop",
                severity=Severity.NOTE if _serves_many(load, load.loop, facts) else None,
                related=[(load.loop, "the loop is here")],
                checkpoint=load.model.checkpoint,
                place=load.site.place,
            )
        elif load.handler:
            runs = [encode for encode in facts.encodes if uses(encode, load.site.key)]
            is_to_load = _is_to_load(load)
            if is_to_load and not runs:
                continue
            answering = [encode for encode in runs if _answers(encode.site, load)]
            is_asked_for = (is_to_load and not answering) or _is_to_index(load, answering)
            yield report(
                "CLP405",
                load.site,
                message=f"{load.model.checkpoint} is loaded for every request to `{load.handler}`: every request waits for the load, and requests that run at the same time hold a copy each",
                help="load it once at start-up and keep it",
                severity=Severity.NOTE if is_asked_for else None,
                checkpoint=load.model.checkpoint,
                related=[(load.site, "it is loaded here")],
                place=(load.site.via or load.site).place,
                group=f"{load.site.place.path}:{load.site.place.cell}:{load.site.place.start}",
            )
        elif load.is_rerun:
            yield report(
                "CLP405",
                load.site,
                message=f"{load.model.checkpoint} is loaded again at every interaction, which commonly costs seconds each time: Streamlit runs the page from its top",
                help="load it in a function with `@st.cache_resource`",
                checkpoint=load.model.checkpoint,
                related=[(load.site, "it is loaded here")],
                place=(load.site.via or load.site).place,
            )
        elif _loads_per_call(load, facts):
            yield report(
                "CLP405",
                load.site,
                message=f"{load.model.checkpoint} is loaded again at every call of `{load.site.function}`, which commonly costs seconds each time",
                help="load it once outside and pass it in, or cache the function that loads it",
                severity=Severity.NOTE,
                checkpoint=load.model.checkpoint,
            )


_LOADING = re.compile(
    r"(?:^|_)(?:download|warm_?up|preload|prefetch|load|reload|switch|change|select|set|swap|validate)(?:_|$)",
    re.IGNORECASE,
)
"""Requests that are called so are there to load a model."""


def _is_to_load(load: Load) -> bool:
    """Whether a request is there to load a model, for later ones, or to have its files."""
    return load.site.name == "_" or _LOADING.search(load.handler) is not None


_INDEXING = re.compile(
    r"(?:^|_)(?:re_?build|re_?index|re_?embed|re_?compute|(?:build|create|update|refresh)\w*_(?:index|embeddings|database|db))(?:_|$)",
    re.IGNORECASE,
)
"""Requests that are called so go through a whole collection, which somebody asks for now and then."""


def _is_to_index(load: Load, answering: Sequence[Encode]) -> bool:
    """Whether a request is there to embed a collection: that takes longer than the load."""
    return _INDEXING.search(load.handler) is not None and all(encode.loops for encode in answering)


def _answers(site: Site, load: Load) -> bool:
    """Whether something runs in the request that loads the model."""
    return site.entry.endswith(f"::{load.handler}") or site.function == load.handler


def _serves_many(load: Load, loop: Site, facts: Facts) -> bool:
    """Whether a function that another one's loop calls loads the model for a loop of its own: for a data set, or a training run.

    Where nothing is encoded in the loop that is read, that is told by the file: a tool that loads for whoever asks.
    """
    if load.site.source is loop.source and load.site.function == loop.function:
        return False
    loops = [
        [each.site.key for each in encode.loops] for encode in facts.encodes if uses(encode, load.site.key)
    ]
    inside = [keys for keys in loops if loop.key in keys]
    if not inside:
        return load.site.source is not loop.source
    return any(keys[-1] != loop.key for keys in inside)


def _loads_per_call(load: Load, facts: Facts) -> bool:
    """Whether a function that encodes what it is given loads the model first, every time."""
    function = load.site.function
    if not load.site.entry or not function or RUN_ONCE.search(function) or "." in function:
        return False
    if not load.site.entry.endswith(f"::{function}"):
        return False
    return any(
        uses(encode, load.site.key)
        and encode.site.function.startswith(function)
        and not encode.loops
        and encode.takes_parameter
        for encode in facts.encodes
    )
