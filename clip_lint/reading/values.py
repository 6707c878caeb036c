"""The abstract values that the interpreter follows: what an expression can be, as far as the rules need to know.

All values are immutable. Axes of arrays are named (``image``, ``text``, ``dim``; ``1`` for an axis of length one, ``?``
for an unknown one), so that "softmax over the labels" can be told from "softmax over the images".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from clip_lint.syntax import nodes

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.core.place import Place
    from clip_lint.source.model import Source


class Three(Enum):
    """Yes, no, or depends on the path taken."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"

    @classmethod
    def of(cls, known: bool | None) -> Three:
        """YES or NO for a known truth value, MAYBE for None."""
        return cls.MAYBE if known is None else cls.YES if known else cls.NO

    def join(self, other: Three) -> Three:
        """What holds when either may be the case."""
        return self if self is other else Three.MAYBE


@dataclass(frozen=True, slots=True)
class Site:
    """An expression or statement evaluated on behalf of ``entry``.

    ``entry`` names the function (``path::qualified.name``) whose stand-alone evaluation, with unknown arguments, led
    here; it is empty where the way began at a module's top level.
    """

    source: Source = field(compare=False, repr=False)
    node: nodes.expr | nodes.stmt = field(compare=False, repr=False)
    key: int
    entry: str
    function: str = field(default="", compare=False)
    """Qualified name of the function the node stands in, empty at module level."""
    name: str = field(default="", compare=False)
    """The variable that receives the value, else a short form of the expression."""
    reached: Site | None = field(default=None, compare=False)
    """For a node of another file: the call in the file being linted that leads there."""

    @property
    def run_alone(self) -> tuple[str, ...]:
        """The functions whose stand-alone evaluation this is: the one it began with and the one it stands in."""
        if not self.entry:
            return ()
        return tuple(dict.fromkeys((self.entry, f"{self.source.path}::{self.function}")))

    @property
    def place(self) -> Place:
        """Where it stands in the file."""
        return self.source.place(self.node)

    @property
    def text(self) -> str:
        """The expression's own source text, on one line."""
        return " ".join(nodes.unparse(self.node).split())


@dataclass(frozen=True, slots=True)
class LazyPlace:
    """Where a node stands, worked out only when it is reported."""

    source: Source = field(repr=False)
    node: nodes.expr = field(repr=False)

    @property
    def place(self) -> Place:
        """The place in the file."""
        return self.source.place(self.node)


class Value:
    """Base of all values."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Unknown(Value):
    """Anything. ``name`` is the parameter, attribute or function it came from, for messages and naming heuristics."""

    name: str = ""
    is_parameter: bool = False
    joined: LazyPlace | None = field(default=None, compare=False)
    """Where the spaces of a text that is not known became underscores."""


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Const(Value):
    """A number, truth value, None, bytes or ellipsis written in the code."""

    value: Any
    site: Site | None = field(default=None, compare=False)


NONE = Const(None)


@dataclass(frozen=True, slots=True)
class Text(Value):
    """A string; ``{}`` stands for parts that are not known. ``label`` and ``template`` as in `Prompt`."""

    text: str
    place: LazyPlace | None = field(default=None, compare=False)
    label: str | None = None
    template: str | None = None
    is_holed: bool = False
    hole: str = ""
    """Name of what fills the first unknown hole."""
    written: Place | None = field(default=None, compare=False)
    """Where it stands in a label file; ``place`` is then where the program opens that file."""
    joined: LazyPlace | None = field(default=None, compare=False)
    """Where the spaces of what fills a hole became underscores."""


@dataclass(frozen=True, slots=True)
class Seq(Value):
    """A list, tuple or set. ``is_whole`` is false when it may hold more than ``items``."""

    items: tuple[Value, ...]
    kind: str = "list"
    is_whole: bool = True
    place: LazyPlace | None = field(default=None, compare=False)
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Dict(Value):
    """A mapping with its known entries in order."""

    entries: tuple[tuple[Value, Value], ...]
    is_whole: bool = True
    place: LazyPlace | None = field(default=None, compare=False)
    name: str = field(default="", compare=False)

    def get(self, key: str) -> Value | None:
        """The value stored under a string key, if known."""
        for known, value in self.entries:
            if isinstance(known, Text) and known.text == key:
                return value
        return None


@dataclass(frozen=True, slots=True)
class CommandLine(Value):
    """An argparse parser or (``is_parsed``) what it parsed; ``key`` finds its options in the run."""

    key: int
    is_parsed: bool = False


@dataclass(frozen=True, slots=True)
class Widget(Value):
    """A field of a user interface: ``value`` is what it holds or offers before a user touches it."""

    key: int
    value: Value


@dataclass(frozen=True, slots=True)
class OneOf(Value):
    """One of several values: by the path taken, or (``loop``) one after the other in a loop."""

    options: tuple[Value, ...]
    loop: int = 0
    rows: int = field(default=0, compare=False)
    """The loop that gives one option a round: values of the same rows go together one by one."""


@dataclass(frozen=True, slots=True)
class External(Value):
    """Something imported from outside the linted tree, by its dotted path."""

    path: str


@dataclass(frozen=True, slots=True)
class ModuleRef(Value):
    """A module of the linted tree."""

    file: Path


@dataclass(frozen=True, slots=True)
class Imported(Value):
    """A name imported from a module of the tree that was not needed yet; that module is read at the first use."""

    module: str
    level: int
    name: str


@dataclass(frozen=True, eq=False, slots=True)
class Function(Value):
    """A function or lambda of the linted tree, with the scope it closes over and the object it is bound to."""

    node: nodes.FunctionDef | nodes.AsyncFunctionDef | nodes.Lambda
    scope: Any
    source: Source
    qualname: str
    owner: Class | None = None
    receiver: Value | None = None
    defaults: tuple[tuple[str, Value], ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Function) and other.node is self.node and other.receiver == self.receiver

    def __hash__(self) -> int:
        return hash((id(self.node), self.receiver))


@dataclass(frozen=True, eq=False, slots=True)
class Class(Value):
    """A class of the linted tree."""

    node: nodes.ClassDef
    scope: Any
    source: Source
    qualname: str
    bases: tuple[Value, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Class) and other.node is self.node

    def __hash__(self) -> int:
        return id(self.node)


@dataclass(frozen=True, slots=True)
class Instance(Value):
    """An object of a class of the linted tree; all objects of one class share their attributes."""

    cls: Class


@dataclass(frozen=True, slots=True)
class Bound(Value):
    """A method or attribute of a value, kept in a variable or about to be called."""

    receiver: Value
    name: str


@dataclass(frozen=True, slots=True)
class Partial(Value):
    """``functools.partial`` of a callable."""

    function: Value
    args: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Model(Value):
    """A loaded model. ``load`` is where; one load is one model, whatever variables it goes through."""

    checkpoint: Checkpoint
    load: Site | None = None
    mode: str = "unknown"
    dtype: str = ""
    device: str = ""
    part: str = ""
    is_given: bool = False
    """A parameter of the function that was run by itself: nothing is known of how it was set up."""


@dataclass(frozen=True, slots=True)
class Parameters(Value):
    """The parameters of a model, or one of them."""

    model: Model


@dataclass(frozen=True, slots=True)
class Component(Value):
    """A processor, tokenizer, image transform or pipeline that goes with a checkpoint (``kind`` says which)."""

    kind: str
    checkpoint: Checkpoint
    load: Site | None = None
    options: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Image(Value):
    """Pixels of a picture before preprocessing.

    ``channels`` is ``rgb``, ``bgr`` or empty; ``form`` is ``array``, ``pil`` or ``tensor``; ``high`` is the top of the
    value range (255, 1) or None; ``steps`` lists what a hand-made transform did.
    """

    channels: str = ""
    form: str = ""
    high: int | None = None
    origin: Site | None = None
    steps: tuple[str, ...] = ()
    stats: tuple[float, ...] = ()
    wrapped: Site | None = field(default=None, compare=False)
    """Where an array became a PIL image."""


@dataclass(frozen=True, slots=True)
class Transform(Value):
    """A torchvision-like transform: its step names and the mean/std it normalises with, if any."""

    steps: tuple[str, ...]
    stats: tuple[float, ...] = ()
    site: Site | None = None


@dataclass(frozen=True, slots=True)
class Pixels(Value):
    """Preprocessed pixels, with the component that made them and how many pictures (None: unknown)."""

    by: Component | None = None
    image: Image | None = None
    count: int | None = None
    dtype: str = ""
    is_batch: bool = False
    device: str = ""
    """Empty: never moved from the CPU."""
    is_normalized: bool = True
    source: Value = field(default=UNKNOWN, compare=False)
    """What was preprocessed."""


@dataclass(frozen=True, slots=True)
class Tokens(Value):
    """Token ids of texts."""

    texts: Value
    by: Component | None = None
    site: Site | None = None
    padding: str = ""
    truncation: Three = Three.MAYBE
    varying: frozenset[int] = field(default=frozenset(), compare=False)
    """The loops whose round the texts depend on."""
    is_single: bool = False
    """One text: the target of a loop over single items."""


@dataclass(frozen=True, slots=True)
class Inputs(Value):
    """What a processor returns: a mapping with token ids, pixels or both."""

    tokens: Tokens | None = None
    pixels: Pixels | None = None
    by: Component | None = None


@dataclass(frozen=True, slots=True)
class Output(Value):
    """What a whole-model forward returns (transformers) before a field is taken."""

    model: Model
    inputs: Inputs | None = None
    site: Site | None = None


Axes = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Features(Value):
    """Projected embeddings of images or texts.

    ``is_unit``: normalised to length one. ``is_scaled``: multiplied by a scale.
    ``is_wrapped``: transformers 5 output object whose vector is in ``.pooler_output``. ``count``: number of rows.
    """

    modality: str
    checkpoint: Checkpoint
    is_unit: Three
    origin: Site | None = None
    axes: Axes = None
    mean: Site | None = None
    """Where they were averaged."""
    is_scaled: Three = Three.NO
    is_wrapped: bool = False
    count: int | None = None
    texts: Value | None = field(default=None, compare=False)
    model: Model | None = None
    dtype: str = ""
    name: str = field(default="", compare=False)

    @property
    def is_mean(self) -> bool:
        """An average of several."""
        return self.mean is not None


@dataclass(frozen=True, slots=True)
class Norm(Value):
    """The length of features, to divide by."""

    of: Features
    axis_ok: bool = True


@dataclass(frozen=True, slots=True)
class Pair(Value):
    """Two sets of features subtracted from (``difference``) or multiplied with (``product``) each other, elementwise."""

    left: Features
    right: Features
    kind: str


@dataclass(frozen=True, slots=True)
class Scale(Value):
    """A logit scale (``model.logit_scale``, its ``exp()``), or a temperature."""

    is_learned: bool
    value: float | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Scores(Value):
    """Similarities between rows.

    ``unit``: cosines (both sides normalised). ``is_scaled``: multiplied by a logit scale or divided by a temperature,
    as logits are. ``axes`` name what rows and columns are. ``metric``: ``dot``, ``cosine`` or ``euclidean``.
    ``pair``: the modalities compared, such as ``image-text``.
    """

    checkpoint: Checkpoint
    is_unit: Three
    is_scaled: Three
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


@dataclass(frozen=True, slots=True)
class Probability(Value):
    """Scores after softmax or sigmoid (``via``); ``axis`` is what was compared."""

    of: Scores
    via: str
    axis: str = "?"
    site: Site | None = None
    axes: Axes = None


@dataclass(frozen=True, slots=True)
class Index(Value):
    """A vector index or collection; ``metric`` is ``ip``, ``l2``, ``cosine`` or empty."""

    metric: str
    library: str
    site: Site | None = None
    embedder: Component | None = None
    """What the store embeds texts and images with by itself."""


@dataclass(frozen=True, slots=True)
class GradContext(Value):
    """A context manager or decorator that switches gradients (``on`` or off)."""

    on: bool


@dataclass(frozen=True, slots=True)
class Autocast(Value):
    """A context manager that converts precision where operations need it."""


def options(value: Value) -> tuple[Value, ...]:
    """The alternatives of a value: those of a `OneOf`, else itself alone."""
    return value.options if isinstance(value, OneOf) else (value,)
