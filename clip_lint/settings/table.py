"""A configuration file's table, or an editor's settings -> Settings; every complaint names the file and the key."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from clip_lint.core.finding import Severity
from clip_lint.core.unreadable import CODE, NAME
from clip_lint.core.version import __version__
from clip_lint.knowledge.documents import TableError, read_document
from clip_lint.settings.boundary import obeyed, project_of
from clip_lint.settings.extending import extended
from clip_lint.settings.keys import KEYS
from clip_lint.settings.model import ConfigError, Overrides, Settings
from clip_lint.settings.selection import Stage, matches, nearest, unknown
from clip_lint.settings.values import bad_format, bad_pattern, rules, specifier_of, target_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


EXTEND = "extend"


class TableReader:
    """One configuration file's table -> Settings; every complaint names the file and the key.

    ``is_own`` is whether the user said it, not the linted tree. ``warnings`` tell what was not obeyed.
    """

    def __init__(self, path: str, prefix: str, base: str | None = None, *, is_own: bool) -> None:
        self._path = path
        self._is_own = is_own
        self.warnings: list[str] = []
        self._prefix = prefix
        self._base = os.path.dirname(path) if base is None else base
        self._readers: dict[str, Callable[[str, Any], dict[str, Any]]] = {
            name: getattr(self, f"_{key.kind}") for name, key in KEYS.items()
        }

    def settings(self, table: Mapping[str, Any], below: Settings | None = None) -> Settings:
        """The settings that a table gives, over those that it builds on."""
        values, stage = self.values({key: value for key, value in table.items() if key != EXTEND})
        if below is not None:
            return extended(below, self._base, self._path, values, stage)
        return Settings(self._base, self._path, (stage,), **values)

    def extends(self, table: Mapping[str, Any]) -> str | None:
        """The path of the configuration that a table builds on."""
        if EXTEND not in table:
            return None
        value = table[EXTEND]
        if not self._is_own:
            value = self._obeyed(EXTEND, value)
        path: str | None = None if value is None else self._path_value(EXTEND, value)[EXTEND]
        return path

    def values(self, table: Mapping[str, Any]) -> tuple[dict[str, Any], Stage]:
        """The settings that a table gives by their names, and its selectors."""
        values: dict[str, Any] = {}
        for key, value in table.items():
            reader = self._readers.get(key)
            if reader is None:
                raise self._error(key, f"unknown key{nearest(key, self._readers)}")
            said = value if self._is_own else self._obeyed(key, value)
            if said is not None:
                values.update(reader(key, said))
        stage = Stage(values.pop("select", None), values.pop("extend_select", ()), values.pop("ignore", ()))
        return values, stage

    def _obeyed(self, key: str, value: Any) -> Any:
        """What a configuration that came with the linted tree may say, None for nothing."""
        said, complaint = obeyed(key, value, self._base, project_of(os.path.dirname(self._path)))
        if complaint:
            self.warnings.append(f"{self._path}: warning: `{self._prefix}{key}`: {complaint}")
        return said

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
            named = tuple(code for code in codes if not matches(code, CODE, NAME))
            self._check_selectors(f'{key}."{pattern}"', named)
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
        for path in paths:
            if not os.path.exists(path):
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
        if not isinstance(value, str) or not value or "\0" in value:
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

    def _required_version(self, key: str, value: Any) -> dict[str, Any]:
        from packaging.specifiers import SpecifierSet  # noqa: PLC0415  (few configurations ask for a version)

        specifier = specifier_of(value) if isinstance(value, str) else None
        if specifier is None:
            raise self._error(key, "must be a version or a range, as in '>=0.2,<1'")
        if not SpecifierSet(specifier).contains(__version__, prereleases=True):
            raise self._error(key, f"{value} is wanted, this is clip-lint {__version__}")
        return {}


def overrides_in(table: Mapping[str, Any], where: str, base: str) -> Overrides:
    """What an editor's settings say, with the keys of `[tool.clip-lint]`; ConfigError where they are wrong.

    ``where`` is how messages call them, ``base`` the folder that their paths count from.
    """
    if EXTEND in table:
        raise ConfigError(f"{where}: `{EXTEND}`: only a configuration file builds on another")
    values, stage = TableReader(where, "", base, is_own=True).values(table)
    return Overrides(values, stage)
