"""Tensors that come from towers, followed through the functions of torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.overrides import TorchFunctionMode

from clip_lint.observation.judge import Lengths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.observation.flow import Flow
    from clip_lint.observation.towers import Depth

_SAMPLE = 256
"""Vectors that are measured of more: a gallery may hold millions."""


class TensorKit:
    """What the flow must know of tensors."""

    def lengths(self, value: torch.Tensor, dimension: int, factor: float) -> Lengths:
        """How long the vectors along ``dimension`` are, divided by ``factor``."""
        rows = value.detach().movedim(dimension, -1).reshape(-1, value.shape[dimension])
        if len(rows) > _SAMPLE:
            rows = rows[:: -(-len(rows) // _SAMPLE)]
        found = rows.float().norm(dim=-1) / factor
        low, high = torch.aminmax(found)
        return Lengths(float(low), float(high))

    def number(self, value: Any) -> float | None:
        """A plain number, or the one that a tensor or an array holds."""
        if isinstance(value, (int, float)):
            return float(value)
        if isinstance(value, torch.Tensor):
            return float(value.detach()) if value.numel() == 1 and value.ndim <= 1 else None
        return float(value) if getattr(value, "size", 0) == 1 and getattr(value, "ndim", 2) <= 1 else None


class Following(TorchFunctionMode):
    """Sees each function of torch that the program calls in this thread, and tells the flow what came of it."""

    def __init__(self, flow: Flow, depth: Depth) -> None:
        super().__init__()
        self._flow = flow
        self._depth = depth

    def __torch_function__(
        self,
        func: Any,
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        del types
        named = kwargs or {}
        if self._depth.is_within or not self._flow.tags:
            return func(*args, **named)
        result = func(*args, **named)
        try:
            name = func.__name__
            if name == "__get__":
                name = func.__self__.__name__
            with torch.no_grad():
                self._flow.after(name, args, named, result)
        except Exception as error:
            self._flow.fail(error)
        return result
