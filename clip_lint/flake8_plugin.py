"""clip-lint inside flake8, which finds it by its entry point: its findings as flake8's own, with the prefix CLP."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from clip_lint.core.escaping import printable
from clip_lint.core.unreadable import CODE
from clip_lint.core.version import __version__
from clip_lint.engine.project import Project
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import ConfigError, Overrides
from clip_lint.source.decoding import encoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.syntax import nodes


class Plugin:
    """What flake8 makes for each file; the configuration is clip-lint's own."""

    name = "clip-lint"
    version = __version__

    def __init__(self, tree: nodes.AST, filename: str, lines: Sequence[str]) -> None:
        del tree  # flake8 takes a plugin that asks for it for one that reads whole files
        self._name = "stdin.py" if filename in ("-", "stdin") else filename
        self._text = "".join(lines)

    def run(self) -> Iterator[tuple[int, int, str, type[Any]]]:
        """Line (from 1), column (from 0), text with its code, and this class, for each finding."""
        try:
            outcome = _project(os.getcwd()).lint_text(encoded(self._text), self._name)
        except ConfigError as error:
            yield 1, 0, f"{CODE} {printable(str(error))}", type(self)
            return
        for finding in outcome.reported:
            start = finding.place.start
            yield start.line, start.column - 1, f"{finding.code} {printable(finding.message)}", type(self)
        for problem in outcome.problems:
            if not problem.line:  # what does not parse flake8 reports itself
                yield 1, 0, f"{CODE} {printable(problem.message)}", type(self)


@lru_cache(maxsize=4)
def _project(base: str) -> Project:
    """One project for all files, so that it is looked at once."""
    return Project(Configuration(Overrides(), base), base)
