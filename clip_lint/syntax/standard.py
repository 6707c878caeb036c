"""The tree of the running Python, which is fast and knows less than libcst: older syntax, and no comments."""

from __future__ import annotations

import ast
import sys
import warnings

from clip_lint.core.dotted import has_endless_import
from clip_lint.syntax.problem import TOO_DEEP, UnparsableError


def standard_tree(text: str) -> ast.Module:
    """The tree of the running Python; UnparsableError says where and why there is none."""
    if has_endless_import(text):
        raise UnparsableError(TOO_DEEP)
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
        raise UnparsableError(TOO_DEEP) from None
    except ValueError as error:
        raise UnparsableError(f"cannot be parsed: {error}") from None


def compile_fault(text: str, path: str) -> Exception | None:
    """Why the running Python would not compile a program, which is more than to parse it; None where it would."""
    if has_endless_import(text):
        return ValueError(TOO_DEEP)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return error
    return None
