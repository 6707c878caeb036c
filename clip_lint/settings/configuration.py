"""`[tool.clip-lint]` -> Settings: found upward from each file's folder, checked, overridden by the command line."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from clip_lint.core.finding import Severity
from clip_lint.report import FORMATS
from clip_lint.settings.selection import Stage, enabled, matches, nearest, unknown
from clip_lint.source.globs import globs
from clip_lint.verify.options import Verifying

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clip_lint.core.cards import Rule

DEFAULT_EXCLUDE = (
    ".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d",
    ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pypackages__", "_build",
    "buck-out", "build", "dist", "node_modules", "site-packages", "venv",
)  # fmt: skip
"""Ruff's defaults: a tree that Ruff lints, clip-lint lints too."""

CONFIG_NAMES = (".clip-lint.toml", "clip-lint.toml", "pyproject.toml")
"""In one folder the first of these that holds a configuration wins."""


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

    def ignored_in(self, path: str, rules: Mapping[str, Rule]) -> frozenset[str]:
        """The codes that `per-file-ignores` turns off for the file at ``path`` (absolute)."""
        name = os.path.basename(path)
        off: set[str] = set()
        for pattern, selectors in self.per_file_ignores:
            negated = pattern.startswith("!")
            if globs((pattern.removeprefix("!"),), self.base).match(path, name) != negated:
                off.update(
                    code
                    for code, rule in rules.items()
                    if any(matches(s, code, rule.name) for s in selectors)
                )
        return frozenset(off)


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


class Configuration:
    """The settings of every folder; each configuration file is read once."""

    def __init__(
        self, overrides: Overrides, base: str, *, file: str | None = None, isolated: bool = False
    ) -> None:
        self._overrides = overrides
        self._base = base
        self._fixed: Settings | None = None
        self._folders: dict[str, Settings] = {}
        if isolated:
            self._fixed = overrides.over(Settings(base))
        elif file is not None:
            path = os.path.normpath(os.path.join(base, file))
            self._fixed = overrides.over(_settings(path, required=True) or Settings(base))

    def for_folder(self, folder: str) -> Settings:
        """The settings of the nearest configuration at or above ``folder``; the defaults count from where we run."""
        if self._fixed is not None:
            return self._fixed
        if folder not in self._folders:
            found = None
            for name in CONFIG_NAMES:
                found = _settings(os.path.join(folder, name), required=False)
                if found is not None:
                    break
            parent = os.path.dirname(folder)
            if found is not None:
                self._folders[folder] = self._overrides.over(found)
            elif parent == folder:
                self._folders[folder] = self._overrides.over(Settings(self._base))
            else:
                self._folders[folder] = self.for_folder(parent)
        return self._folders[folder]


def _settings(path: str, *, required: bool) -> Settings | None:
    """The settings in a file, None where it holds none; ConfigError where they are wrong."""
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
        if required:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
        return None
    in_pyproject = os.path.basename(path) == "pyproject.toml"
    if in_pyproject and not required and b"clip-lint" not in data:
        return None
    import tomllib  # noqa: PLC0415  (slow to load, and most projects need no configuration)

    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from None
    table: object = document
    if in_pyproject:
        tool = document.get("tool")
        table = tool.get("clip-lint") if isinstance(tool, dict) else None
        if table is None:
            if required:
                raise ConfigError(f"{path}: has no table [tool.clip-lint]")
            return None
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: `tool.clip-lint` must be a table")
    return _Reader(path, "tool.clip-lint." if in_pyproject else "").settings(table)


class _Reader:
    """One configuration file's table -> Settings; every complaint names the file and the key."""

    def __init__(self, path: str, prefix: str, base: str | None = None) -> None:
        self._path = path
        self._prefix = prefix
        self._base = os.path.dirname(path) if base is None else base
        self._readers: dict[str, Callable[[str, Any], dict[str, Any]]] = {
            "select": self._selectors,
            "ignore": self._selectors,
            "extend-select": self._selectors,
            "preview": self._flag,
            "min-severity": self._severity,
            "exclude": self._patterns,
            "extend-exclude": self._patterns,
            "force-exclude": self._flag,
            "respect-gitignore": self._flag,
            "per-file-ignores": self._per_file_ignores,
            "target-versions": self._target_versions,
            "severity": self._severities,
            "extra-libraries": self._libraries,
            "output-format": self._formats,
            "output-file": self._path_value,
            "baseline": self._path_value,
            "statistics": self._flag,
            "show-suppressed": self._flag,
            "show-fixes": self._flag,
            "exit-zero": self._flag,
            "fix": self._flag,
            "unsafe-fixes": self._flag,
            "fix-only": self._flag,
            "exit-non-zero-on-fix": self._flag,
            "verify": self._flag,
            "extend-safe-fixes": self._selectors,
            "extend-unsafe-fixes": self._selectors,
            "quiet": self._flag,
            "color": self._color,
            "cache": self._flag,
            "cache-dir": self._path_value,
            "workers": self._workers,
        }

    def settings(self, table: Mapping[str, Any]) -> Settings:
        values, stage = self.values(table)
        return Settings(self._base, self._path, (stage,), **values)

    def values(self, table: Mapping[str, Any]) -> tuple[dict[str, Any], Stage]:
        """The settings that a table gives by their names, and its selectors."""
        values: dict[str, Any] = {}
        for key, value in table.items():
            reader = self._readers.get(key)
            if reader is None:
                raise self._error(key, f"unknown key{nearest(key, self._readers)}")
            values.update(reader(key, value))
        stage = Stage(values.pop("select", None), values.pop("extend_select", ()), values.pop("ignore", ()))
        return values, stage

    def _error(self, key: str, message: str) -> ConfigError:
        return ConfigError(f"{self._path}: `{self._prefix}{key}`: {message}")

    def _strings(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._error(key, "must be a list of strings")
        return tuple(value)

    def _selectors(self, key: str, value: Any) -> dict[str, Any]:
        selectors = self._strings(key, value)
        self._check_selectors(key, selectors)
        return {key.replace("-", "_"): selectors}

    def _check_selectors(self, key: str, selectors: tuple[str, ...]) -> None:
        for selector in selectors:
            complaint = unknown(selector, rules())
            if complaint:
                raise self._error(key, complaint)

    def _flag(self, key: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, bool):
            raise self._error(key, "must be true or false")
        return {key.replace("-", "_"): value}

    def _severity(self, key: str, value: Any) -> dict[str, Any]:
        return {"min_severity": self._severity_value(key, value)}

    def _severity_value(self, key: str, value: Any) -> Severity:
        names = [str(severity) for severity in Severity]
        if not isinstance(value, str) or value not in names:
            raise self._error(key, f"must be one of {', '.join(names)}{nearest(str(value), names)}")
        return Severity.named(value)

    def _patterns(self, key: str, value: Any) -> dict[str, Any]:
        patterns = self._strings(key, value)
        complaint = bad_pattern(patterns, self._base)
        if complaint:
            raise self._error(key, complaint)
        return {key.replace("-", "_"): patterns}

    def _per_file_ignores(self, key: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._error(key, 'must be a table of patterns, as in "tests/*" = ["CLP402"]')
        found = []
        for pattern, selectors in value.items():
            codes = self._strings(f'{key}."{pattern}"', selectors)
            self._check_selectors(f'{key}."{pattern}"', codes)
            complaint = bad_pattern((pattern.removeprefix("!"),), self._base)
            if complaint:
                raise self._error(key, complaint)
            found.append((pattern, codes))
        return {"per_file_ignores": tuple(found)}

    def _target_versions(self, key: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._error(key, 'must be a table, as in transformers = ">=4.40,<5"')
        found = []
        for package, version in value.items():
            text = (
                str(version)
                if isinstance(version, int | float) and not isinstance(version, bool)
                else version
            )
            if not isinstance(text, str):
                raise self._error(
                    f"{key}.{package}", 'must be a version or a range, as in "5" or ">=4.40,<5"'
                )
            try:
                found.append(target_version(package, text))
            except ConfigError as error:
                raise self._error(f"{key}.{package}", str(error)) from None
        return {"target_versions": tuple(sorted(found))}

    def _severities(self, key: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._error(key, 'must be a table, as in CLP402 = "note"')
        found = []
        for selector, name in value.items():
            self._check_selectors(f"{key}.{selector}", (selector,))
            found.append((selector, self._severity_value(f"{key}.{selector}", name)))
        return {"severity": tuple(found)}

    def _libraries(self, key: str, value: Any) -> dict[str, Any]:
        paths = tuple(os.path.normpath(os.path.join(self._base, path)) for path in self._strings(key, value))
        from clip_lint.knowledge.documents import TableError, read_document  # noqa: PLC0415

        for path in paths:
            if not os.path.isfile(path):
                raise self._error(key, f"no such file: {path}")
            try:
                read_document(path)
            except TableError as error:
                raise ConfigError(str(error)) from None
        return {"extra_libraries": paths}

    def _formats(self, key: str, value: Any) -> dict[str, Any]:
        formats = (value,) if isinstance(value, str) else self._strings(key, value)
        for text in formats:
            complaint = bad_format(text)
            if complaint:
                raise self._error(key, complaint)
        return {"output_format": formats}

    def _path_value(self, key: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, str) or not value:
            raise self._error(key, "must be a path")
        return {key.replace("-", "_"): os.path.normpath(os.path.join(self._base, value))}

    def _color(self, key: str, value: Any) -> dict[str, Any]:
        names = ("auto", "always", "never")
        if value not in names:
            raise self._error(key, f"must be one of {', '.join(names)}")
        return {"color": value}

    def _workers(self, key: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._error(key, "must be a number of processes, or 0 for one per processor")
        return {"workers": value}


def overrides_in(table: Mapping[str, Any], where: str, base: str) -> Overrides:
    """What an editor's settings say, with the keys of `[tool.clip-lint]`; ConfigError where they are wrong.

    ``where`` is how messages call them, ``base`` the folder that their paths count from.
    """
    values, stage = _Reader(where, "", base).values(table)
    return Overrides(values, stage)


def rules() -> Mapping[str, Rule]:
    """The rule cards, loaded only once a selector or a finding needs them."""
    from clip_lint.core.cards import load_rules  # noqa: PLC0415  (45 cards to read)

    return load_rules()


def target_version(package: str, text: str) -> tuple[str, str]:
    """``transformers``, ``5`` -> the distribution's normalised name and a specifier; ConfigError says what is wrong."""
    from clip_lint.engine.pins import specifier_of  # noqa: PLC0415  (only where versions are given)
    from clip_lint.knowledge.versions import canonical, newest  # noqa: PLC0415

    name = canonical(package)
    if name not in newest():
        raise ConfigError(f"no rule depends on the version of {package!r}{nearest(name, newest())}")
    specifier = specifier_of(text)
    if specifier is None:
        raise ConfigError(f"{text!r} is neither a version nor a range such as '>=4.40,<5'")
    return name, specifier


def bad_pattern(patterns: tuple[str, ...], base: str) -> str | None:
    """What is wrong with path patterns, None where nothing is."""
    import re  # noqa: PLC0415

    for pattern in patterns:
        try:
            globs((pattern,), base)
        except re.error as error:
            return f"{pattern!r} is not a path pattern: {error}"
    return None


def bad_format(text: str) -> str | None:
    """What is wrong with ``FORMAT`` or ``FORMAT:PATH``, None where nothing is."""
    name, colon, path = text.partition(":")
    if name not in FORMATS:
        return f"no output format {name!r} ({', '.join(FORMATS)}){nearest(name, FORMATS)}"
    return f"{text!r} names no file after the colon" if colon and not path else None


def _merged(
    under: tuple[tuple[str, str], ...], over: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({**dict(under), **dict(over)}.items()))
