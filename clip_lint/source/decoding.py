"""Bytes -> text as Python itself reads a source file: BOM, PEP 263 cookie, universal newlines."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_LONGEST_NAME = 50
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_SLOW = frozenset({"punycode", "idna", "undefined"})
"""No text encodings of files: the first two take time that grows with the square of the length."""
_NEWLINE = re.compile(r"\r\n?|\n")


class UndecodableError(Exception):
    """The bytes are not source text; ``line`` counts from 1, 0 where no line is to blame."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Decoded:
    r"""Text with ``\\n`` newlines and without BOM, and what is needed to write it back as it was."""

    text: str
    encoding: str
    newline: str
    bom: bool


def decode(data: bytes) -> Decoded:
    """The text of a Python file; UndecodableError says why it is none."""
    bom = data.startswith(codecs.BOM_UTF8)
    if bom:
        data = data[len(codecs.BOM_UTF8) :]
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UndecodableError("this is UTF-16 text, which Python does not read; save it as UTF-8")
    nul = data.find(b"\0")
    if nul >= 0:
        raise UndecodableError("a binary file: it holds null bytes", data.count(b"\n", 0, nul) + 1)
    cookie = declared_encoding(data)
    if bom and cookie not in (None, "utf-8"):
        raise UndecodableError(f"the byte order mark says UTF-8, the coding comment says {cookie}", 1)
    encoding = cookie or "utf-8"
    try:
        if codecs.lookup(encoding).name in _SLOW:
            raise UndecodableError(
                f"not read: the coding comment says {encoding!r}, in which nobody writes programs", 1
            )
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UndecodableError(
            f"not {encoding} text: byte 0x{data[error.start]:02x} {error.reason}", line
        ) from None
    except (LookupError, UnicodeError, ValueError):
        raise UndecodableError(f"unknown text encoding {encoding!r} in the coding comment", 1) from None
    match = _NEWLINE.search(text)
    newline = match.group() if match else "\n"
    if "\r" in text:
        text = _NEWLINE.sub("\n", text)
    return Decoded(text, encoding, newline, bom)


def declared_encoding(data: bytes) -> str | None:
    """The encoding that a comment in the first two lines declares, in Python's spelling."""
    for line in data.split(b"\n", 2)[:2]:
        bare = line.rstrip(b"\r")
        match = _COOKIE.match(bare)
        if match:
            name = match.group(1)[:_LONGEST_NAME].decode("ascii", "replace")
            plain = name[:12].lower().replace("_", "-")
            if plain == "utf-8" or plain.startswith("utf-8-"):
                return "utf-8"
            if plain in ("latin-1", "iso-8859-1", "iso-latin-1") or plain.startswith(
                ("latin-1-", "iso-8859-1-", "iso-latin-1-")
            ):
                return "iso-8859-1"
            return name
        if not _BLANK.match(bare):
            return None
    return None


def encoded(text: str) -> bytes:
    """Program text as bytes that `decode` reads again: in the encoding that it declares, where that can hold it."""
    data = text.encode("utf-8", "surrogatepass")
    try:
        return text.encode(declared_encoding(data) or "utf-8")
    except (LookupError, UnicodeError, ValueError):
        return data
