"""What is to be read and how: small values that travel to workers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.source.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clip_lint.knowledge.versions import Versions
    from clip_lint.source.model import Source


@dataclass(frozen=True, slots=True)
class Scope:
    """What files share that are read with the same view of the tree.

    ``concerned`` are the files that use CLIP or import one that does, ``trained`` those that a training program imports, ``imported`` those
    that any other does.
    """

    roots: tuple[str, ...]
    base: str
    extra_libraries: tuple[str, ...]
    concerned: frozenset[str] = field(default=frozenset(), compare=False)
    trained: frozenset[str] = field(default=frozenset(), compare=False)
    imported: frozenset[str] = field(default=frozenset(), compare=False)

    def workspace(self, overlay: Mapping[str, Source] | None = None) -> Workspace:
        """A new, empty view of the tree."""
        return Workspace(
            [Path(root) for root in self.roots],
            Path(self.base),
            overlay,
            [Path(table) for table in self.extra_libraries],
            concerned=self.concerned,
            trained=self.trained,
            imported=self.imported,
        )


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read and what holds for it. ``is_read`` is false where only its suppressions are looked for."""

    path: str
    name: str
    versions: Versions
    scope: Scope
    is_read: bool = True
    seconds: float = field(default=0.0, compare=False)
    """Of processor time, that looking at the file took before."""
