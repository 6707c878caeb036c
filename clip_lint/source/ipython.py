"""What IPython adds to Python, in notebooks and in programs saved from them: found, and replaced where it stood.

Lines and, wherever code is kept, columns stay where they are.
"""

from __future__ import annotations

import re

from clip_lint.syntax.quick import is_python

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
_MAY_HOLD = re.compile(r"^[ \t]*(?:[!%]|(?:pip3?|conda|mamba)[ \t]+\w)|=[ \t]*[!%]", re.MULTILINE)
"""A line that no program has, unless a bracket or a string is open there."""


def as_python(text: str) -> str:
    """A program that was saved from a notebook with its magics, without them; any other text as it is."""
    if _MAY_HOLD.search(text) is None or is_python(text):
        return text
    program = without_magics(text)
    return program if program.strip() and is_python(program) else text


def writes_program(code: str) -> bool:
    """Whether a cell is a program that the notebook writes to a file."""
    first = next((line for line in code.split("\n") if line.strip()), "")
    return _WRITES_PROGRAM.match(first.lstrip()) is not None


def without_magics(code: str) -> str:
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
