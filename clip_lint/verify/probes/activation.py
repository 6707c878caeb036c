"""GELU and QuickGELU exchanged, for CLP306."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACTIVATIONS = ("activation_fn", "gelu", "act")


class _QuickGelu(torch.nn.Module):
    """x * sigmoid(1.702 x), the activation of OpenAI's models."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.sigmoid(1.702 * x)


@contextlib.contextmanager
def other_activation(model: torch.nn.Module) -> Iterator[int]:
    """GELU for QuickGELU and QuickGELU for GELU in every block; yields how many were exchanged."""
    exchanged: list[tuple[torch.nn.Module, str, torch.nn.Module]] = []
    for module in model.modules():
        for name in _ACTIVATIONS:
            old = getattr(module, name, None)
            if isinstance(old, torch.nn.Module) and "gelu" in type(old).__name__.lower():
                exchanged.append((module, name, old))
    for module, name, old in exchanged:
        setattr(module, name, torch.nn.GELU() if "quick" in type(old).__name__.lower() else _QuickGelu())
    try:
        yield len(exchanged)
    finally:
        for module, name, old in exchanged:
            setattr(module, name, old)
