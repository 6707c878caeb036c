"""`[tool.clip-lint]` -> Settings: found upward from each file's folder, overridden by the command line."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from clip_lint.core.files import MAX_SETTINGS, UnreadableError, leads_out, read_bytes
from clip_lint.core.toml import loads
from clip_lint.knowledge.documents import TableError
from clip_lint.knowledge.packs import pack_tables
from clip_lint.settings.boundary import project_of, user_folder
from clip_lint.settings.extending import DEEPEST
from clip_lint.settings.model import ConfigError, Settings

if TYPE_CHECKING:
    from clip_lint.settings.model import Overrides

CONFIG_NAMES = (".clip-lint.toml", "clip-lint.toml", "pyproject.toml")
"""In one folder the first of these that holds a configuration wins."""


class Configuration:
    """The settings of every folder; each configuration file is read once.

    Where no file is found around the linted code, the user's own holds. Above the folder ``top`` nothing is looked for.
    ``warnings`` tell what was not obeyed so far.
    """

    def __init__(
        self,
        overrides: Overrides,
        base: str,
        *,
        file: str | None = None,
        isolated: bool = False,
        top: str | None = None,
    ) -> None:
        self._overrides = overrides
        self._base = base
        self._top = top
        self._fixed: Settings | None = None
        self._folders: dict[str, Settings] = {}
        self.warnings: list[str] = []
        if isolated:
            self._fixed = self._finished(Settings(base))
        elif file is not None:
            path = os.path.normpath(os.path.join(base, file))
            self._fixed = self._finished(self._settings(path, is_own=True, required=True) or Settings(base))

    def for_folder(self, folder: str) -> Settings:
        """The settings of the nearest configuration at or above ``folder``; the defaults count from where we run."""
        if self._fixed is not None:
            return self._fixed
        if folder not in self._folders:
            found = self._in(folder, is_own=False)
            parent = os.path.dirname(folder)
            if found is not None:
                self._folders[folder] = self._finished(found)
            elif folder in (parent, self._top):
                self._folders[folder] = self._finished(self._users())
            else:
                self._folders[folder] = self.for_folder(parent)
        return self._folders[folder]

    def _finished(self, settings: Settings) -> Settings:
        """With what the command line says, and the tables that are installed beside us: they are no part of a project's configuration."""
        settings = self._overrides.over(settings)
        try:
            tables = pack_tables()
        except TableError as error:
            raise ConfigError(str(error)) from None
        return replace(settings, extra_libraries=(*tables, *settings.extra_libraries)) if tables else settings

    def _in(self, folder: str, *, is_own: bool) -> Settings | None:
        """What the first configuration in a folder says, None where there is none."""
        for name in CONFIG_NAMES:
            found = self._settings(os.path.join(folder, name), is_own=is_own)
            if found is not None:
                return found
        return None

    def _users(self) -> Settings:
        """The user's own settings, else the defaults."""
        folder = user_folder()
        found = self._in(folder, is_own=True) if folder is not None else None
        return found or Settings(self._base)

    def _settings(
        self, path: str, *, is_own: bool, required: bool = False, depth: int = 0
    ) -> Settings | None:
        """The settings in a file, None where it holds none; ConfigError where they are wrong."""
        if not os.path.lexists(path) and not required:
            return None
        if not is_own and os.path.islink(path) and leads_out(path, project_of(os.path.dirname(path))):
            self.warnings.append(f"{path}: warning: not read: it is a link that leads out of the project")
            return None
        try:
            data = read_bytes(path, MAX_SETTINGS)
        except UnreadableError as error:
            if required:
                raise ConfigError(f"{path}: {error}") from None
            if os.path.exists(path) and not os.path.isdir(path):
                self.warnings.append(f"{path}: warning: not read: {error}")
            return None
        in_pyproject = os.path.basename(path) == "pyproject.toml"
        if in_pyproject and b"[tool.clip_lint" in data:
            self.warnings.append(
                f"{path}: warning: not read: [tool.clip_lint]; the table is [tool.clip-lint]"
            )
        if in_pyproject and not required and b"clip-lint" not in data:
            return None
        table = _table(path, data, in_pyproject=in_pyproject, required=required)
        if table is None:
            return None
        from clip_lint.settings.table import TableReader  # noqa: PLC0415  (most projects need no configuration)

        # Paths in a file count from its folder, in the user's own from where we run.
        base = self._base if is_own and not required else os.path.dirname(path)
        reader = TableReader(path, "tool.clip-lint." if in_pyproject else "", base, is_own=is_own)
        below = None
        if (other := reader.extends(table)) is not None:
            if depth == DEEPEST:
                raise ConfigError(f"{path}: more than {DEEPEST} configurations build on each other")
            below = self._settings(other, is_own=is_own, required=True, depth=depth + 1)
        found = reader.settings(table, below)
        self.warnings += reader.warnings
        return found


def _table(path: str, data: bytes, *, in_pyproject: bool, required: bool) -> dict[str, Any] | None:
    """The table of ours in a file, None where it holds none and need not."""
    try:
        document = loads(data.decode("utf-8-sig"))
    except ValueError as error:  # no TOML, no UTF-8, or a number of thousands of digits
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
    return table
