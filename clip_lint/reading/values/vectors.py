"""Embeddings, what is computed from them, and where they are stored."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from clip_lint.reading.values.base import Tristate, Value, immutable

if TYPE_CHECKING:
    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.reading.values.base import Site
    from clip_lint.reading.values.models import Component, Model


Axes = tuple[str, ...] | None


@immutable
class Lost:
    """Where vectors of all devices were put together without the gradient of this device's own."""

    site: Site
    is_meant: bool = False
    """The program switches gradients off for it, or takes the vectors off their graph."""


@immutable
class Features(Value):
    """Projected embeddings of images or texts.

    ``is_unit``: normalised to length one. ``is_scaled``: multiplied by a scale.
    ``is_wrapped``: transformers 5 output object whose vector is in ``.pooler_output``. ``count``: number of rows.
    """

    modality: str
    checkpoint: Checkpoint
    is_unit: Tristate
    origin: Site | None = None
    axes: Axes = None
    mean: Site | None = None
    """Where they were averaged."""
    is_of_units: bool = False
    """Each of those that were averaged had length one, so the mean is hardly shorter."""
    is_scaled: Tristate = Tristate.NO
    factor: float | None = None
    """The number that they were multiplied by, where it is known and nobody learned it."""
    is_wrapped: bool = False
    count: int | None = None
    texts: Value | None = field(default=None, compare=False)
    model: Model | None = None
    dtype: str = ""
    name: str = field(default="", compare=False)
    is_many: bool = False
    """A list was encoded, of more than one if not by chance; ``count`` may be unknown."""
    array: str = ""
    """What holds the numbers: ``torch``, ``numpy``, ``jax``, ``tensorflow``, ``list``; empty where that is not known."""
    lost: Lost | None = None
    """They come from all devices, as copies without a gradient."""
    is_shared: bool = False
    """They come from all devices, and the gradient of this device's own is there."""

    @property
    def is_mean(self) -> bool:
        """An average of several."""
        return self.mean is not None


@immutable
class Tower(Value):
    """A tower of a model (``part`` image or text) without its projection."""

    part: str
    checkpoint: Checkpoint


@immutable
class Hidden(Value):
    """What a tower gives before the projection into the space that pictures and texts share."""

    modality: str
    checkpoint: Checkpoint
    origin: Site | None = None


@immutable
class Norm(Value):
    """The lengths of features, to divide by: of one set of them or, multiplied, of several.

    ``power`` is what the lengths are raised to (2: squared lengths, -1: one over them). Before they are summed up
    (``is_summed`` is false), these are still squares of single numbers.
    """

    of: tuple[Features, ...]
    power: float = 1.0
    is_summed: bool = True
    axis_ok: bool = True
    axis: str = ""
    """What they were surely taken along where that is not the vectors' own axis: ``batch``, or ``all`` for the whole matrix."""
    site: Site | None = field(default=None, compare=False)
    with_others: bool = False
    """Something that is not known was multiplied in: it may be the length of anything."""


@immutable
class Pair(Value):
    """Two sets of features subtracted from (``difference``, squared ``squares``) or multiplied with (``product``) each other, elementwise."""

    left: Features
    right: Features
    kind: str


@immutable
class Scale(Value):
    """A logit scale (``model.logit_scale``, its ``exp()``), or a temperature."""

    is_learned: bool
    value: float | None = None
    name: str = ""
    is_inverse: bool = False
    """One over the scale."""
    is_log: bool = False
    """The stored parameter, of which ``exp()`` is to be taken."""


@immutable
class Scores(Value):
    """Similarities between rows.

    ``unit``: cosines (both sides normalised). ``is_scaled``: multiplied by a logit scale or divided by a temperature,
    as logits are. ``axes`` name what rows and columns are. ``metric``: ``dot``, ``cosine`` or ``euclidean``.
    ``pair``: the modalities compared, such as ``image-text``.
    """

    checkpoint: Checkpoint
    is_unit: Tristate
    is_scaled: Tristate
    origin: Site | None = None
    axes: Axes = None
    pair: str = "image-text"
    metric: str = "dot"
    temperature: float | None = None
    is_sigmoid: bool = False
    """The checkpoint was trained with a sigmoid over each pair (SigLIP)."""
    label_count: int | None = None
    image_count: int | None = None
    texts: Value | None = field(default=None, compare=False)
    name: str = field(default="", compare=False)
    is_whole_model: bool = False
    has_bias: bool = False
    is_transformed: bool = False
    """Rescaled or shifted in a way that is not followed: its absolute size says nothing."""
    is_shifted: bool = False
    """Transformed only by subtracting another score of the same comparison, or other cosines: a softmax does not feel the one,
    and flattens both alike."""
    is_complement: bool = False
    """One minus cosines: a distance whose size means something."""
    is_weighted: bool = False
    """Transformed only by a weight below one."""
    measure: str = ""
    """Transformed only into what a store gives: `half` (one plus the cosine, halved), `squared` or `euclidean` (distances)."""
    one_of: tuple[str, ...] = ()
    """Transformed only into what a store gives by a metric that the program does not show: into one of these, as `measure` says, or `complement` and `cosine`."""
    is_negated: bool = False
    """Transformed only by the sign."""
    mixed: Site | None = None
    """Where something of another kind was added to cosines, weighted or not."""
    owed: tuple[Features, ...] = ()
    """The factors whose lengths are still in the scores: divided by those, they are cosines after all."""
    array: str = ""
    gathered: tuple[Features, ...] = ()
    """The sides that come from all devices, with or without their gradient."""

    def transformed(self) -> Scores:
        """These scores after something that is not followed."""
        return replace(
            self,
            is_transformed=True,
            is_complement=False,
            is_weighted=False,
            measure="",
            one_of=(),
            is_negated=False,
        )

    @property
    def is_cosine(self) -> bool:
        """Surely plain cosines, whose absolute size means something."""
        return (
            self.metric != "euclidean"
            and self.is_unit is Tristate.YES
            and self.is_scaled is Tristate.NO
            and not self.is_transformed
        )


@immutable
class Exponentials(Value):
    """``exp(scores)``, half of a softmax; ``is_sum``: their sum, to divide by."""

    of: Scores
    is_sum: bool = False
    dim: int | None = None
    """Along which axis they were added up."""
    is_with_one: bool = False
    """One was added: what a sigmoid written out divides by."""


@immutable
class Probability(Value):
    """Scores after softmax or sigmoid (``via``); ``axis`` is what was compared."""

    of: Scores
    via: str
    axis: str = "?"
    site: Site | None = None
    axes: Axes = None
    array: str = ""


@immutable
class Index(Value):
    """A vector index or collection; ``metric`` is ``ip``, ``l2``, ``cosine`` or empty."""

    metric: str
    library: str
    site: Site | None = None
    embedder: Component | None = None
    """What the store embeds texts and images with by itself."""
    name: str | None = None
    """What a client calls it, empty where that is not known; None for an object of its own."""
    is_told: bool = False
    """The program says how it compares; else the metric is the store's default."""
    made_by: tuple[int, ...] = field(default=(), compare=False)
    """The calls, by their identity, that led to its making."""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: its name, or where it is made."""
        if self.name is not None:
            return self.library, self.name
        return "", f"{self.site.key if self.site is not None else ''} {self.made_by}"


@immutable
class Hits(Value):
    """What a search gave, a row of it, or the search itself before it is run."""

    index: Index
    query: Features | None = None
    site: Site | None = None
