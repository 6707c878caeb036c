"""clip-lint: a static linter for code that uses CLIP-style image-text models.

The Python API is `lint_paths`, `lint_source` and `query`, and the values that they give. Importing the package loads none
of it until it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clip_lint.api import LintResult, lint_paths, lint_source, query
    from clip_lint.core.finding import Applicability, Edit, Finding, Fix, Related, Severity
    from clip_lint.core.place import Place, Position
    from clip_lint.core.problem import Problem
    from clip_lint.core.version import __version__
    from clip_lint.engine.query import Answer
    from clip_lint.knowledge.alternatives import Alternative
    from clip_lint.observation.watching import observe
    from clip_lint.settings.model import ConfigError

__all__ = [
    "Alternative",
    "Answer",
    "Applicability",
    "ConfigError",
    "Edit",
    "Finding",
    "Fix",
    "LintResult",
    "Place",
    "Position",
    "Problem",
    "Related",
    "Severity",
    "__version__",
    "lint_paths",
    "lint_source",
    "observe",
    "query",
]

_HOMES = {
    "clip_lint.knowledge.alternatives": ("Alternative",),
    "clip_lint.engine.query": ("Answer",),
    "clip_lint.api": ("LintResult", "lint_paths", "lint_source", "query"),
    "clip_lint.settings.model": ("ConfigError",),
    "clip_lint.core.finding": ("Applicability", "Edit", "Finding", "Fix", "Related", "Severity"),
    "clip_lint.core.place": ("Place", "Position"),
    "clip_lint.core.problem": ("Problem",),
    "clip_lint.core.version": ("__version__",),
    "clip_lint.observation.watching": ("observe",),
}


def __getattr__(name: str) -> object:
    """Load a name of the API at its first use."""
    from importlib import import_module  # noqa: PLC0415

    for module, names in _HOMES.items():
        if name in names:
            value: object = getattr(import_module(module), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'clip_lint' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
