"""A file's bytes -> Source, or the problem that prevents it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clip_lint.core.files import too_large
from clip_lint.core.problem import Problem
from clip_lint.source.decoding import UndecodableError, decode
from clip_lint.source.ipython import as_python
from clip_lint.source.model import Source

if TYPE_CHECKING:
    from pathlib import Path

NOTEBOOK_SUFFIX = ".ipynb"
MAX_PROGRAM = 2_000_000
"""A program of more characters is not parsed: no hand-written one comes near it, and its tree may need a gigabyte."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file: its program (None where there is none to lint) and what went wrong.

    ``raw`` is the program as typed: with a notebook's magics, which ``source.text`` has replaced. ``broken`` is what stands in cells
    that are not Python.
    """

    source: Source | None
    raw: str = ""
    problems: tuple[Problem, ...] = ()
    broken: str = ""


def load(file: Path, name: str, data: bytes) -> Loaded:
    """The program in ``data``, which is the content of ``file`` and is reported as ``name``."""
    try:
        decoded = decode(data)
    except UndecodableError as error:
        return Loaded(None, problems=(Problem(name, str(error), error.line),))
    if file.suffix != NOTEBOOK_SUFFIX:
        if len(decoded.text) > MAX_PROGRAM:
            return Loaded(None, problems=(Problem(name, too_large(MAX_PROGRAM)),))
        text = as_python(decoded.text)
        source = Source(name, file, text, (), decoded.encoding, decoded.newline, decoded.bom)
        return Loaded(source, decoded.text)
    from clip_lint.source.notebook import NotANotebookError, read_notebook  # noqa: PLC0415  (most trees have none)

    try:
        program = read_notebook(decoded.text)
    except NotANotebookError as error:
        return Loaded(None, problems=(Problem(name, str(error), error.line, error.column),))
    if program is None:
        return Loaded(None)
    if len(program.text) > MAX_PROGRAM:
        return Loaded(None, problems=(Problem(name, too_large(MAX_PROGRAM)),))
    problems = tuple(
        Problem(name, cell.message, cell.line, cell.column, cell.number) for cell in program.broken
    )
    source = Source(name, file, program.text, program.cells, decoded.encoding, decoded.newline, decoded.bom)
    return Loaded(source, program.raw, problems, "\n".join(cell.code for cell in program.broken))


def display_name(path: str, base: str) -> str:
    """``path`` (absolute) as reports print it: POSIX-style, relative to ``base`` where it lies inside."""
    prefix = base if base.endswith(os.sep) else base + os.sep
    name = path.removeprefix(prefix)
    return name.replace(os.sep, "/") if os.sep != "/" else name
