"""`[tool.clip-lint]` -> Settings: found upward from each file's folder, overridden by the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from clip_lint.settings.model import ConfigError, Settings

if TYPE_CHECKING:
    from clip_lint.settings.model import Overrides

CONFIG_NAMES = (".clip-lint.toml", "clip-lint.toml", "pyproject.toml")
"""In one folder the first of these that holds a configuration wins."""


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
    # Slow to load, and most projects need no configuration.
    import tomllib  # noqa: PLC0415

    from clip_lint.settings.table import TableReader  # noqa: PLC0415

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
    return TableReader(path, "tool.clip-lint." if in_pyproject else "").settings(table)
