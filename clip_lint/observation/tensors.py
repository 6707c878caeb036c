"""Tensors that come from towers, followed through the functions of torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

from clip_lint.observation.arrays import followed
from clip_lint.observation.judge import Lengths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.observation.calls import Calls
    from clip_lint.observation.flow import Flow
    from clip_lint.observation.towers import Depth

_SAMPLE = 256
"""Vectors that are measured of more: a gallery may hold millions."""


class TensorKit:
    """What the flow must know of tensors."""

    def lengths(self, value: Any, dimension: int, factor: float) -> Lengths:
        """How long the vectors along ``dimension`` are, divided by ``factor``."""
        if isinstance(value, np.ndarray):
            value = torch.from_numpy(np.array(value, dtype=np.float32))
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
        if isinstance(value, (np.ndarray, np.generic)):
            return (
                float(value.item())
                if value.size == 1 and value.ndim <= 1 and value.dtype.kind in "fiu"
                else None
            )
        return None


class Following(TorchFunctionMode):
    """Sees each function of torch that the program calls in this thread, and tells the flow what came of it."""

    def __init__(self, flow: Flow, depth: Depth, calls: Calls) -> None:
        super().__init__()
        self._flow = flow
        self._depth = depth
        self._calls = calls

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
        try:
            result = func(*args, **named)
        except (TypeError, AttributeError):
            for value in args:
                self._calls.taken_for_tensor(value, f"`{func.__name__}`")
            raise
        try:
            name = func.__name__
            if name == "__get__":
                name = func.__self__.__name__
            with torch.no_grad():
                self._flow.after(name, args, named, result)
            tag = self._flow.tags.get(result) if isinstance(result, np.ndarray) else None
            if tag is not None:
                result = followed(result)
                self._flow.tags.put(result, tag)
        except Exception as error:
            self._flow.fail(error)
        return result
