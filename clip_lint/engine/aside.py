"""Files that nobody mends: libraries that a project carries along, what it keeps as it was, and modules of functions that nothing imports.

What is found in them is a note.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.core.files import UnreadableError
from clip_lint.knowledge.copies import is_copied, lies_in_copy
from clip_lint.knowledge.old_versions import lies_among_old, replaced_by
from clip_lint.source.idle import is_spoken_of, only_defines
from clip_lint.source.load import display_name, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clip_lint.source.discovery import Target


class Aside:
    """Tells such files from the others of a project.

    ``read`` gives the content of a file, ``importers`` who imports one, ``concerned`` all files of the project that use CLIP. The whole
    project is asked, and never which of its files were named. ``base`` is the folder that names count from, ``top`` gives the project's own.
    """

    def __init__(
        self,
        base: str,
        read: Callable[[str], bytes],
        importers: Callable[[str], set[str]],
        concerned: Callable[[], Iterable[str]],
        top: Callable[[str], str],
    ) -> None:
        self._base = base
        self._read = read
        self._importers = importers
        self._concerned = concerned
        self._top = top
        self._known: dict[str, bool] = {}
        self._unused: dict[str, bool] = {}

    def __call__(self, target: Target) -> bool:
        """Whether findings in a file are notes."""
        if lies_in_copy(target.path, target.name) or is_copied(self._text(target.path)):
            return True
        if not (self._is_old(target.path) or self._is_unused(target.path)):
            return False
        live = [other for other in self._concerned() if not self._is_old(other)]
        if not self._importers(target.path).isdisjoint(live):
            return False  # whatever it is called, it is in use
        return any(not self._is_unused(other) for other in live)

    def _is_old(self, path: str) -> bool:
        """Whether a file is called an old one, as far as the names go."""
        if path not in self._known:
            name = display_name(path, self._base)
            self._known[path] = lies_among_old(name) or replaced_by(path, self._text) is not None
        return self._known[path]

    def _is_unused(self, path: str) -> bool:
        """Whether a module only defines functions, and nothing in the project speaks of it.

        One that imports what the project does with CLIP stands above it: that is where people begin.
        """
        if path not in self._unused:
            self._unused[path] = (
                only_defines(path, self._bytes(path))
                and not self._importers(path)
                and not any(path in self._importers(other) for other in self._concerned())
                and not is_spoken_of(path, self._top(path))
            )
        return self._unused[path]

    def _text(self, path: str) -> str:
        source = load(Path(path), path, self._bytes(path)).source
        return source.text if source is not None else ""

    def _bytes(self, path: str) -> bytes:
        try:
            return self._read(path)
        except UnreadableError:
            return b""
