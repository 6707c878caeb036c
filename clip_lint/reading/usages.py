"""Something that is done with a value and that one rule asks about: one event for all of it, told apart by its kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clip_lint.reading.values import Site, Value

LOG_SCALE = "the logarithm of the scale as the scale"
"""Of features or scores, which are multiplied with it."""
NORMS = {"batch": "divided by norms along the batch", "all": "divided by the norm of the whole matrix"}
"""Of features, or of the product of features."""
COSINE_OF_BATCH = "the cosine along the batch"
"""Of features."""

HIDDEN = "looked for outside of what holds it"
"""Of a model in `DataParallel`."""
IN_PARTS = "scores in parts"
"""Of a model in `DataParallel`, at the call that gives the scores."""

UNPROJECTED = "compared before its projection"
"""Of what a tower gives, with the other modality."""

LETTERS = "a text for a list of labels"
"""Of a text whose letters become the labels."""

DIAGONAL = "a loss in which each picture fits its own text alone"
"""Of the scores of all pairs of a batch."""

UNTRAINED = "a loss over vectors of all devices"
"""Of the scores of a batch, at the loss, where gradients are recorded."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Something is done with a value; ``kind`` says what."""

    site: Site
    kind: str
    of: Value
