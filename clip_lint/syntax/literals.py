"""Numbers and strings: from how they are written to what they mean, the same on every Python."""

from __future__ import annotations

import re
import unicodedata

_ESCAPE = re.compile(
    r"\\(\r\n|[\n\r\\'\"abfnrtv]|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\})"
)
_BYTES_ESCAPE = re.compile(r"\\(\r\n|[\n\r\\'\"abfnrtv]|[0-7]{1,3}|x[0-9a-fA-F]{2})")
_SIMPLE = {
    "\n": "", "\r": "", "\r\n": "", "\\": "\\", "'": "'", '"': '"',
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip


class LiteralError(ValueError):
    """A literal that Python does not take; the message says why."""


def number(text: str) -> int | float | complex:
    """An integer, float or imaginary number."""
    text = text.replace("_", "")
    try:
        if text[-1] in "jJ":
            return complex(0.0, float(text[:-1]))
        if text[:2].lower() in ("0x", "0o", "0b"):
            return int(text, 0)
        if text.isdecimal():
            return int(text)
        return float(text)
    except ValueError as error:
        raise LiteralError(f"the number is not understood ({error})") from None


def string(text: str, prefix: str, quote: str) -> str | bytes:
    """A string or bytes literal without its parts: what stands between the quotes, and the (lower-case) prefix."""
    text = text[len(prefix) + len(quote) : -len(quote)]
    if "b" not in prefix:
        return text if "\\" not in text or "r" in prefix else unescaped(text)
    if not text.isascii():
        raise LiteralError("bytes can only contain ASCII literal characters")
    raw = text if "r" in prefix else _BYTES_ESCAPE.sub(_byte, text)
    return raw.encode("latin-1")


def unescaped(text: str) -> str:
    """The text of a string with its escapes resolved; those that Python does not know stay as they are."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    escape = match[1]
    simple = _SIMPLE.get(escape)
    if simple is not None:
        return simple
    try:
        if escape[0] in "xuU":
            return chr(int(escape[1:], 16))
        if escape[0] == "N":
            return unicodedata.lookup(escape[2:-1])
        return chr(int(escape, 8))
    except (KeyError, ValueError, OverflowError):
        return match[0]  # a character that this Python's Unicode does not name


def _byte(match: re.Match[str]) -> str:
    escape = match[1]
    simple = _SIMPLE.get(escape)
    if simple is not None:
        return simple
    return chr(int(escape[1:], 16) if escape[0] == "x" else int(escape, 8) & 0xFF)


def identifier(text: str) -> str:
    """A name as Python has it: letters of another style are the same as plain ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)
