"""Exported towers: sessions that run a graph of which nothing is known but what goes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.operations.text_counts import text_count
from clip_lint.reading.values import (
    UNKNOWN,
    Dict,
    Features,
    Inputs,
    Pixels,
    Seq,
    Tokens,
    Tristate,
    Value,
    options,
)

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call


def op_session_run(run: Run, call: Call) -> Value:
    """What comes out where pixels or tokens go in: features, normalised in the graph or not."""
    given = call.value("inputs")
    parts: list[Value] = []
    for mapping in options(given):
        if isinstance(mapping, Dict):
            parts += [part for _, value in mapping.entries for part in options(value)]
        elif isinstance(mapping, Inputs):
            parts += [part for part in (mapping.tokens, mapping.pixels) if part is not None]
    pixels = next((part for part in parts if isinstance(part, Pixels)), None)
    tokens = next((part for part in parts if isinstance(part, Tokens)), None)
    part = pixels or tokens
    if part is None or part.by is None or (pixels is not None and tokens is not None):
        return UNKNOWN
    texts = tokens.texts if tokens is not None else None
    modality = "image" if tokens is None else "text"
    made = Features(
        modality,
        part.by.checkpoint,
        Tristate.MAYBE,
        run.site(call.node),
        (modality, "dim"),
        count=pixels.count if pixels is not None else text_count(texts),
        texts=texts,
        array="numpy",
    )
    return Seq((made,), "generator", is_whole=False)
