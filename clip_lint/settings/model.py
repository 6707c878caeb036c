"""The settings of a folder's files, and what the command line puts over them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from clip_lint.core.finding import Severity
from clip_lint.core.unreadable import CODE, NAME
from clip_lint.settings.globs import globs
from clip_lint.settings.selection import Stage, enabled, matches
from clip_lint.settings.verifying import Verifying

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clip_lint.core.cards import Rule

DEFAULT_EXCLUDE = (
    ".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d",
    ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pypackages__", "_build",
    "buck-out", "build", "dist", "node_modules", "site-packages", "venv",
)  # fmt: skip
"""Ruff's defaults: a tree that Ruff lints, clip-lint lints too."""


class ConfigError(Exception):
    """The configuration or an option cannot be used; the message names file, key and remedy."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the files of one folder are linted.

    ``base`` is the folder that relative patterns and paths count from. ``stages`` hold the rule selectors in the order
    in which they apply. ``file`` is the configuration file, empty where there is none.
    """

    base: str
    file: str = ""
    stages: tuple[Stage, ...] = ()
    preview: bool = False
    min_severity: Severity = Severity.WARNING
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    target_versions: tuple[tuple[str, str], ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    extra_libraries: tuple[str, ...] = ()
    output_format: tuple[str, ...] = ()
    output_file: str | None = None
    baseline: str | None = None
    statistics: bool = False
    show_suppressed: bool = False
    show_fixes: bool = False
    exit_zero: bool = False
    fix: bool = False
    unsafe_fixes: bool = False
    fix_only: bool = False
    exit_non_zero_on_fix: bool = False
    verify: bool = False
    verifying: Verifying = field(default_factory=Verifying)
    """What goes with `verify`; only the command line says it."""
    extend_safe_fixes: tuple[str, ...] = ()
    extend_unsafe_fixes: tuple[str, ...] = ()
    """Selectors of rules whose fixes are taken for safe, or for unsafe, whatever the card says; unsafe wins."""
    quiet: bool = False
    color: str = "auto"
    ignore_noqa: bool = False
    """Whether comments silence nothing; only the command line says it."""
    cache: bool = True
    cache_dir: str | None = None
    workers: int = 0
    """0 stands for one per processor, where that pays."""

    def excludes(self, path: str, name: str) -> bool:
        """Whether a file or folder (absolute path and its last part) is left out."""
        return globs(self.exclude + self.extend_exclude, self.base).match(path, name)

    def codes(self, rules: Mapping[str, Rule]) -> frozenset[str]:
        """The codes that are on, before `per-file-ignores`."""
        return enabled(self.stages, rules, preview=self.preview)

    def allows_unreadable(self, path: str) -> bool:
        """Whether `per-file-ignores` lists CLP000 for the file at ``path`` (absolute)."""
        return bool(self.per_file_ignores) and any(
            matches(selector, CODE, NAME) for selector in self._ignored_for(path)
        )

    def ignored_in(self, path: str, rules: Mapping[str, Rule]) -> frozenset[str]:
        """The codes that `per-file-ignores` turns off for the file at ``path`` (absolute)."""
        selectors = list(self._ignored_for(path))
        return frozenset(
            code for code, rule in rules.items() if any(matches(s, code, rule.name) for s in selectors)
        )

    def _ignored_for(self, path: str) -> Iterator[str]:
        """The selectors of `per-file-ignores` that hold for a file."""
        name = os.path.basename(path)
        for pattern, selectors in self.per_file_ignores:
            negated = pattern.startswith("!")
            if globs((pattern.removeprefix("!"),), self.base).match(path, name) != negated:
                yield from selectors


@dataclass(frozen=True)
class Overrides:
    """What the command line says: the settings it replaces by name, and its own stage of selectors."""

    values: Mapping[str, Any] = field(default_factory=dict)
    stage: Stage = field(default_factory=Stage)

    def over(self, settings: Settings) -> Settings:
        """``settings`` with the command line's word last."""
        values = dict(self.values)
        values["extend_exclude"] = settings.extend_exclude + tuple(values.get("extend_exclude", ()))
        values["target_versions"] = _merged(settings.target_versions, values.get("target_versions", ()))
        values["stages"] = (*settings.stages, self.stage)
        return replace(settings, **values)


def _merged(
    under: tuple[tuple[str, str], ...], over: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({**dict(under), **dict(over)}.items()))
