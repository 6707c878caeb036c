"""A repository's rows as files of a private folder, to be linted there. Paths are not to be trusted."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST_PATH = 1_000
"""Characters of a path; git hosts allow fewer than what file systems bear."""
_GIT = ".git"
_TOP = "checkout"


@contextmanager
def private_folder(scratch: str | None) -> Iterator[str]:
    """A new folder that only this user can enter; it is gone afterwards.

    It counts as the top of a repository, so that nothing above it is taken for a part of it.
    """
    outer = tempfile.mkdtemp(prefix="clip-lint-", dir=scratch)
    try:
        top = os.path.join(os.path.realpath(outer), _TOP)
        os.makedirs(os.path.join(top, _GIT))
        yield top
    finally:
        shutil.rmtree(outer, ignore_errors=True)


File = tuple[str, bytes | int]
"""A path and its content; of a file that nobody reads the size is enough."""


def lay_out(files: Iterable[File], top: str) -> Iterator[tuple[str, str]]:
    """Write the files below ``top``, each exactly once; yields each path that is not written, with the reason.

    Nothing is ever written elsewhere: a path that leads out is refused, links are neither made nor followed, and a file
    that is there already is left alone.
    """
    made: set[str] = set()
    for path, data in files:
        reason = unusable(path)
        if not reason:
            reason = _written(path, data, top, made)
        if reason:
            yield path, reason


def unusable(path: str) -> str:
    """Why a path of a row can be none inside a repository; empty where it can."""
    if not path or "\0" in path:
        return "no path: it is empty or holds a NUL character"
    if len(path) > LONGEST_PATH:
        return f"the path is longer than {LONGEST_PATH:,} characters"
    if path.startswith("/") or os.path.isabs(path) or os.path.splitdrive(path)[0]:
        return "the path is absolute"
    parts = path.replace(os.sep, "/").split("/")
    if ".." in parts:
        return "the path leads out of its repository"
    if any(part.rstrip(". ").lower() == _GIT for part in parts):
        return "the path lies in git's own folder"
    if parts[-1] in ("", "."):
        return "the path names a folder"
    return ""


def normal(path: str) -> str:
    """A usable path as it is looked up and printed: without empty parts and without dots."""
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _written(path: str, data: bytes | int, top: str, made: set[str]) -> str:
    """Write one file; why that failed, empty where it did not."""
    file = os.path.join(top, *normal(path).split("/"))
    folder = os.path.dirname(file)
    try:
        if folder not in made:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            made.add(folder)
        flags = (
            os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        )
        descriptor = os.open(file, flags, 0o600)
    except FileExistsError:
        return "another row has the same path"
    except (OSError, ValueError) as error:
        return f"cannot be a file here: {getattr(error, 'strerror', None) or error}"
    try:
        with os.fdopen(descriptor, "wb") as stream:
            if isinstance(data, int):
                stream.truncate(data)
            else:
                stream.write(data)
    except OSError as error:
        return f"cannot be written: {error.strerror or error}"
    return ""
