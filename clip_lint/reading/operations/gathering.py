"""Vectors put together from all devices, with or without their gradient."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.reading.lattice import join_all
from clip_lint.reading.values import (
    UNKNOWN,
    Const,
    Features,
    Lost,
    Seq,
    Tristate,
    Unknown,
    Value,
    options,
)
from clip_lint.reading.values.truths import truth
from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.operations.call import Call

_VECTORS = re.compile(r"feat|emb|latent|repr|vec", re.IGNORECASE)
_MODALITIES = {
    "image": re.compile(r"image|img|im(?=_)|visual|vision|photo|pic", re.IGNORECASE),
    "text": re.compile(r"text|txt|caption|title|query", re.IGNORECASE),
}


def op_gather(run: Run, call: Call) -> Value:
    """``dist.all_gather(all, x)``, ``accelerator.gather(x)`` and their relatives."""
    is_off = run.grad is Tristate.NO
    is_kept = bool(call.spec.get("keeps")) or truth(call.value("keeps", Const(False))) is not Tristate.NO
    lost = None if is_kept and not is_off else Lost(run.site(call.node), is_off or _is_cut_off(call))
    gathered = _of_all(call.value("x"), lost)
    into = call.node_of("into")
    if into is None:
        is_listed = call.spec.get("lists") and isinstance(gathered, Features)
        return Seq((gathered,), "list", is_whole=False) if is_listed else gathered
    if isinstance(gathered, Features):
        run.store(
            into, gathered if call.spec.get("rows") else _filled(call.value("into"), gathered), call.node
        )
    return UNKNOWN


def _of_all(value: Value, lost: Lost | None) -> Value:
    """What each device has of a value."""
    if isinstance(value, Seq) and value.is_whole:
        return replace(value, items=tuple(_of_all(item, lost) for item in value.items))
    made: list[Value] = []
    for option in options(value):
        vectors = _named_vectors(option) if isinstance(option, Unknown) else option
        if isinstance(vectors, Features):
            made.append(replace(vectors, count=None, lost=lost, is_shared=lost is None))
        else:
            made.append(option)
    return join_all(made)


def _named_vectors(value: Unknown) -> Features | None:
    """The vectors of a model that is not known, by their name."""
    if _VECTORS.search(value.name):
        for modality, pattern in _MODALITIES.items():
            if pattern.search(value.name):
                return Features(modality, Checkpoint(), Tristate.MAYBE, name=value.name, array="torch")
    return None


def _filled(holder: Value, gathered: Features) -> Seq:
    """The list that is filled with the vectors of each device."""
    empty = holder if isinstance(holder, Seq) else Seq((), "list")
    return replace(empty, items=(gathered,), is_whole=False)


def _is_cut_off(call: Call) -> bool:
    """Whether the vectors are taken off their graph for it: ``x.detach()``."""
    node = call.node_of("x")
    while isinstance(node, (nodes.Call, nodes.Attribute)):
        if isinstance(node, nodes.Attribute) and node.attr in {"detach", "data"}:
            return True
        node = node.func if isinstance(node, nodes.Call) else node.value
    return False
