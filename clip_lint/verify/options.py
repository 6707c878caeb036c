"""How to verify, as the command line or the configuration says. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clip_lint.settings.verifying import Verifying

Tell = Callable[[str, int, int], None]
"""Called with what is running, how many measurements are done and how many there are."""


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """What ``--device``, ``--offline``, ``--model``, ``--detector``, ``--fixtures`` and ``--images`` say.

    ``cache_folder`` keeps results (None: nothing is kept).
    """

    device: str = "auto"
    is_offline: bool = False
    model: str | None = None
    detector: str | None = None
    fixtures: Path | None = None
    images: Path | None = None
    cache_folder: Path | None = None
    tell: Tell | None = None
    processor: str | None = None
    budget: float | None = None
    sample: int | None = None
    started: float | None = None
    """When the budget began, on the monotonic clock; None: when measuring begins."""

    @classmethod
    def of(
        cls,
        verifying: Verifying,
        base: str,
        cache_folder: str | None,
        tell: Tell | None,
        started: float | None = None,
    ) -> VerifyOptions:
        """The options as typed, with their paths, which count from ``base``: where the command runs."""
        fixtures, images, kept = (
            None if path is None else Path(base, path)
            for path in (verifying.fixtures, verifying.images, cache_folder)
        )
        return cls(
            verifying.device,
            verifying.offline,
            verifying.model,
            verifying.detector,
            fixtures,
            images,
            kept,
            tell,
            verifying.processor,
            verifying.budget,
            verifying.sample,
            started,
        )
