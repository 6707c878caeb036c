"""The prompts that reach a text tower, kept together as the code keeps them together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from clip_lint.core.checkpoint import Checkpoint
    from clip_lint.core.place import Place
    from clip_lint.knowledge.traits import Family


class Task(Enum):
    """What the scores of a prompt set are used for, as far as the code shows."""

    LABELS = "zero-shot labels"
    QUERY = "retrieval query"
    SIMILARITY = "similarity"
    GENERATION = "a picture to draw"
    DETECTION = "a thing to find in a picture"
    FEATURES = "features for a trained head or a generator"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One text as the model reads it.

    ``text`` is the whole prompt with its template filled; a hole that could not be filled stands as ``{}`` in it.
    ``label`` is the part that came from the label list, ``template`` the pattern around it (with ``{}``), both None
    where the prompt was written out. ``place`` is where the label (or the whole prompt) is written.
    """

    text: str
    place: Place
    label: str | None = None
    template: str | None = None
    written: Place | None = None
    """Where it stands in a label file; ``place`` is then where the program opens that file."""
    unfilled: str = ""
    """The slot that nothing filled and the model reads as it is written, or why its label went nowhere (`slots`)."""
    filled: str = ""
    """The text with a word of the same length in each hole, the same for the same variable; empty where no hole is known by name."""

    is_chosen: bool = False
    """It is one of several that stand in one place of a list, by what the program knows when it runs: a value looked up under a key."""

    shown: str = ""
    """The text with the names of what fills its holes; empty where it has none, or they are not known."""

    @property
    def read(self) -> str:
        """The text as its grammar is read."""
        return self.filled or self.text

    @property
    def is_complete(self) -> bool:
        """Whether every hole is filled."""
        return "{}" not in self.text


@dataclass(frozen=True, slots=True)
class Intent:
    """What the surroundings say about the purpose: names, nearby comments and docstrings, uses of the result."""

    names: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    """Source text of what is done with the scores, such as ``int(probs.argmax()) + 1`` or ``label == 'left'``."""


class LazyIntent:
    """An `Intent` that is worked out when a check asks for it: few do, and the words around a call take libcst's tree."""

    def __init__(self, look: Callable[[], Intent]) -> None:
        self._look = look

    @cached_property
    def _seen(self) -> Intent:
        return self._look()

    @property
    def names(self) -> tuple[str, ...]:
        """As `Intent.names`."""
        return self._seen.names

    @property
    def comments(self) -> tuple[str, ...]:
        """As `Intent.comments`."""
        return self._seen.comments

    @property
    def uses(self) -> tuple[str, ...]:
        """As `Intent.uses`."""
        return self._seen.uses


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of the embeddings of a set."""

    is_averaged: bool = False
    """They are averaged: together they stand for one class."""
    is_idle: bool = False
    """A script or a test that compares nothing with them."""
    is_learnt: bool = False
    """The program trains the model that they are for."""
    is_tuned: bool = False
    """The model has got weights that a training run has saved, or an adapter: what is known of its checkpoint says little of it."""
    is_measured: bool = False
    """The program tells how often the model is right with them."""
    has_reader: bool = False
    """The program reads what is written in pictures by OCR."""
    is_among_texts: bool = False
    """They are compared with nothing but other texts."""
    is_condition: bool = False
    """They go into something that the program trains, loads weights into or lets act, and are compared with nothing."""


@dataclass(frozen=True, slots=True)
class PromptSet:
    """The prompts of one call (or one label list), with what is known of the model and the task.

    ``is_whole`` tells whether every member is known: only then may a check say "the only label" or "no template".
    ``templates`` are the distinct templates used (empty where the prompts are written out), ``name`` the variable that
    holds the labels, ``place`` the call or the list. ``adds_template`` is true where the library wraps labels by itself
    (the transformers pipeline does), so bare labels are fine there.
    """

    prompts: tuple[Prompt, ...]
    place: Place
    task: Task = Task.UNKNOWN
    checkpoint: Checkpoint | None = None
    templates: tuple[str, ...] = ()
    name: str | None = None
    is_whole: bool = True
    adds_template: bool = False
    intent: Intent | LazyIntent = Intent()
    call: Place | None = None
    """The call in which the prompts reach the model; None where it gets texts of another form as well."""
    joined: tuple[Place, ...] = ()
    """Where labels that are not known get underscores for their spaces."""
    other_templates: tuple[str, ...] = ()
    """The templates that the same labels go into on other paths, where they have none here."""
    family: Family | None = None
    """What the tables in use say of the checkpoint's family; None where only clip-lint's own are."""
    fate: Fate = Fate()
    run_alone: tuple[str, ...] = ()
    """The functions whose reading by themselves gave this: void where other files call them."""

    cuts: bool | None = None
    """Whether what is too long is cut off, or raises an error; None where that is not known."""
    lists: int = 1
    """How many lists come to the call, each by itself: this is one of them."""
    fillers: tuple[tuple[str, str], ...] = ()
    """The words that fill the holes of the prompts, each with the name of what it stands for."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The prompts' texts in order."""
        return tuple(prompt.text for prompt in self.prompts)

    @property
    def readings(self) -> tuple[str, ...]:
        """The prompts' texts in order, as their grammar is read."""
        return tuple(prompt.read for prompt in self.prompts)
