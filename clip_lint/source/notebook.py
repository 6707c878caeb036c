"""A Jupyter notebook as one Python program over its code cells, line for line.

What IPython adds to Python is replaced so that lines and, wherever code is kept, columns stay where they are.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from clip_lint.source.model import Cell
from clip_lint.syntax.problem import UnparsableError
from clip_lint.syntax.quick import is_python, sieve_tree

# Cell magics whose body is still Python run in this kernel; any other cell magic blanks its cell.
_PYTHON_CELLS = frozenset(
    {"time", "timeit", "capture", "prun", "memit", "mprun", "python", "python3", "local"}
)
_WRITES_PROGRAM = re.compile(r"%%\s*(?:writefile|file)\s+(?:-a\s+|--append\s+)?\S+\.py[\"']?\s*$")
"""Cells that hold a program of their own, which the notebook writes to a file."""
_CELL_MAGIC = re.compile(r"%%\s*(\w+)")
_TIMED = re.compile(r"%(?:time|timeit|memit|prun)(?:[ \t]+-\w+(?:[ \t]+\d+)?)*[ \t]+")
_ASSIGNED = re.compile(r"(?P<target>[ \t]*[^\W\d][\w., \t\[\]'\"*]*=[ \t]*)(?P<magic>[!%])")
_HELP = re.compile(r"\?{1,2}[\w.*]*[ \t]*$|[\w.*\[\]()'\"%]+\?{1,2}[ \t]*$")
_AUTOMAGIC = re.compile(
    r"(?:pip|pip3|conda|mamba|uv|ls|ll|cd|pwd|mkdir|rmdir|cat|cp|mv|rm|man|git|wget|curl|unzip)(?:[ \t]+(?:[^=(.,\[ \t]|\.{1,2}(?:/|$)).*)?$"
)
_STRING_OR_BRACKET = re.compile(
    r"#.*|'''|\"\"\"|'(?:\\.|[^'\\])*+(?:'|\\?$)|\"(?:\\.|[^\"\\])*+(?:\"|\\?$)|[\[\](){}]"
)
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
        cells.append(Cell(number, line, count, _writes_program(code), has_run))
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


def _writes_program(code: str) -> bool:
    """Whether a cell is a program that the notebook writes to a file."""
    first = next((line for line in code.split("\n") if line.strip()), "")
    return _WRITES_PROGRAM.match(first.lstrip()) is not None


def _cell_program(number: int, code: str) -> tuple[str, BrokenCell | None]:
    if is_python(code):
        return code, None
    program = _without_magics(code)
    try:
        sieve_tree(program)
    except UnparsableError as error:
        # IPython strips the first line's indentation from all; columns then count from the stripped text.
        dedented = _unindented(program)
        if dedented != program and is_python(dedented):
            return dedented, None
        return program, BrokenCell(number, str(error), error.line, error.column)
    return program, None


def _unindented(code: str) -> str:
    """A cell as IPython reads it: the indentation of its first line is taken from every line that begins with it."""
    first = next((line for line in code.split("\n") if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return "\n".join(line.removeprefix(indent) for line in code.split("\n"))


def _without_magics(code: str) -> str:
    """The cell's Python, with a harmless statement where IPython syntax stood, on the same lines."""
    lines = code.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    cell_magic = _CELL_MAGIC.match(lines[first].lstrip())
    if cell_magic:
        if _WRITES_PROGRAM.match(lines[first].lstrip()):
            program = "\n" * (first + 1) + "\n".join(lines[first + 1 :])
            return program if is_python(program) else "\n" * (len(lines) - 1)
        if cell_magic.group(1) not in _PYTHON_CELLS:
            return "\n" * (len(lines) - 1)
        lines[first] = ""
    nesting = _Nesting()
    in_magic = False
    for index, line in enumerate(lines):
        if in_magic:
            lines[index] = ""
        elif nesting.is_open:
            nesting.feed(line)
            continue
        else:
            replaced = _replaced(line)
            if replaced is None:
                nesting.feed(line)
                continue
            lines[index] = replaced
        in_magic = line.rstrip().endswith("\\")
    return "\n".join(lines)


def _replaced(line: str) -> str | None:
    """The Python that stands for a line of IPython syntax, None for a line of Python."""
    bare = line.lstrip(" \t")
    indent = line[: len(line) - len(bare)]
    timed = _TIMED.match(bare)
    if timed and is_python(bare[timed.end() :].strip()):
        return f"{indent}{'pass;'.ljust(timed.end())}{bare[timed.end() :]}"
    if bare.startswith(("%", "!", "?")):
        return f"{indent}pass"
    assigned = _ASSIGNED.match(line)
    if assigned:
        rest = line[assigned.start("magic") :]
        timed = _TIMED.match(rest)
        if timed and is_python(rest[timed.end() :].strip()):
            return f"{assigned.group('target')}{' ' * timed.end()}{rest[timed.end() :]}"
        return f"{assigned.group('target')}None"
    if _HELP.match(bare) or (_AUTOMAGIC.match(bare) and not is_python(bare.strip())):
        return f"{indent}pass"
    return None


class _Nesting:
    """Whether the next line continues a bracket, a triple-quoted string or a backslash."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote: str | None = None
        self._backslash = False

    @property
    def is_open(self) -> bool:
        return self._depth > 0 or self._quote is not None or self._backslash

    def feed(self, line: str) -> None:
        position = 0
        comment = False
        while position < len(line):
            if self._quote is not None:
                end = _closing(line, self._quote, position)
                if end < 0:
                    self._backslash = False
                    return
                position = end
                self._quote = None
                continue
            match = _STRING_OR_BRACKET.search(line, position)
            if match is None:
                break
            found = match.group()
            position = match.end()
            if found in ("'''", '"""'):
                self._quote = found
            elif found in "([{":
                self._depth += 1
            elif found in ")]}":
                self._depth = max(0, self._depth - 1)
            elif found.startswith("#"):
                comment = True
                break
        self._backslash = not comment and line.endswith("\\")


def _closing(line: str, quote: str, position: int) -> int:
    """Where the triple quote ends that is open at ``position``; -1 if not on this line."""
    while position < len(line):
        if line[position] == "\\":
            position += 2
        elif line.startswith(quote, position):
            return position + 3
        else:
            position += 1
    return -1
