"""How many threads pay for a model."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

_SMALL = 20_000_000
"""Below this many weights threads wait for each other longer than they work: on two busy cores they take six times as long."""


@contextlib.contextmanager
def fitting_threads(model: torch.nn.Module) -> Iterator[None]:
    """One thread for a small model while the block runs, torch's own number for others."""
    before = torch.get_num_threads()
    if sum(parameter.numel() for parameter in model.parameters()) < _SMALL:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
