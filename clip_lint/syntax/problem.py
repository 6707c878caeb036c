"""What is wrong with a text that is not Python."""

from __future__ import annotations


class UnparsableError(Exception):
    """The text is not Python; ``line`` and ``column`` count from 1, 0 where unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


TOO_DEEP = "cannot be parsed: it is nested too deeply"
