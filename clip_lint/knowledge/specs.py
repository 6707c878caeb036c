"""Entries of the library tables: what one call means, and what the factories of a class give."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Spec:
    """What one call means."""

    op: str
    library: str
    signature: tuple[str, ...] = ()
    keywords: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        """A constant of the entry."""
        return self.options.get(name, default)


@dataclass(frozen=True)
class ClassSpec:
    """A class whose factories give a model or a component."""

    kind: str
    library: str
    family: str | None
    part: str
    factory: Spec
