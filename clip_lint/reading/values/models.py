"""Models, what belongs to them, and what goes into them and comes out."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from clip_lint.reading.values.base import Tristate, Value, immutable
from clip_lint.reading.values.plain import UNKNOWN

if TYPE_CHECKING:
    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.reading.values.base import Site


@immutable
class Model(Value):
    """A loaded model. ``load`` is where; one load is one model, whatever variables it goes through."""

    checkpoint: Checkpoint
    load: Site | None = None
    mode: str = "unknown"
    dtype: str = ""
    device: str = ""
    part: str = ""
    parallel: Site | None = None
    """Where it was put into `DataParallel`, which hides its methods."""
    is_given: bool = False
    """A parameter of the function that was run by itself: nothing is known of how it was set up."""
    is_remote: bool = False
    """Its class comes with the checkpoint (``trust_remote_code``): its methods may do anything."""
    asked: str = field(default="", compare=False)
    """The variable that named its checkpoint, with its function; empty where the name is written out."""


@immutable
class Parameters(Value):
    """The parameters of a model, or one of them."""

    model: Model


@immutable
class Component(Value):
    """A processor, tokenizer, image transform or pipeline that goes with a checkpoint (``kind`` says which)."""

    kind: str
    checkpoint: Checkpoint
    load: Site | None = None
    options: tuple[tuple[str, Value], ...] = ()
    asked: str = field(default="", compare=False)
    """As of a model."""


STORED = "stored"
"""The mode of a picture as its file has it."""
RANDOM = "random"
"""The option of a transform that crops at random, as in training."""
LESS_MEAN = "less-mean"
"""A step of pixels from which a mean was taken, which nothing divided yet."""
ALIASED = "aliased"
"""The step of resizing a tensor without antialiasing."""
UNIT_LENGTH = "unit-length"
"""The step of dividing pixels as if they were vectors, and the source of what is not known but for that."""


@immutable
class Image(Value):
    """Pixels of a picture before preprocessing.

    ``channels`` is ``rgb``, ``bgr`` or empty; ``form`` is ``array``, ``pil`` or ``tensor``; ``high`` is the top of the
    value range (255, 1) or None; ``steps`` lists what a hand-made transform did, ``stats`` the mean and then the
    deviation that it normalised with, by channel.
    """

    channels: str = ""
    form: str = ""
    high: int | None = None
    origin: Site | None = None
    steps: tuple[str, ...] = ()
    stats: tuple[float, ...] = ()
    wrapped: Site | None = field(default=None, compare=False)
    """Where an array became a PIL image."""
    lowered: Site | None = field(default=None, compare=False)
    """Where its values were brought to 0..1."""
    mode: str = field(default="", compare=False)
    """``stored``: as its file has it, which may be grey, with a palette or with transparency; else the mode that it was
    converted to, where that has not three channels."""


@immutable
class DataSet(Value):
    """A data set of a library: every item is ``item``; ``classes`` are the names of its classes."""

    item: Value
    classes: Value = UNKNOWN


@immutable
class Loader(Value):
    """Goes through a data set in batches; every one is ``batch``."""

    batch: Value


@immutable
class Transform(Value):
    """A torchvision-like transform: its step names and the mean/std it normalises with, if any."""

    steps: tuple[str, ...]
    stats: tuple[float, ...] = ()
    site: Site | None = None


@immutable
class Pixels(Value):
    """Preprocessed pixels, with the component that made them and how many pictures (None: unknown)."""

    by: Component | None = None
    image: Image | None = None
    count: int | None = None
    dtype: str = ""
    is_batch: bool = False
    is_of_loader: bool = False
    """A loader put them together, so whoever drives it may move them."""
    device: str = ""
    """Empty: never moved from the CPU."""
    is_normalized: bool = True
    source: Value = field(default=UNKNOWN, compare=False)
    """What was preprocessed."""
    steady: frozenset[int] = field(default=frozenset(), compare=False)
    """The loops in which they were preprocessed and on whose round they do not depend."""
    blended: Site | None = None
    """Where several pictures were averaged."""


NO_LENGTH = "max_length of none"
"""How texts are padded to the length that their tokenizer knows, where it knows none."""


@immutable
class Tokens(Value):
    """Token ids of texts."""

    texts: Value
    by: Component | None = None
    site: Site | None = None
    padding: str = ""
    truncation: Tristate = Tristate.MAYBE
    varying: frozenset[int] = field(default=frozenset(), compare=False)
    """The loops whose round the texts depend on."""
    is_single: bool = False
    """One text: the target of a loop over single items."""
    device: str = ""
    """Empty: never moved from the CPU."""
    is_of_batch: bool = False
    """A loader put them together: they depend on what a loop over it gives."""
    length: int | None = None
    """How many there are of each text, where the call says so."""


@immutable
class Inputs(Value):
    """What a processor returns: a mapping with token ids, pixels or both."""

    tokens: Tokens | None = None
    pixels: Pixels | None = None
    by: Component | None = None


@immutable
class Output(Value):
    """What a whole-model forward returns (transformers) before a field is taken."""

    model: Model
    inputs: Inputs | None = None
    site: Site | None = None
