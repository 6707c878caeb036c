"""Reading: from a `Source` to `Facts`, by an abstract interpretation of its syntax tree.

`read` is loaded when it is asked for: who only needs what prompts look like shall not wait for the interpreter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clip_lint.reading.reader import read

__all__ = ["read"]


def __getattr__(name: str) -> Any:
    if name != "read":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from clip_lint.reading.reader import read as function  # noqa: PLC0415

    return function
