"""What becomes of followed values, operation by operation, for tensors and arrays alike."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from clip_lint.observation import axes as moving
from clip_lint.observation.operations import PRODUCTS, SAME, SWAPS, dimension_of, name_of
from clip_lint.observation.tags import Axis, Kind, Tag, Tags

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clip_lint.observation.judge import Judge, Lengths

    Given = tuple[Any, ...]
    Named = Mapping[str, Any]


class Kit(Protocol):
    """What tensors and arrays do differently."""

    def lengths(self, value: Any, dimension: int, factor: float) -> Lengths:
        """How long the vectors along ``dimension`` are, divided by ``factor``."""

    def number(self, value: Any) -> float | None:
        """A plain number, or the one that a value holds; None for everything else."""


class Flow:
    """Gives results their tags, and tells the judge of what they are put through."""

    def __init__(self, tags: Tags, judge: Judge, kit: Kit) -> None:
        self.tags = tags
        self._judge = judge
        self._kit = kit
        self._handlers: dict[str, Callable[[str, Given, Named, Any], None]] = {
            **dict.fromkeys(SAME, self._same),
            **dict.fromkeys(PRODUCTS, self._product),
            **dict.fromkeys(SWAPS, self._swapped),
            "linear": self._product,
            "einsum": self._einsum,
            "cosine_similarity": self._cosine,
            "transpose": self._transposed,
            "permute": self._transposed,
            "getitem": self._indexed,
            "normalize": self._same,
            "mul": self._multiplied,
            "div": self._multiplied,
            "add": self._added,
            "sum": self._summed,
            "mean": self._averaged,
            "softmax": self._softmax,
            "sigmoid": self._sigmoid,
            "max": self._best,
            "min": self._best,
            "topk": self._best,
            "stack": self._joined,
            "cat": self._joined,
            "item": self._shown,
            "tolist": self._shown,
            "float_": self._shown,
        }

    def after(self, name: str, args: Given, kwargs: Named, result: Any) -> None:
        """An operation that a followed value may have taken part in gave ``result``."""
        name = name_of(name)
        handler = self._handlers.get(name)
        if handler is not None:
            handler(name, args, kwargs, result)
        elif args and result is args[0]:
            self.tags.drop(result)  # written over

    def fail(self, error: Exception) -> None:
        """Remember what could not be watched."""
        self._judge.record.fail(error)

    def _put(self, result: Any, tag: Tag, axes: tuple[Axis, ...] | None = None) -> None:
        axes = tag.axes if axes is None else axes
        if getattr(result, "ndim", None) == len(axes):
            self.tags.put(result, replace(tag, axes=axes))

    def _same(self, _: str, args: Given, kwargs: Named, result: Any) -> None:
        value: Any = args[0] if args else kwargs.get("input")
        tag = self.tags.get(value)
        if tag is None or not hasattr(result, "shape"):
            return
        if tag.kind is Kind.FEATURES and result.ndim and len(tag.axes) != result.ndim:
            axes = moving.aligned(tag.axes, value.shape, result.shape)
            if axes[-1] is Axis.WIDTH or result.shape[-1] == value.shape[-1]:
                axes = (*(tag.rows for _ in axes[:-1]), Axis.WIDTH)
            self._put(result, tag, axes)
        else:
            self._put(result, tag, moving.aligned(tag.axes, value.shape, result.shape))

    def _product(self, name: str, args: Given, kwargs: Named, result: Any) -> None:
        values = [*args, *kwargs.values()][:2]
        if len(values) < 2:
            return
        one, other = (self.tags.get(value) for value in values)
        if one is None or other is None or {one.kind, other.kind} != {Kind.FEATURES}:
            return
        last = -2 if values[1].ndim > 1 and name not in {"inner", "linear"} else -1
        if one.axes[-1] is not Axis.WIDTH or other.axes[last] is not Axis.WIDTH:
            return
        axes = (*one.axes[:-1], *moving.without(other.axes, last))
        if len(axes) != result.ndim:
            axes = (*axes[: result.ndim - 1], axes[-1]) if result.ndim else ()
        self._scores(one, other, values, (-1, last), axes, result)

    def _einsum(self, _: str, args: Given, __: Named, result: Any) -> None:
        values = list(args[1:]) if len(args) == 3 else list(args[1]) if len(args) == 2 else []
        if len(values) != 2:
            return
        one, other = (self.tags.get(value) for value in values)
        if one is None or other is None or {one.kind, other.kind} != {Kind.FEATURES}:
            return
        axes = moving.products(str(args[0]), one.axes, other.axes)
        if axes is not None:
            ends = one.axes.index(Axis.WIDTH), other.axes.index(Axis.WIDTH)
            self._scores(one, other, values, ends, axes, result)

    def _scores(
        self, one: Tag, other: Tag, values: list[Any], ends: tuple[int, int], axes: Any, result: Any
    ) -> None:
        first = self._kit.lengths(values[0], ends[0], one.factor)
        second = self._kit.lengths(values[1], ends[1], other.factor)
        raw = self._judge.product(one, other, (first, second))
        made = Tag(
            Kind.SCORES,
            axes,
            one.model if one.model.scale is not None else other.model,
            factor=one.factor * other.factor,
            scalings=one.scalings + other.scalings,
            raw=raw,
            places=self._judge.scope.here(),
        )
        self._put(result, made)

    def _cosine(self, _: str, args: Given, kwargs: Named, result: Any) -> None:
        values = [*args, *kwargs.values()][:2]
        tags = [tag for tag in map(self.tags.get, values) if tag is not None and tag.kind is Kind.FEATURES]
        if len(tags) < 2:
            return
        sizes = {len(value): tag.rows for tag, value in zip(tags, values, strict=True) if value.ndim == 2}
        axes = tuple(sizes.get(size, Axis.UNKNOWN) for size in result.shape)
        self._judge.cosine()
        self._put(result, Tag(Kind.SCORES, axes, tags[0].model, places=self._judge.scope.here()))

    def _swapped(self, _: str, args: Given, __: Named, result: Any) -> None:
        tag = self.tags.get(args[0])
        if tag is not None:
            self._put(result, tag, moving.transposed(tag.axes))

    def _transposed(self, _: str, args: Given, kwargs: Named, result: Any) -> None:
        tag = self.tags.get(args[0])
        if tag is None:
            return
        order = [*args[1:], *kwargs.values()]
        if len(order) == 1 and isinstance(order[0], (tuple, list)):
            order = list(order[0])
        if not order or order == [None]:
            self._put(result, tag, tag.axes[::-1])
        elif len(order) == len(tag.axes) and len(order) != 2:
            self._put(result, tag, tuple(tag.axes[number] for number in order))
        elif len(order) == 2:
            is_same = order in ([0, 1], [-2, -1]) and _ == "permute"
            self._put(result, tag, tag.axes if is_same else moving.transposed(tag.axes, *order))

    def _indexed(self, _: str, args: Given, __: Named, result: Any) -> None:
        tag = self.tags.get(args[0])
        if tag is not None and hasattr(result, "ndim"):
            axes = moving.indexed(tag.axes, args[1], result.ndim)
            if axes is not None:
                self._put(result, tag, axes)

    def _multiplied(self, name: str, args: Given, kwargs: Named, result: Any) -> None:
        values = [*args, *kwargs.values()][:2]
        if len(values) < 2:
            return
        tags = [self.tags.get(value) for value in values]
        if tags[0] is not None and tags[1] is not None:
            if name == "mul" and {tag.kind for tag in tags if tag} == {Kind.FEATURES}:
                self._terms(values, tags[0], tags[1], result)
            return
        tag = tags[0] or tags[1]
        if tag is None or (name == "div" and tags[0] is None):
            return
        value = values[0] if tags[0] is not None else values[1]
        by = values[1] if tags[0] is not None else values[0]
        number = self._kit.number(by)
        axes = moving.aligned(tag.axes, value.shape, result.shape) if hasattr(result, "shape") else ()
        if tag.kind is Kind.FEATURES and (name == "div" or number is None or number < 2):
            number = 1.0  # a length, most likely: what is left is measured where it is compared
        if number is None or number == 0 or not math.isfinite(number):
            if tag.kind is Kind.SCORES and name == "div":
                self._put(result, replace(tag, raw=frozenset()), axes)  # by the lengths, afterwards
            return
        factor = 1 / number if name == "div" else number
        if tag.kind is not Kind.FEATURES and number > 0 and name == "div" and tag.raw:
            self._put(result, replace(tag, raw=frozenset()), axes)
            return
        self._judge.scaled(tag, factor)
        step = int(factor >= 2)
        self._put(result, replace(tag, factor=tag.factor * abs(factor), scalings=tag.scalings + step), axes)

    def _terms(self, values: list[Any], one: Tag, other: Tag, result: Any) -> None:
        if one.axes[-1:] != (Axis.WIDTH,) or other.axes[-1:] != (Axis.WIDTH,):
            return
        lengths = (
            self._kit.lengths(values[0], -1, one.factor),
            self._kit.lengths(values[1], -1, other.factor),
        )
        raw = self._judge.product(one, other, lengths)
        wider = one if len(one.axes) >= len(other.axes) else other
        if len(wider.axes) == result.ndim:
            self._put(result, Tag(Kind.TERMS, wider.axes, one.model, raw=raw))

    def _added(self, _: str, args: Given, kwargs: Named, result: Any) -> None:
        values = [*args, *kwargs.values()][:2]
        for value, other in (values, values[::-1]) if len(values) == 2 else ():
            tag = self.tags.get(value)
            if tag is not None and tag.kind is Kind.SCORES and self._kit.number(other) is not None:
                self._put(result, replace(tag, is_biased=True))

    def _summed(self, _: str, args: Given, kwargs: Named, result: Any) -> None:
        tag = self.tags.get(args[0])
        if tag is None or tag.kind is not Kind.TERMS:
            return
        dimension = dimension_of(args, kwargs)
        axes = () if dimension is None else moving.without(tag.axes, dimension)
        made = replace(tag, kind=Kind.SCORES, places=self._judge.scope.here())
        self._put(result, made, axes if len(axes) == getattr(result, "ndim", -1) else tag.axes)

    def _averaged(self, _: str, args: Given, kwargs: Named, result: Any) -> None:
        tag = self.tags.get(args[0])
        dimension = dimension_of(args, kwargs)
        if tag is None or tag.kind is not Kind.FEATURES or dimension is None:
            return
        dimension %= len(tag.axes)
        if tag.axes[dimension] is Axis.WIDTH or args[0].shape[dimension] < 2:
            return
        is_unit = self._kit.lengths(args[0], tag.axes.index(Axis.WIDTH), tag.factor).is_unit
        axes = tag.axes if result.ndim == len(tag.axes) else moving.without(tag.axes, dimension)
        where = self._judge.scope.here() if is_unit else ()
        self._put(result, replace(tag, mean_at=where), axes)

    def _softmax(self, _: str, args: Given, kwargs: Named, result: Any) -> None:
        value = args[0] if args else kwargs.get("input", kwargs.get("x"))
        tag = self.tags.get(value)
        dimension = dimension_of(args, kwargs)
        if tag is None or tag.kind not in {Kind.SCORES, Kind.PROBABILITIES} or not tag.axes:
            return
        if dimension is not None:
            dimension %= len(tag.axes)
            self._judge.softmax(tag, tag.axes[dimension], value.shape[dimension])
        self._put(result, replace(tag, kind=Kind.PROBABILITIES))

    def _sigmoid(self, _: str, args: Given, __: Named, result: Any) -> None:
        tag = self.tags.get(args[0])
        if tag is not None:
            self._judge.sigmoid(tag)
            self._put(result, replace(tag, kind=Kind.PROBABILITIES))

    def _best(self, _: str, args: Given, kwargs: Named, result: Any) -> None:
        tag = self.tags.get(args[0])
        values = result[0] if isinstance(result, tuple) else result
        if tag is None or not hasattr(values, "ndim"):
            return
        dimension = dimension_of(args, kwargs)
        axes = () if dimension is None else moving.without(tag.axes, dimension)
        self._put(values, tag, axes if len(axes) == values.ndim else tag.axes)

    def _joined(self, name: str, args: Given, kwargs: Named, result: Any) -> None:
        parts = list(args[0]) if args and isinstance(args[0], (list, tuple)) else []
        tags = [self.tags.get(part) for part in parts]
        first = tags[0] if tags else None
        if first is None or any(tag is None or tag.kind is not first.kind for tag in tags):
            return
        factors = {tag.factor for tag in tags if tag is not None}
        where = next((tag.mean_at for tag in tags if tag is not None and tag.mean_at), ())
        tag = replace(first, mean_at=where, factor=max(factors))
        if name == "cat":
            self._put(result, tag)
            return
        dimension = (dimension_of(args, kwargs) or 0) % (len(first.axes) + 1)
        self._put(result, tag, (*first.axes[:dimension], first.rows, *first.axes[dimension:]))

    def _shown(self, _: str, args: Given, __: Named, result: Any) -> None:
        tag = self.tags.get(args[0])
        if tag is not None and isinstance(result, float):
            self._judge.shown(tag, result)
