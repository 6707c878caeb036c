"""What git ignores, at every level of a tree."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.core.files import MAX_SETTINGS, UnreadableError, read_bytes

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class GitIgnore:
    """The patterns of one ignore file, which count from ``folder``, and those of the folders above it."""

    folder: str
    spec: GitIgnoreSpec
    above: GitIgnore | None

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Whether git ignores ``path`` (absolute). The deepest file that mentions it decides."""
        level: GitIgnore | None = self
        while level is not None:
            relative = path[len(level.folder) :].lstrip("/").replace(os.sep, "/")
            verdict = level.spec.check_file(relative + "/" if is_folder else relative).include
            if verdict is not None:
                return verdict
            level = level.above
        return False


def enter(folder: str, above: GitIgnore | None, names: set[str]) -> GitIgnore | None:
    """The rules inside ``folder``, which has the entries ``names``; a repository of its own starts anew."""
    if ".git" in names:
        above = _read(folder, os.path.join(folder, ".git", "info", "exclude"), None)
    if ".gitignore" in names:
        above = _read(folder, os.path.join(folder, ".gitignore"), above)
    return above


def above_root(root: str) -> GitIgnore | None:
    """The rules that the folders above ``root`` set for it, up to the top of its repository.

    A root that is ignored itself (an environment, say) was named on purpose: then they say nothing about its inside.
    """
    chain = []
    folder = root
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None  # not in a repository: what lies above is another project's
        folder = parent
        chain.append(folder)
    level: GitIgnore | None = None
    for folder in reversed(chain):
        names = {name for name in (".git", ".gitignore") if os.path.lexists(os.path.join(folder, name))}
        level = enter(folder, level, names)
    return level if level is None or not level.ignores(root, is_folder=True) else None


def _read(folder: str, path: str, above: GitIgnore | None) -> GitIgnore | None:
    try:
        data = read_bytes(path, MAX_SETTINGS, follow=False)
    except UnreadableError:
        return above  # git passes over an ignore file that it cannot read, and over links
    lines = re.split("\r?\n", data.decode("utf-8", "surrogateescape"))
    patterns = [line for line in lines if line.strip() and not line.startswith("#")]
    if not patterns:
        return above
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  (slow to load, and many trees have no ignore file)

    try:
        return GitIgnore(folder, GitIgnoreSpec.from_lines(patterns), above)
    except ValueError:
        return _tolerant(folder, patterns, above)


def _tolerant(folder: str, patterns: list[str], above: GitIgnore | None) -> GitIgnore | None:
    """The spec without the patterns that are none, which git passes over as well."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415

    good = []
    for pattern in patterns:
        try:
            GitIgnoreSpec.from_lines([pattern])
        except ValueError:
            continue
        good.append(pattern)
    return GitIgnore(folder, GitIgnoreSpec.from_lines(good), above) if good else above
