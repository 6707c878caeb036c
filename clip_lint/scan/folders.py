"""Repositories in folders: where they are, and which commit a checkout stands at. No program is run for that."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from clip_lint.core.files import UnreadableError, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 3
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_REF = re.compile(r"refs/[\w./@+-]+\Z")
_MOST_BYTES = 20_000_000


def is_mirror(folder: str) -> bool:
    """Whether a folder is a bare repository."""
    names = ("HEAD", "objects", "refs")
    return all(os.path.lexists(os.path.join(folder, name)) for name in names)


def repositories_below(top: str) -> list[tuple[str, bool]]:
    """The repositories in a folder, and whether each is bare: checkouts and mirrors up to three folders down.

    Where nothing is a repository of git, every folder right below is one of its own.
    """
    found = sorted(_below(top, _DEEPEST))
    return found or [(each, False) for each in sorted(_folders(top))]


def _below(folder: str, depth: int) -> Iterator[tuple[str, bool]]:
    if os.path.lexists(os.path.join(folder, ".git")):
        yield folder, False
    elif is_mirror(folder):
        yield folder, True
    elif depth:
        for each in _folders(folder):
            yield from _below(each, depth - 1)


def _folders(folder: str) -> Iterator[str]:
    """The folders in a folder; what lies behind links is not looked at."""
    try:
        with os.scandir(folder) as entries:
            yield from (each.path for each in entries if each.is_dir(follow_symlinks=False))
    except OSError:
        return


def commit_of(checkout: str) -> str | None:
    """The commit that a checkout stands at, as git's files say it; None where they do not."""
    git = os.path.join(checkout, ".git")
    head = _text(os.path.join(git, "HEAD")).strip()
    if _COMMIT.match(head):
        return head
    ref = head.removeprefix("ref: ")
    if not _REF.match(ref) or ".." in ref:
        return None
    found = _text(os.path.join(git, *ref.split("/"))).strip()
    if _COMMIT.match(found):
        return found
    for line in _text(os.path.join(git, "packed-refs")).splitlines():
        commit, _, name = line.partition(" ")
        if name == ref and _COMMIT.match(commit):
            return commit
    return None


def _text(path: str) -> str:
    try:
        return read_bytes(path, _MOST_BYTES, follow=False).decode("utf-8", "replace")
    except UnreadableError:
        return ""
