"""How to verify, as the command line or the configuration says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """What ``--device``, ``--offline``, ``--model``, ``--detector``, ``--fixtures`` and ``--images`` say.

    ``cache_folder`` keeps results (None: nothing is kept). ``tell`` is called with what is running, how many
    measurements are done and how many there are.
    """

    device: str = "auto"
    is_offline: bool = False
    model: str | None = None
    detector: str | None = None
    fixtures: Path | None = None
    images: Path | None = None
    cache_folder: Path | None = None
    tell: Callable[[str, int, int], None] | None = None
