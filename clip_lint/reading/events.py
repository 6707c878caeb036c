"""Collects the events of a run; what is evaluated again (a loop's second round) replaces what was recorded before."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from clip_lint.reading.facts import Compare, WrappedUse
from clip_lint.reading.training import Training
from clip_lint.reading.usages import Usage
from clip_lint.reading.values import Features, Model, Scores, Value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clip_lint.reading.values import Site


class Recorder:
    """The growing record of one root file's run."""

    def __init__(self) -> None:
        self.events: dict[tuple[object, ...], object] = {}
        self.is_paused = False
        self.evaluated: set[int] = set()
        self.frozen: set[int] = set()
        self.trained: set[int] = set()
        self.widened: set[int] = set()
        self.placed: set[int] = set()
        self.places_all = False
        self.devices: set[int] = set()
        self.reloaded: set[int] = set()
        self.averaged: set[int] = set()
        self.guarded: set[int] = set()
        self.detached: set[int] = set()
        self.read_out: set[int] = set()
        self.measured: set[int] = set()
        self.dependencies: set[str] = set()
        self.training = Training()
        self.ranked: Counter[int] = Counter()
        self.labelled_by: set[int] = set()
        self.meets_unknown = False
        self.read: Counter[int] = Counter()

    @contextmanager
    def paused(self, pause: bool) -> Iterator[None]:
        """Record nothing inside, if ``pause``."""
        before, self.is_paused = self.is_paused, self.is_paused or pause
        try:
            yield
        finally:
            self.is_paused = before

    def add(self, event: object, site: Site, context: tuple[object, ...]) -> None:
        """Keep an event of a site; ``context`` tells the calls that led there from others."""
        if not self.is_paused:
            key = (type(event), site.key, site.entry, context, _made_by(event))
            self.events[key] = event

    def drop(self, kind: type[object], site: Site) -> None:
        """Forget the events of a kind at a site."""
        for key in [key for key in self.events if key[0] is kind and key[1] == site.key]:
            del self.events[key]

    def settle(self, scores: Scores, owed: tuple[Features, ...], paid: tuple[Features, ...]) -> None:
        """Correct what was recorded of a product that is divided by lengths later on.

        ``paid`` are the factors ``owed`` after the division; with none, the comparison is forgotten.
        """
        after: dict[Value, Value] = dict(zip(owed, paid, strict=False))
        for key, event in list(self.events.items()):
            if not isinstance(event, Compare) or event.site != scores.origin:
                continue
            if owed and event.left not in owed and event.right not in owed:
                continue
            if not paid:
                del self.events[key]
                continue
            left, right = after.get(event.left, event.left), after.get(event.right, event.right)
            self.events[key] = replace(event, left=left, right=right)

    def guard(self, nodes: frozenset[int]) -> None:
        """What an encoding gave is expected in another form at these nodes: its use there says nothing."""
        for event in self.events.values():
            if isinstance(event, WrappedUse) and event.use.key in nodes:
                self.guarded.add(event.site.key)

    def depend(self, file: Path) -> None:
        """Note that another file was read."""
        self.dependencies.add(str(file))

    def evaluate(self, model: Model) -> None:
        """The model is put into evaluation mode."""
        if model.load is not None:
            self.evaluated.add(model.load.key)

    def freeze(self, model: Model) -> None:
        """The model's parameters stop recording gradients."""
        if model.load is not None:
            self.frozen.add(model.load.key)

    def widen(self, model: Model) -> None:
        """The model's parameters get numbers of another precision."""
        if model.load is not None and model.dtype == "float32":
            self.widened.add(model.load.key)

    def place(self, site: Site | None) -> None:
        """Something is said of where the model that is loaded there is to be."""
        if site is not None:
            self.placed.add(site.key)

    def reload(self, model: Model) -> None:
        """The model gets other weights, such as those that a training run has saved."""
        if model.load is not None:
            self.reloaded.add(model.load.key)

    def train(self, model: Model) -> None:
        """The model is trained, or goes where it is not followed."""
        if model.load is not None:
            self.trained.add(model.load.key)


def _made_by(event: object) -> tuple[object, ...]:
    """Whose model and tokenizer an event is about, or which use of a value: each has its own event."""
    model = getattr(event, "model", None)
    load = model.load.key if isinstance(model, Model) and model.load is not None else None
    by = getattr(getattr(event, "tokens", None), "by", None) or getattr(event, "by", None)
    if isinstance(event, Usage):
        return load, event.kind
    return (load,) if by is None else (load, by.checkpoint, by.kind)
