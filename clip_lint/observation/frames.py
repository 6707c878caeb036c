"""Where in the user's own files the program is: the ranges of the expressions that are being evaluated."""

from __future__ import annotations

import dis
import itertools
import linecache
import os
import site
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from clip_lint.core.place import Place, Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import CodeType, FrameType, ModuleType

_DEPTH = 6
"""Callers that are kept of each place."""
_MOST = 10_000
"""Places that are remembered: a program may make code without end."""
_OWN = str(Path(__file__).parent) + os.sep


def _foreign() -> tuple[str, ...]:
    """Folders of code that others wrote, whatever the user asked to watch."""
    paths = sysconfig.get_paths()
    folders = {paths["stdlib"], paths["platstdlib"], *site.getsitepackages(), site.getusersitepackages()}
    return (*(folder.rstrip(os.sep) + os.sep for folder in folders), _OWN)


class Scope:
    """The files of a run that are the user's own, and what they are called in reports."""

    def __init__(self, paths: Iterable[Path], base: Path) -> None:
        self.part = 0
        """The part of the run, such as a test: what two parts do is no repetition."""
        self._base = base.absolute()
        self._roots = tuple(str((self._base / path).resolve()) for path in paths)
        self._foreign = _foreign()
        self._names: dict[str, str] = {}
        self._places: dict[tuple[int, int], tuple[CodeType, Place]] = {}

    def name(self, file: str) -> str:
        """The path of a file of the user's as findings have it, or nothing for another's."""
        known = self._names.get(file)
        if known is None:
            known = self._names[file] = self._named(file)
        return known

    def _named(self, file: str) -> str:
        if not file or file.startswith("<"):
            return ""
        full = str((self._base / file).resolve())
        if full.startswith(self._foreign) or f"{os.sep}site-packages{os.sep}" in full:
            return ""
        if not any(full == root or full.startswith(root.rstrip(os.sep) + os.sep) for root in self._roots):
            return ""
        try:
            return Path(full).relative_to(self._base.resolve()).as_posix()
        except ValueError:
            return Path(full).as_posix()

    def frames(self) -> Iterator[FrameType]:
        """The frames of the user's files, from the innermost outward."""
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the only way to the callers
        while frame is not None:
            if self.name(frame.f_code.co_filename):
                yield frame
            frame = frame.f_back

    def has(self, module: ModuleType) -> bool:
        """Whether a module is the user's own."""
        return bool(self.name(getattr(module, "__file__", None) or ""))

    def is_asking(self) -> bool:
        """Whether the caller's caller is the user's own code."""
        return bool(self.name(sys._getframe(2).f_code.co_filename))  # noqa: SLF001

    def here(self) -> tuple[Place, ...]:
        """What the user's files are evaluating, from the innermost expression outward."""
        return tuple(self._place(frame) for frame in itertools.islice(self.frames(), _DEPTH))

    def _place(self, frame: FrameType) -> Place:
        code = frame.f_code
        known = self._places.get((id(code), frame.f_lasti))
        if known is not None and known[0] is code:
            return known[1]
        linecache.checkcache(code.co_filename)
        place = _place(self.name(code.co_filename), code, frame.f_lasti)
        if len(self._places) < _MOST:
            self._places[id(code), frame.f_lasti] = (code, place)
        return place

    def round(self) -> tuple[object, ...]:
        """What is the same in each round of the innermost loop that the user's files are in; nothing outside loops.

        Two calls with the same one come from one loop: the loop's function has been entered once.
        """
        chain = list(itertools.islice(self.frames(), 20))
        for number, frame in enumerate(chain):
            if is_in_loop(frame.f_code, frame.f_lasti):
                outer = tuple((id(each), each.f_code, each.f_lasti) for each in chain[number:])
                return (self.part, *outer, *((each.f_code, each.f_lasti) for each in chain[:number]))
        return ()


def _place(name: str, code: CodeType, instruction: int) -> Place:
    line, last, first_column, last_column = next(
        itertools.islice(code.co_positions(), instruction // 2, None), (code.co_firstlineno, None, None, None)
    )
    line = line or code.co_firstlineno
    last = last or line
    start = _column(code.co_filename, line, first_column, 0)
    end = _column(code.co_filename, last, last_column, 10_000)
    return Place(name, 0, Position(line, start), Position(last, end))


def _column(file: str, line: int, in_bytes: int | None, otherwise: int) -> int:
    """A column from 1 in code points; Python counts the bytes."""
    if in_bytes is None:
        return otherwise + 1
    text = linecache.getline(file, line).encode()
    return len(text[:in_bytes].decode(errors="replace")) + 1 if text else in_bytes + 1


@lru_cache(maxsize=4096)
def is_in_loop(code: CodeType, instruction: int) -> bool:
    """Whether an instruction is jumped back over: it stands in a loop of its function or comprehension."""
    for each in dis.get_instructions(code):
        if "JUMP_BACKWARD" in each.opname and each.offset >= instruction and int(each.argval) <= instruction:
            return True
    return False
