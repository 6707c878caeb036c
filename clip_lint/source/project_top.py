"""The top of the project around a folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_INSTALLED = f"{os.sep}site-packages{os.sep}"


def project_root(folder: str) -> str:
    """The top of the project that ``folder`` belongs to: its repository, else where it is packaged, else itself."""
    return find_project(folder) or folder


def find_project(folder: str) -> str | None:
    """The top of the repository around ``folder``, else of what is packaged there; None where neither is."""
    return Tops().find(folder)


class Tops:
    """The tops of projects, looked for once in each folder."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str | None, str | None]] = {}

    def find(self, folder: str) -> str | None:
        """The top of the project around ``folder``; None where nothing marks one."""
        repository, packaged = self._look(folder)
        return repository or packaged

    def of(self, path: str, otherwise: Iterable[str]) -> str:
        """The top of the project that a file belongs to.

        What is installed is a project of its own. Where nothing marks a project, it is the largest of the folders ``otherwise``
        that holds the file, else its outermost package: what lies beside that is somebody else's.
        """
        folder = os.path.dirname(path)
        top = self.find(folder)
        start = path.rfind(_INSTALLED)
        if start >= len(top or "") and start >= 0:
            installed = start + len(_INSTALLED)
            return path[: path.find(os.sep, installed)] if os.sep in path[installed:] else folder
        if top is not None:
            return top
        holding = [
            each for each in otherwise if folder == each or folder.startswith(each.rstrip(os.sep) + os.sep)
        ]
        while os.path.lexists(os.path.join(os.path.dirname(folder), "__init__.py")):
            above = os.path.dirname(folder)
            if above == folder or not os.path.lexists(os.path.join(folder, "__init__.py")):
                break
            folder = above
        return min((*holding, folder), key=len)

    def _look(self, folder: str) -> tuple[str | None, str | None]:
        """The nearest repository at or above a folder, and the nearest package below that."""
        known = self._found.get(folder)
        if known is None:
            parent = os.path.dirname(folder)
            if os.path.lexists(os.path.join(folder, ".git")):
                known = folder, None
            else:
                above = self._look(parent) if parent != folder else (None, None)
                marked = any(os.path.lexists(os.path.join(folder, name)) for name in _PROJECT_FILES)
                known = above[0], folder if marked else above[1]
            self._found[folder] = known
        return known
