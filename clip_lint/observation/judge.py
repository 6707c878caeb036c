"""What the operations on features and scores say of the rules: the right way or the fault, at the place where it happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.observation.tags import Axis, Kind

if TYPE_CHECKING:
    from clip_lint.core.place import Place
    from clip_lint.observation.frames import Scope
    from clip_lint.observation.seen import Record
    from clip_lint.observation.tags import Tag

_LENGTH = 0.02
"""How far a vector of length one may be from it: half precision rounds."""
_TEMPERATURE = 0.2
"""How far a factor may be from the model's own scale."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """The shortest and the longest of some vectors."""

    low: float
    high: float

    @property
    def is_unit(self) -> bool:
        """Whether all have length one."""
        return abs(self.low - 1) <= _LENGTH and abs(self.high - 1) <= _LENGTH

    def __str__(self) -> str:
        if self.high - self.low < 0.005 * self.high:
            return f"{self.high:.3g}"
        return f"{self.low:.3g} to {self.high:.3g}"


class Judge:
    """Turns what is seen into sightings."""

    def __init__(self, record: Record, scope: Scope) -> None:
        self.record = record
        self.scope = scope

    def product(self, one: Tag, other: Tag, lengths: tuple[Lengths, Lengths]) -> frozenset[Axis]:
        """Two sets of features are compared by a dot product; which of them are raw."""
        here = self.scope.here()
        raw = frozenset(
            tag.rows for tag, length in zip((one, other), lengths, strict=True) if not length.is_unit
        )
        words = f"the vectors have lengths of {lengths[0]} and {lengths[1]}"
        self.record.see("CLP201", words, here, is_fault=bool(raw))
        for tag, length in zip((one, other), lengths, strict=True):
            if tag.mean_at:
                is_short = not length.is_unit
                told = f"the averaged vectors are compared with lengths of {length}"
                self.record.see("CLP210", told, tag.mean_at, is_fault=is_short, is_plain=is_short)
        return raw

    def cosine(self) -> None:
        """Features are compared by a function that divides by their lengths itself."""
        self.record.see("CLP201", "the cosine is taken", self.scope.here(), is_fault=False)

    def scaled(self, tag: Tag, factor: float) -> None:
        """Scores (or one side of them) are multiplied by a number."""
        if factor < 2:
            return
        here = self.scope.here()
        total = tag.factor * factor
        is_twice = tag.scalings > 0 or tag.kind is Kind.PROBABILITIES
        words = f"what was multiplied by {tag.factor:.4g} is multiplied by {factor:.4g} again"
        once = f"the cosines are multiplied by {factor:.4g}, once"
        self.record.see("CLP208", words if is_twice else once, here, is_fault=is_twice, is_plain=is_twice)
        if tag.model.scale is not None and not is_twice:
            is_other = abs(total / tag.model.scale - 1) > _TEMPERATURE
            words = (
                f"the cosines are multiplied by {total:.4g}, the model's own scale is {tag.model.scale:.4g}"
            )
            self.record.see("CLP211", words, here, is_fault=is_other)

    def softmax(self, tag: Tag, axis: Axis, size: int) -> None:
        """A softmax over scores, along ``axis``, which has ``size`` entries."""
        here = self.scope.here()
        see = self.record.see
        if tag.kind is Kind.PROBABILITIES:
            see("CLP208", "a softmax of a softmax", here, is_fault=True, is_plain=True)
            return
        see("CLP208", "a softmax of scores", here, is_fault=False)
        self._axis(tag, axis, size, here)
        if axis is not Axis.TEXTS or size < 2:
            return
        if not tag.raw:
            is_plain_cosine = tag.scalings == 0 and tag.factor < 2
            words = f"a softmax of cosines times {tag.factor:.4g}"
            see("CLP202", words, here, is_fault=is_plain_cosine)
        if tag.model.scale is not None:
            words = "a softmax of the scores of a model with a bias for each pair, trained with a sigmoid"
            otherwise = "the model has no bias for pairs: it was trained with a softmax"
            is_pairwise = tag.model.is_pairwise
            see("CLP205", words if is_pairwise else otherwise, here, is_fault=is_pairwise)

    def _axis(self, tag: Tag, axis: Axis, size: int, here: tuple[Place, ...]) -> None:
        see = self.record.see
        texts = Axis.TEXTS in tag.axes
        if axis is Axis.TEXTS:
            words = f"a softmax over {size} text" + ("" if size == 1 else "s")
            see("CLP204", words, here, is_fault=size == 1, is_plain=size == 1)
            see("CLP203", words, here, is_fault=False)
        elif axis is Axis.IMAGES and texts:
            words = f"a softmax over {size} image" + ("" if size == 1 else "s") + ", not over the texts"
            see("CLP203", words, here, is_fault=True, is_plain=size == 1)
            see("CLP204", words, here, is_fault=False)

    def sigmoid(self, tag: Tag) -> None:
        """A sigmoid of scores: with the bias of the model, or without it."""
        if tag.kind is not Kind.SCORES or not tag.model.is_pairwise:
            return
        words = "a sigmoid of scores with the model's bias" if tag.is_biased else "a sigmoid without the bias"
        self.record.see(
            "CLP205", words, self.scope.here(), is_fault=not tag.is_biased, is_plain=not tag.is_biased
        )

    def shown(self, tag: Tag, value: float) -> None:
        """A single score leaves the tensors: a number for people, or for a comparison."""
        is_raw = tag.kind is Kind.SCORES
        if not is_raw and tag.kind is not Kind.PROBABILITIES:
            return
        what = "a cosine" if tag.factor == 1 and not tag.raw else "a score"
        words = f"{what} of {value:.4g} is taken out" if is_raw else f"a share of {value:.4g} is taken out"
        self.record.see("CLP207", words, self.scope.here(), is_fault=is_raw)
