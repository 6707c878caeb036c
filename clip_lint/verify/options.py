"""How to verify, as the command line or the configuration says. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DEVICES = ("auto", "cpu", "cuda", "mps")

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


@dataclass(frozen=True, slots=True)
class Verifying:
    """The options that go with ``--verify``, as typed: paths count from where the command runs."""

    verified_only: bool = False
    evidence_report: str | None = None
    model: str | None = None
    detector: str | None = None
    device: str = "auto"
    offline: bool = False
    fixtures: str | None = None
    images: str | None = None

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The options' names as Python spells them."""
        return tuple(field.name for field in fields(cls))

    @property
    def given(self) -> tuple[str, ...]:
        """The options that say something else than their defaults, as they are typed."""
        return tuple(
            f"--{field.name.replace('_', '-')}"
            for field in fields(self)
            if getattr(self, field.name) != field.default
        )

    def options(self, base: str, cache_folder: str | None, tell: Tell | None) -> VerifyOptions:
        """What the verifying room wants to know; ``base`` is where the command runs."""
        from pathlib import Path  # noqa: PLC0415 (the command line lists its options without it)

        fixtures, images, kept = (
            None if path is None else Path(base, path) for path in (self.fixtures, self.images, cache_folder)
        )
        return VerifyOptions(
            self.device, self.offline, self.model, self.detector, fixtures, images, kept, tell
        )
