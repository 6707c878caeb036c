"""What mending changes, as a unified diff that `patch` and `git apply` understand; a notebook's by cell."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from clip_lint.fixing.buffers import open_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.fixing.buffers import Document


def difference(path: str, name: str, old: bytes, new: bytes) -> Iterator[str]:
    """The lines (with their ends) of the diff between two contents of a file."""
    return between(name, open_document(path, old), open_document(path, new))


def between(name: str, before: Document, after: Document) -> Iterator[str]:
    """The lines (with their ends) of the diff between two documents."""
    for cell, text in before.texts.items():
        if text.raw == after.texts[cell].raw:
            continue
        title = name.lstrip("/") + (f":cell {cell}" if cell else "")
        for line in unified_diff(_lines(text.raw), _lines(after.texts[cell].raw), f"a/{title}", f"b/{title}"):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """The lines with their ends; `str.splitlines` would also break at form feeds and other marks."""
    parts = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [*(f"{part}\n" for part in parts[:-1]), *([parts[-1]] if parts[-1] else [])]
