"""Paths or a program -> findings, in one call: a project that is made, asked once and forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.engine.project import Project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.engine.funnel import Steps
    from clip_lint.engine.outcome import Outcome
    from clip_lint.engine.project import Progress
    from clip_lint.settings.configuration import Configuration


def lint(
    paths: Sequence[str],
    configuration: Configuration,
    base: str,
    *,
    isolated: bool = False,
    steps: Steps | None = None,
    progress: Progress | None = None,
    fixes: bool = True,
) -> Outcome:
    """The findings in all files that ``paths`` (relative to the folder ``base``) stand for."""
    return Project(configuration, base, isolated=isolated, steps=steps).lint(
        paths, progress=progress, fixes=fixes
    )


def lint_text(
    data: bytes,
    name: str,
    configuration: Configuration,
    base: str,
    *,
    isolated: bool = False,
    steps: Steps | None = None,
    fixes: bool = True,
) -> Outcome:
    """The findings in ``data``, linted as if it were the content of the file ``name``."""
    return Project(configuration, base, isolated=isolated, steps=steps).lint_text(data, name, fixes=fixes)
