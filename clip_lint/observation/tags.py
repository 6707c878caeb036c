"""What is known of the values that come from a model's towers, beside the values and never on them."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clip_lint.core.place import Place


class Kind(Enum):
    """What a value holds."""

    FEATURES = "features"
    TERMS = "terms"
    """Features multiplied element by element, not added up yet."""
    SCORES = "scores"
    PROBABILITIES = "probabilities"
    TOKENS = "tokens"
    PIXELS = "pixels"


class Axis(Enum):
    """What a dimension runs over."""

    IMAGES = "images"
    TEXTS = "texts"
    WIDTH = "width"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Model:
    """What is known of the model that values come from."""

    name: str
    scale: float | None
    """What it multiplies cosines by."""
    is_pairwise: bool
    """Whether it was trained with a sigmoid over each pair: it has a bias for its logits."""
    loaded: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    """What a value is. ``factor`` is what cosines were multiplied by, in ``scalings`` steps."""

    kind: Kind
    axes: tuple[Axis, ...]
    model: Model
    rows: Axis = Axis.UNKNOWN
    """Of features: what there is one vector for."""
    factor: float = 1.0
    scalings: int = 0
    raw: frozenset[Axis] = frozenset()
    """Of scores: which side of the product had vectors of other lengths than one."""
    is_biased: bool = False
    mean_at: tuple[Place, ...] = ()
    """Where unit vectors were averaged."""
    places: tuple[Place, ...] = ()
    """Where it was made: the product of scores, the call of a tokenizer or processor."""
    about: str = ""
    """Who made it: the name of a tokenizer or processor."""


class Tags:
    """Tags by the identity of values, forgotten with them."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[weakref.ref[Any], Tag]] = {}

    def __bool__(self) -> bool:
        return bool(self._known)

    def put(self, value: Any, tag: Tag) -> None:
        """Remember what ``value`` is."""
        key = id(value)
        try:
            reference = weakref.ref(value, lambda _: self._known.pop(key, None))
        except TypeError:
            return  # what cannot be pointed at cannot be followed
        self._known[key] = (reference, tag)

    def get(self, value: Any) -> Tag | None:
        """What ``value`` is, if that is known."""
        known = self._known.get(id(value))
        if known is None or known[0]() is not value:
            return None
        return known[1]

    def drop(self, value: Any) -> None:
        """Forget a value that has become something else."""
        self._known.pop(id(value), None)
