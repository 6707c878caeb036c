"""Libraries that a project carries along in its own tree, which may be older than the one that people install."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from clip_lint.core.files import UnreadableError, read_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.source.model import Source


def lacks(source: Source, module: str, function: str, argument: str) -> bool:
    """Whether the tree's own copy of a module, as a program imports it, has a function and nowhere a word for an argument of it."""
    root = module.partition(".")[0]
    for folder in _folders(source):
        for file in (folder / f"{root}.py", folder / root / f"{root}.py", folder / root / "__init__.py"):
            try:
                text = read_bytes(str(file), follow=False)
            except UnreadableError:
                continue
            if f"def {function}(".encode() in text:
                return argument.encode() not in text
    return False


def _folders(source: Source) -> list[Path]:
    """The folder of a program and those above it, as far as the tree goes that is linted."""
    name = PurePath(source.path)
    if name.is_absolute() or ".." in name.parts:
        return [source.file.parent]
    return list(source.file.parents)[: len(name.parts)]
