"""The one reader of files, and where paths really lead: nothing waits for a pipe, nothing is read without end."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_BYTES = 50_000_000
"""A larger file is not even read; notebooks carry their pictures."""
MAX_SETTINGS = 1_000_000
"""The same for configuration files and tables, which people write by hand."""


class UnreadableError(Exception):
    """The file cannot be read; the message says why, without its name."""


def read_bytes(path: str, most: int = MAX_BYTES, *, follow: bool = True) -> bytes:
    """The content of a regular file of at most so many bytes; UnreadableError for anything else.

    Pipes and devices are refused without waiting for them, and with ``follow`` false links as well.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise UnreadableError("not a regular file") from None
        raise UnreadableError(_reason(error)) from None
    except ValueError as error:
        raise UnreadableError(str(error)) from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("not a regular file")
        if status.st_size > most:
            raise UnreadableError(too_large(most) if most == MAX_BYTES else f"larger than {most:,} bytes")
        with os.fdopen(os.dup(descriptor), "rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise UnreadableError(_reason(error)) from None
    finally:
        os.close(descriptor)
    if data is None or len(data) > most:  # it grew, or is one that the system makes up while it is read
        raise UnreadableError(too_large(most) if most == MAX_BYTES else f"larger than {most:,} bytes")
    return data


def too_large(limit: int) -> str:
    """Why a source file of more than ``limit`` bytes or characters is left out."""
    return f"not linted: it is larger than {limit // 1_000_000} MB; exclude it"


class Inside:
    """Whether paths really lie below some folders, wherever links on their way lead."""

    def __init__(self, folders: Iterable[str]) -> None:
        self._tops = tuple(dict.fromkeys(_prefix(_real(folder)) for folder in folders))
        self._folders: dict[str, str] = {}

    def holds(self, path: str) -> bool:
        """Whether an absolute path leads to one of the folders or into it; a path that can be none does not."""
        if "\0" in path:
            return False
        folder, name = os.path.split(path)
        try:
            if folder not in self._folders:
                self._folders[folder] = _real(folder)
            real = os.path.join(self._folders[folder], name)
            if os.path.islink(real) or name in ("", ".", ".."):
                real = _real(real)
        except ValueError:
            return False
        return _prefix(real).startswith(self._tops)


def leads_out(path: str, top: str) -> bool:
    """Whether an absolute path leads out of the folder ``top``, by links or by ``..``."""
    return not Inside([top]).holds(path)


def _real(path: str) -> str:
    return os.path.realpath(path)


def _prefix(path: str) -> str:
    return path if path.endswith(os.sep) else path + os.sep


def _reason(error: OSError) -> str:
    return f"cannot be read: {error.strerror or error}"
