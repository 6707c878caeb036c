"""Towers without the projection into the space that pictures and texts share: what they give, and with what it is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.reading.usages import UNPROJECTED, Usage
from clip_lint.reading.values import UNKNOWN, Features, Hidden, Tower, Unknown, Value, options

if TYPE_CHECKING:
    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.syntax import nodes

_KEEPING = frozenset(
    {
        "same",
        "move",
        "detach",
        "normalize",
        "mean",
        "squeeze",
        "unsqueeze",
        "reshape",
        "transpose",
        "stack",
        "cat",
    }
)
"""Operations after which a vector is still none of the shared space."""
_OF_NUMBERS = frozenset({"shape", "dtype", "device", "ndim"})


def tower_of(run: Run, checkpoint: Checkpoint, name: str) -> Value | None:
    """``model.text_model``: a tower inside a model; None for any other attribute."""
    part = run.libraries.of(checkpoint.library).towers.get(name)
    return tower(run, checkpoint, part) if part is not None else None


def tower(run: Run, checkpoint: Checkpoint, part: str) -> Value:
    """A tower of a family that projects what it gives; SigLIP's end in the shared space, and nothing is known of others."""
    return Tower(part, checkpoint) if run.libraries.trait(checkpoint.family).projects else UNKNOWN


def run_tower(run: Run, value: Tower, node: nodes.Call) -> Hidden:
    """What a tower gives, as a whole or in one of its fields."""
    return Hidden(value.part, value.checkpoint, run.site(node))


def hidden_field(value: Hidden, name: str) -> Value:
    """``outputs.pooler_output``, ``outputs.last_hidden_state``."""
    return Unknown(name) if name in _OF_NUMBERS else value


def kept(op: str, given: Value) -> Value | None:
    """What an operation on such vectors gives: one that computes something else is not followed; None where none are given."""
    hidden = [option for option in options(given) if isinstance(option, Hidden)]
    if not hidden or op in {"product", "cosine", "distance", "pairwise", "einsum", "save"}:
        return None
    return hidden[0] if op in _KEEPING else UNKNOWN


def note_unprojected(run: Run, node: nodes.expr | nodes.stmt, left: Value, right: Value) -> bool:
    """Note what a tower gives that is compared with the other modality; whether such a vector is compared at all."""
    sides = (left, right)
    found = [side for side in sides if isinstance(side, Hidden)]
    if not found:
        return False
    if all(isinstance(side, (Hidden, Features)) for side in sides):
        modalities = {side.modality for side in sides if isinstance(side, (Hidden, Features))}
        if modalities == {"image", "text"}:
            site = run.site(node)
            run.record(Usage(site, UNPROJECTED, found[0]), site)
    return True
