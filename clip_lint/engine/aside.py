"""Files that nobody mends: libraries that a project carries along, and what it keeps as it was. What is found in them is a note."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.core.files import UnreadableError
from clip_lint.source.load import display_name, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clip_lint.source.discovery import Target


class Aside:
    """Tells such files from the others of a project.

    ``read`` gives the content of a file, ``importers`` who imports one, ``concerned`` all files of the project that use CLIP. The whole
    project is asked, and never which of its files were named. ``base`` is the folder that names count from.
    """

    def __init__(
        self,
        base: str,
        read: Callable[[str], bytes],
        importers: Callable[[str], set[str]],
        concerned: Callable[[], Iterable[str]],
    ) -> None:
        self._base = base
        self._read = read
        self._importers = importers
        self._concerned = concerned
        self._known: dict[str, bool] = {}

    def __call__(self, target: Target) -> bool:
        """Whether findings in a file are notes."""
        from clip_lint.knowledge.copies import is_copied, lies_in_copy  # noqa: PLC0415  (only findings ask)

        if lies_in_copy(target.path, target.name) or is_copied(self._text(target.path)):
            return True
        return self._is_old(target.path) and self._is_beside_live(target.path)

    def _is_old(self, path: str) -> bool:
        """Whether a file is called an old one, as far as the names go."""
        if path not in self._known:
            from clip_lint.knowledge.old_versions import lies_among_old, replaced_by  # noqa: PLC0415  (only findings ask)

            name = display_name(path, self._base)
            self._known[path] = lies_among_old(name) or replaced_by(path, self._text) is not None
        return self._known[path]

    def _is_beside_live(self, path: str) -> bool:
        """Whether other files of the project use CLIP and none of them imports this one: its name tells the truth."""
        live = [other for other in self._concerned() if not self._is_old(other)]
        return bool(live) and self._importers(path).isdisjoint(live)

    def _text(self, path: str) -> str:
        try:
            source = load(Path(path), path, self._read(path)).source
        except UnreadableError:
            return ""
        return source.text if source is not None else ""
