"""A Jupyter notebook as one Python program over its code cells, line for line.

What IPython adds to Python is replaced so that lines and, wherever code is kept, columns stay where they are.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from clip_lint.source.ipython import without_magics, writes_program
from clip_lint.source.model import Cell
from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.quick import is_python, sieve_tree

_SURROGATE = re.compile("[\ud800-\udfff]")


class NotANotebookError(Exception):
    """The file is no notebook that Jupyter would open; ``line`` counts from 1 in the JSON."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class BrokenCell:
    """A cell that is not Python even without its magics; the program has blank lines there."""

    number: int
    message: str
    line: int
    column: int
    code: str


@dataclass(frozen=True, slots=True)
class Program:
    """The code cells in order: ``text`` parses, ``raw`` has the same lines as they were typed."""

    text: str
    raw: str
    cells: tuple[Cell, ...]
    broken: tuple[BrokenCell, ...] = ()


def read_notebook(text: str) -> Program | None:
    """The program of a notebook, None where its kernel is not Python; NotANotebookError where it is none."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotANotebookError(f"not a notebook: {error.msg}", error.lineno, error.colno) from None
    except RecursionError:
        raise NotANotebookError("not a notebook: its JSON is nested too deeply") from None
    except ValueError as error:
        raise NotANotebookError(f"not a notebook: {error}") from None
    if not isinstance(document, dict):
        raise NotANotebookError("not a notebook: the JSON is no object")
    if _language(document) not in (None, "python", "ipython"):
        return None
    sources = _code_cells(document)
    cells: list[Cell] = []
    raw: list[str] = []
    line = 1
    for number, code, has_run in sources:
        count = code.count("\n") + 1
        cells.append(Cell(number, line, count, writes_program(code), has_run))
        raw.append(code)
        line += count
    joined = "\n".join(raw)
    if is_python(joined):
        return Program(joined, joined, tuple(cells))
    programs: list[str] = []
    broken: list[BrokenCell] = []
    for (number, code, _), cell in zip(sources, cells, strict=True):
        program, problem = _cell_program(number, code)
        if problem is not None:
            broken.append(problem)
            program = "\n" * (cell.line_count - 1)
        programs.append(program)
    return Program("\n".join(programs), joined, tuple(cells), tuple(broken))


def _language(document: dict[str, Any]) -> str | None:
    metadata = document.get("metadata")
    if not isinstance(metadata, dict):
        return None
    for section, key in (("kernelspec", "language"), ("language_info", "name")):
        value = metadata.get(section)
        language = value.get(key) if isinstance(value, dict) else None
        if isinstance(language, str) and language:
            return language.lower()
    return None


def _code_cells(document: dict[str, Any]) -> list[tuple[int, str, bool]]:
    """Number among all cells (from 1), source, and whether it was run, of each code cell; formats 3 (worksheets) and 4."""
    cells = document.get("cells")
    if not isinstance(cells, list):
        sheets = document.get("worksheets")
        if not isinstance(sheets, list):
            raise NotANotebookError("not a notebook: it has no cells")
        cells = [
            cell
            for sheet in sheets
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    found = []
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        code = cell.get("source", cell.get("input", ""))
        if isinstance(code, list):
            code = "".join(part for part in code if isinstance(part, str))
        if not isinstance(code, str):
            continue
        code = code.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
        found.append((number, _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", code), _has_run(cell)))
    return found


def _has_run(cell: dict[str, Any]) -> bool:
    """Whether the notebook holds the record of a run of a cell, which raised nothing."""
    given = cell.get("outputs")
    outputs = (
        [each.get("output_type") for each in given if isinstance(each, dict)]
        if isinstance(given, list)
        else []
    )
    is_counted = cell.get("execution_count", cell.get("prompt_number")) is not None
    return (is_counted or bool(outputs)) and not {"error", "pyerr"}.intersection(map(str, outputs))


def _cell_program(number: int, code: str) -> tuple[str, BrokenCell | None]:
    if is_python(code):
        return code, None
    program = without_magics(code)
    try:
        sieve_tree(program)
    except UnparsableError as error:
        # IPython strips the first line's indentation from all; columns then count from the stripped text.
        dedented = _unindented(program)
        if dedented != program and is_python(dedented):
            return dedented, None
        return program, BrokenCell(number, str(error), error.line, error.column, code)
    return program, None


def _unindented(code: str) -> str:
    """A cell as IPython reads it: the indentation of its first line is taken from every line that begins with it."""
    first = next((line for line in code.split("\n") if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return "\n".join(line.removeprefix(indent) for line in code.split("\n"))
