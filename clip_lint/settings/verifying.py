"""The options that go with ``--verify``."""

from __future__ import annotations

from dataclasses import dataclass, fields

DEVICES = ("auto", "cpu", "cuda", "mps")


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
    processor: str | None = None
    budget: float | None = None
    sample: int | None = None

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
