"""What codemods ask about the project around a file: library versions, and who wants gradients through it."""

from __future__ import annotations

from typing import Protocol

from clip_lint.knowledge.versions import Versions
from clip_lint.syntax.width import usual_width


class Project(Protocol):
    """A file's surroundings."""

    @property
    def versions(self) -> Versions:
        """The library versions that the file runs with."""

    @property
    def line_length(self) -> int | None:
        """How long its formatter lets lines be, None where the project has none."""

    def width(self, text: str) -> int:
        """How long the file lets its lines be, whose program is ``text``."""

    def is_trained_with(self, path: str) -> bool:
        """Whether a file that imports this one, at whatever remove, trains something or takes gradients."""

    def is_imported(self, path: str) -> bool:
        """Whether another file of the project imports this one."""

    def names_elsewhere(self, path: str, text: str) -> bool:
        """Whether another file of the project that uses CLIP has a string that is this text."""


class Alone:
    """A file without a project: nobody imports it."""

    def __init__(self, versions: Versions | None = None) -> None:
        self.versions = versions or Versions()
        self.line_length: int | None = None

    def width(self, text: str) -> int:
        """How long its lines are."""
        return usual_width(text, self.line_length).limit

    def is_trained_with(self, path: str) -> bool:  # noqa: ARG002
        """Nobody does."""
        return False

    def is_imported(self, path: str) -> bool:  # noqa: ARG002
        """Nobody does."""
        return False

    def names_elsewhere(self, path: str, text: str) -> bool:  # noqa: ARG002
        """Nobody does."""
        return False
