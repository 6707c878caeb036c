"""Putting new content in a file's place: whole or not at all, and only if nobody else changed it meanwhile."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import tempfile
from typing import TYPE_CHECKING

from clip_lint.core.files import UnreadableError, leads_out, read_bytes
from clip_lint.source.project_top import project_root

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = ".clip-lint-"
"""What temporary files begin with; one may stay behind after a kill that nobody can put off."""
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
"""Signals that end a run; they wait until a file is written."""


class StaleError(Exception):
    """The file was changed by somebody else, or cannot be written; the message says which."""


def write(path: str, old: bytes, new: bytes) -> None:
    """Replace a file's content ``old`` by ``new`` in one step; StaleError where it is not ``old`` any more.

    The new content is written to a file beside it, flushed to the disk and renamed, so that a crash at any moment leaves
    either the old file or the new one. Mode and, where allowed, owner are kept; a link is followed within its project.
    """
    if leads_out(path, project_root(os.path.dirname(path))):
        raise StaleError("left alone: it is a link that leads out of the project")
    target = os.path.realpath(path)
    with _undisturbed():
        _replace(target, old, new)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Inside, signals that would end the run wait, where the system can have them wait."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {getattr(signal, each) for each in _ENDING})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _replace(target: str, old: bytes, new: bytes) -> None:
    try:
        status = os.stat(target)
        descriptor, temporary = tempfile.mkstemp(prefix=PREFIX, dir=os.path.dirname(target))
    except OSError as error:
        raise StaleError(f"cannot be written: {error.strerror or error}") from None
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(new)
            stream.flush()
            if hasattr(os, "fchmod"):
                os.fchmod(stream.fileno(), stat.S_IMODE(status.st_mode))
            _keep_owner(stream.fileno(), status)
            os.fsync(stream.fileno())
        _check(target, old)
        os.replace(temporary, target)
    except OSError as error:
        _discard(temporary)
        raise StaleError(f"cannot be written: {error.strerror or error}") from None
    except BaseException:
        _discard(temporary)
        raise
    _settle(os.path.dirname(target))


def _check(path: str, old: bytes) -> None:
    if not os.access(path, os.W_OK):
        raise StaleError("cannot be written: it is read-only")
    try:
        current = read_bytes(path)
    except UnreadableError as error:
        raise StaleError(str(error)) from None
    if current != old:
        raise StaleError("left alone: it was changed while it was linted")


def _keep_owner(descriptor: int, status: os.stat_result) -> None:
    current = os.fstat(descriptor)
    if hasattr(os, "fchown") and (current.st_uid, current.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.fchown(descriptor, status.st_uid, status.st_gid)
        except PermissionError:
            return  # only root may give files away; the content and the mode are what matters


def _discard(temporary: str) -> None:
    try:
        os.unlink(temporary)
    except FileNotFoundError:
        return


def _settle(folder: str) -> None:
    """Flush the folder's entry too, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with contextlib.suppress(OSError):  # some file systems flush no folders; the rename is done by now
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
