"""How many threads pay for a model, on a machine with other things to do."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

_SMALL = 20_000_000
"""Below this many weights threads wait for each other longer than they work: on two busy cores they take six times as long."""


@contextlib.contextmanager
def fitting_threads(model: torch.nn.Module) -> Iterator[None]:
    """One thread for a small model, or where other programs have the cores, while the block runs; torch's own number otherwise."""
    before = torch.get_num_threads()
    is_small = sum(parameter.numel() for parameter in model.parameters()) < _SMALL
    del model  # what reloads it frees it first
    if is_small or _are_cores_taken():
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _are_cores_taken() -> bool:
    """Whether other programs want more than all cores: threads that wait for each other then take twice the time for images and more for texts."""
    try:
        waiting = os.getloadavg()[0]
    except (AttributeError, OSError):  # not on Windows
        return False
    return waiting > 2 * (os.cpu_count() or 1)
