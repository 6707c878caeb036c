"""Findings -> what people and programs read. One module with one class for each format."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from clip_lint.core.finding import Finding
    from clip_lint.source.excerpts import Excerpts

_CLASSES = {
    "text": ("clip_lint.report.text", "TextReport"),
    "concise": ("clip_lint.report.concise", "ConciseReport"),
    "json": ("clip_lint.report.json", "JsonReport"),
    "jsonl": ("clip_lint.report.jsonl", "JsonlReport"),
    "github": ("clip_lint.report.github", "GithubReport"),
    "gitlab": ("clip_lint.report.gitlab", "GitlabReport"),
    "azure": ("clip_lint.report.azure", "AzureReport"),
    "sarif": ("clip_lint.report.sarif", "SarifReport"),
    "junit": ("clip_lint.report.junit", "JunitReport"),
    "rdjson": ("clip_lint.report.rdjson", "RdjsonReport"),
    "pylint": ("clip_lint.report.pylint", "PylintReport"),
    "markdown": ("clip_lint.report.markdown", "MarkdownReport"),
    "html": ("clip_lint.report.html", "HtmlReport"),
}

FORMATS = tuple(_CLASSES)
"""The names of the formats; a new one is a module with a class and a line above."""

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
    module, cls = _CLASSES[name]
    made: Report = getattr(import_module(module), cls)()
    return made
