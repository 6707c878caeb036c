"""What was read off one file: the events that the checks look at. No syntax trees beyond this point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.reading.values import Tristate

if TYPE_CHECKING:
    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.knowledge.tables import Libraries
    from clip_lint.knowledge.versions import Versions
    from clip_lint.reading.prompts import PromptSet
    from clip_lint.reading.scope import LoopSite
    from clip_lint.reading.usages import Usage
    from clip_lint.reading.values import (
        Component,
        Features,
        Image,
        Index,
        LazyPlace,
        Model,
        Pixels,
        Probability,
        Scores,
        Site,
        Tokens,
        Value,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A model is loaded. ``loop``: inside a loop; ``handler``: the request handler or callback it is loaded in."""

    site: Site
    model: Model
    loop: Site | None
    handler: str
    is_cached: bool
    library: str
    is_varying: bool = False
    """What is loaded depends on the loop's round."""
    quickgelu: str = ""
    """``missing`` or ``needless`` where architecture and weights disagree on the activation."""
    named: LazyPlace | None = None
    """Where the architecture is written, which may be a constant of several loads."""
    is_rerun: bool = False
    """In a page of Streamlit, which runs from its top at every interaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encode:
    """Images or texts go through a tower (``modality`` image, text) or the whole model (``both``).

    ``grad``: whether gradients are recorded. ``loops``: the loops around the call, outermost first, callers' included.
    ``varying``: the loops whose round the input depends on, `carried` where on the rounds before. ``single``: one item a call.
    """

    site: Site
    model: Model
    modality: str
    grad: Tristate
    loops: tuple[LoopSite, ...]
    varying: frozenset[int]
    text_varying: frozenset[int]
    is_single: bool
    texts: Value | None
    pixels: Pixels | None
    tokens: Tokens | None
    features: Value
    processor: Component | None
    is_self_managed: bool = False
    """The library switches gradients off by itself."""
    calls: tuple[Site, ...] = ()
    """The calls of the tree's functions that led here, outermost first."""
    in_framework: bool = False
    """In a method of a class whose base is not read: what calls it, and under which switches, is not known."""
    wants_gradient: bool = False
    """It is run to train: a gradient of what comes of it is taken."""
    thread: Site | None = None
    """Where another thread is given the call by code under `torch.no_grad()`, which holds in its own thread alone."""
    is_method: bool = False
    """It stands in a method of a class."""
    is_under: bool = False
    """Whoever calls the function around it has gradients off."""
    takes_parameter: bool = False
    """The input goes back to a parameter of the function that was run by itself."""


@dataclass(frozen=True, slots=True)
class PromptUse:
    """Texts reach a text tower in one call; `clip_lint.reading.prompt_sets` makes prompt sets of them."""

    site: Site
    texts: Value
    checkpoint: Checkpoint | None
    name: str
    function: str
    loops: tuple[LoopSite, ...] = ()
    adds_template: bool = False
    is_labels: bool = False
    other_templates: tuple[str, ...] = ()
    """The templates that the same labels go into on other paths, where they have none on this one."""
    is_paired: bool = False
    """Each text is compared with a picture of its own."""
    is_drawn: bool = False
    """A picture is made from the text: nothing is compared."""
    lists: int = 1
    """How many lists come to the call, each by itself."""
    is_mixed: bool = False
    """Some paths bring texts in templates to the call, and some bring others."""
    cuts: bool | None = None
    """Whether what is too long is cut off, or raises an error; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Tokenize:
    """Texts are turned into token ids."""

    site: Site
    tokens: Tokens
    argument: str
    library: str
    raises: bool
    """Over-long text raises (or crashes the model) unless truncation is asked for."""
    is_parameter: bool = False
    """The text is a parameter of the function that tokenises it."""
    is_asked: bool = False
    """It comes with a request: somebody else writes it."""
    is_answered: bool = False
    """Whoever sent what the tokenizer refuses is told so."""


@dataclass(frozen=True, slots=True)
class ImageUse:
    """A picture enters preprocessing (``by``) or goes to a model without it."""

    site: Site
    image: Image
    by: Component | None
    name: str
    rescales: Tristate = Tristate.MAYBE


@dataclass(frozen=True, slots=True)
class Blended:
    """Preprocessed pictures are averaged into one."""

    site: Site
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Compare:
    """Two sets of vectors are compared: by a product, a distance, or a cosine, which normalises them itself."""

    site: Site
    left: Value
    right: Value
    metric: str
    scores: Scores


@dataclass(frozen=True, slots=True)
class Normalized:
    """Softmax or sigmoid over scores."""

    site: Site
    of: Value
    via: str
    axis: str
    dim: int | None
    is_scaled_by: Value | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """Scores are compared with a number: ``operator`` as written, the score on the left."""

    site: Site
    of: Scores | Probability
    operator: str
    number: float
    number_site: Site | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Scores are printed, returned or stored under a name (``label``) that promises a probability."""

    site: Site
    of: Scores
    label: str
    how: str


@dataclass(frozen=True, slots=True)
class Scaled:
    """A scale or temperature is applied. ``factor`` is what the scores are multiplied by, if known."""

    site: Site
    of: Value
    factor: float | None
    is_learned: bool
    is_named_temperature: bool


@dataclass(frozen=True, slots=True)
class Indexed:
    """Vectors are added to an index, or a query is searched in it."""

    site: Site
    index: Index
    features: Features
    is_query: bool
    branches: frozenset[tuple[int, int]] = frozenset()
    """Of the conditions around it, by their identity, which branch."""


@dataclass(frozen=True, slots=True)
class WrappedUse:
    """A transformers 5 feature output is used as if it were a tensor."""

    site: Site
    use: Site
    how: str
    features: Features
    calls: tuple[Site, ...] = ()
    """The calls of the tree's functions that led to the use, outermost first."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What an encoding (``site``) gave as a tensor becomes a NumPy array (``use``)."""

    site: Site
    use: Site


@dataclass(frozen=True, slots=True)
class Kept:
    """What an encoding (``site``) gave is put into a collection in every round of a loop (``use``)."""

    site: Site
    use: Site


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What an encoding (``site``) gave outlives the call (``use``): it is returned to callers that are not seen, or an object holds it."""

    site: Site
    use: Site


@dataclass(frozen=True, slots=True)
class Sliced:
    """Token ids are cut by hand."""

    site: Site
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Mixed:
    """Precision or device do not fit: ``kind`` says how."""

    site: Site
    kind: str
    model: Model
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything the checks may know about one file."""

    path: str
    versions: Versions
    libraries: Libraries
    """What the tables in use say of libraries and families."""
    loads: tuple[Load, ...] = ()
    encodes: tuple[Encode, ...] = ()
    tokenizes: tuple[Tokenize, ...] = ()
    images: tuple[ImageUse, ...] = ()
    blended: tuple[Blended, ...] = ()
    compares: tuple[Compare, ...] = ()
    normalizeds: tuple[Normalized, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    shown: tuple[Shown, ...] = ()
    scaled: tuple[Scaled, ...] = ()
    indexed: tuple[Indexed, ...] = ()
    wrapped_uses: tuple[WrappedUse, ...] = ()
    converted: tuple[Converted, ...] = ()
    kept: tuple[Kept, ...] = ()
    handed_out: tuple[HandedOut, ...] = ()
    sliced: tuple[Sliced, ...] = ()
    mixed: tuple[Mixed, ...] = ()
    usages: tuple[Usage, ...] = ()
    prompt_sets: tuple[PromptSet, ...] = ()
    evaluated: frozenset[int] = frozenset()
    """Keys of the loads that are put into evaluation mode somewhere."""
    frozen: frozenset[int] = frozenset()
    """Keys of the loads whose parameters are frozen."""
    trained: frozenset[int] = frozenset()
    """Keys of the loads that are trained (optimizer, ``.train()``), or that escape to code that is not read."""
    trains: bool = False
    """Something is trained in this file or in what it runs (``backward``, ``autograd.grad``, an optimizer)."""
    trainers: frozenset[str] = frozenset()
    """Functions (``path::qualified.name``, of other files too) that this file runs to train: gradients of their results are taken."""
    reloaded: frozenset[int] = frozenset()
    """Loads of models that get other weights afterwards, which may have been trained on pixels of their own."""
    order_only: frozenset[int] = frozenset()
    """Keys of the softmaxes, and of the products that make scores, of which nothing but the order is used."""
    labelled_by: frozenset[int] = frozenset()
    """Keys of the softmaxes by whose values each image's best label is chosen."""
    is_rerun: bool = False
    """A page that its library runs from the top at every interaction."""
    serves: bool = False
    """It answers requests, events or fields of a page, or other files import what it has of CLIP: how often its functions run is not known."""
    idle: frozenset[str] = frozenset()
    """Functions (``path::qualified.name``) of a program that nothing imports, which it names nowhere: nobody calls them."""
    is_program: bool = False
    """It has a `__main__` guard or cells: it is run, and what it has is there for itself."""
    has_run: bool = False
    """A notebook that keeps what a run of it gave."""
    read_out: frozenset[int] = frozenset()
    """Keys of the encodings of whose result Python's own numbers are taken."""
    measured: frozenset[int] = frozenset()
    """Keys of the tokenisations whose ids are counted."""
    detached: frozenset[int] = frozenset()
    """Keys of the encodings whose result is detached from its graph."""
    guarded: frozenset[int] = frozenset()
    """Keys of feature calls whose result is tested for being a tensor or an output object."""
    entered: frozenset[str] = frozenset()
    """Functions (``path::qualified.name``) called with known context; their stand-alone evaluation does not count."""
    dependencies: frozenset[str] = frozenset()
    """Absolute paths of the other files read for this one."""
