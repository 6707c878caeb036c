"""Which file an import means: the module search path of a tree, without running anything."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from clip_lint.core.files import Inside
from clip_lint.source.project_top import project_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Modules:
    """The modules of a tree: the folders ``roots`` and the projects around them.

    ``unsaved`` are files that only an editor holds. What was looked up is kept: folders are listed once.
    """

    def __init__(self, roots: Sequence[str], unsaved: Iterable[str] = ()) -> None:
        self.roots = tuple(dict.fromkeys((*roots, *(project_root(root) for root in roots))))
        self._unsaved: dict[str, set[str]] = {}
        for path in unsaved:
            self._unsaved.setdefault(os.path.dirname(path), set()).add(os.path.basename(path))
        self._real = Inside(self.roots)
        self._folders: dict[str, frozenset[str] | None] = {}
        self._search: dict[str, tuple[str, ...]] = {}
        self._found: dict[tuple[str, str, int], str | None] = {}

    def contains(self, path: str) -> bool:
        """Whether an absolute path lies in the tree; what is installed inside a project is not part of it."""
        for root in self.roots:
            prefix = root.rstrip(os.sep) + os.sep
            if path.startswith(prefix) and f"{os.sep}site-packages{os.sep}" not in path[len(prefix) - 1 :]:
                return True
        return False

    def reaches(self, path: str) -> bool:
        """Whether a path of the tree is still one of the tree where links on its way lead."""
        return self.contains(path) and self._real.holds(path)

    def resolve(self, module: str, level: int, importer: str, more: Sequence[str] = ()) -> str | None:
        """The file that ``importer`` means by ``module`` (``level`` leading dots); None if the tree has none.

        ``more`` are folders that the importer puts on its search path: they come last.
        """
        key = (os.path.dirname(importer), module, level)
        if key not in self._found:
            self._found[key] = self._resolve(module, level, key[0], "")
        found = self._found[key]
        if found == importer:  # a module does not import itself: the name is another one's, further up
            found = self._resolve(module, level, key[0], importer)
        if found is None and more and not level:
            parts = module.split(".")
            inside = (self._inside(self._find(folder, parts), importer) for folder in more)
            found = next(filter(None, inside), None)
        return found

    def _resolve(self, module: str, level: int, folder: str, importer: str) -> str | None:
        parts = module.split(".") if module else []
        if level:
            for _ in range(level - 1):
                folder = os.path.dirname(folder)
            return self._inside(self._find(folder, parts), importer)
        for root in self._search_path(folder):
            found = self._inside(self._find(root, parts), importer)
            if found is not None:
                return found
        return None

    def _inside(self, found: str | None, importer: str) -> str | None:
        return found if found is not None and found != importer and self.reaches(found) else None

    def _search_path(self, folder: str) -> tuple[str, ...]:
        """Where absolute imports of the files in ``folder`` may start, nearest first."""
        if folder not in self._search:
            tops = [folder]
            while "__init__.py" in self.entries(tops[0]):
                parent = os.path.dirname(tops[0])
                if parent == tops[0]:
                    break
                tops[0] = parent
            above = tops[0]
            while self.contains(above + os.sep) or above in self.roots:
                tops += [above, os.path.join(above, "src")]
                above = os.path.dirname(above)
            tops.append(folder)
            for root in self.roots:
                tops += [root, os.path.join(root, "src")]
            self._search[folder] = tuple(dict.fromkeys(tops))
        return self._search[folder]

    def _find(self, folder: str, parts: list[str]) -> str | None:
        """The file of the module ``parts`` below ``folder``: a package's ``__init__.py`` or a module."""
        for part in parts[:-1]:
            if part not in self.entries(folder):
                return None
            folder = os.path.join(folder, part)
        if not parts:
            return os.path.join(folder, "__init__.py") if "__init__.py" in self.entries(folder) else None
        last = parts[-1]
        names = self.entries(folder)
        if last in names:
            package = os.path.join(folder, last)
            if "__init__.py" in self.entries(package):
                return os.path.join(package, "__init__.py")
        return os.path.join(folder, last + ".py") if last + ".py" in names else None

    def entries(self, folder: str) -> frozenset[str]:
        """The names in a folder, empty where there is none: one system call answers every later question."""
        if folder not in self._folders:
            unsaved = self._unsaved.get(folder, set())
            try:
                self._folders[folder] = frozenset(os.listdir(folder)) | unsaved
            except OSError:
                self._folders[folder] = frozenset(unsaved) if unsaved else None
        return self._folders[folder] or frozenset()

    def script_folders(self, named: Iterable[str], importer: str) -> tuple[str, ...]:
        """The folders of the tree that literals on a script's `sys.path` mean, from its own folder or from a root."""
        starts = (os.path.dirname(importer), *self.roots)
        folders = (os.path.normpath(os.path.join(start, name)) for name in named for start in starts)
        return tuple(
            dict.fromkeys(each for each in folders if self.reaches(each + os.sep) and self.entries(each))
        )
