"""Findings -> what people and programs read. Each format is a module with a class: `json.JsonReport`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TextIO

from clip_lint.settings.formats import FORMATS

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.source.excerpts import Excerpts

LINES = frozenset({"text", "concise", "jsonl", "github", "azure", "pylint"})
"""The formats that say nothing where nothing was found; the others are documents, which a program expects to be there."""


class Report(Protocol):
    """One format."""

    def write(
        self, findings: tuple[Finding, ...], excerpts: Excerpts, stream: TextIO, *, color: bool
    ) -> None:
        """Write ``findings``, which are in order of place, to ``stream``; ``excerpts`` gives the lines they stand on."""


def report(name: str) -> Report:
    """The format called ``name``; KeyError if there is none. Only the one that is used is loaded."""
    if name not in FORMATS:
        raise KeyError(name)
    made: Report = getattr(import_module(f"clip_lint.report.{name}"), f"{name.capitalize()}Report")()
    return made
