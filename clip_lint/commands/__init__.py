"""Every codemod as a command of LibCST's own tool: ``python -m libcst.tool codemod -x clip_lint.commands.TruncateText src/``."""

from __future__ import annotations

from typing import Any

from clip_lint.commands.repair import command


def __getattr__(name: str) -> Any:
    """The command that is called as its codemod."""
    if not name[:1].isupper():
        raise AttributeError(name)
    return command(name)
