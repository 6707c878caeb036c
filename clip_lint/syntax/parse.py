"""Text -> syntax tree, with every way in which that fails turned into one kind of error."""

from __future__ import annotations

import ast
import sys
import warnings


class UnparsableError(Exception):
    """The text is not Python; ``line`` and ``column`` count from 1, 0 where unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def parse(text: str) -> ast.Module:
    """The tree of a program; UnparsableError says where and why there is none."""
    try:
        with warnings.catch_warnings():
            # An invalid escape in a linted file is no business of ours, and must not reach the terminal.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
        message = f"cannot be parsed as {python}: {error.msg}"
        raise UnparsableError(message, error.lineno or 0, error.offset or 0) from None
    except (RecursionError, MemoryError):
        raise UnparsableError("cannot be parsed: it is nested too deeply") from None
    except ValueError as error:
        raise UnparsableError(f"cannot be parsed: {error}") from None
