"""What could not be read, as findings."""

from __future__ import annotations

import os
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from clip_lint.core.finding import Finding, Severity
from clip_lint.core.place import Place, Position
from clip_lint.core.unreadable import CODE, NAME
from clip_lint.source.fingerprint import in_project, numbered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.core.problem import Problem


def unread(problems: Iterable[Problem], base: str) -> tuple[Finding, ...]:
    """A CLP000 for each problem of a run in the folder ``base``; one with a whole file stands on its first line."""
    return tuple(numbered(_finding(problem, base) for problem in problems))


def skipped(problems: Iterable[Problem], base: str) -> tuple[Finding, ...]:
    """A note for each notebook with cells that were left out, on the first of them."""
    by_path: dict[str, list[Problem]] = {}
    for problem in problems:
        by_path.setdefault(problem.path, []).append(problem)
    return tuple(numbered(_note(cells, base) for cells in by_path.values()))


def _note(cells: list[Problem], base: str) -> Finding:
    first = cells[0]
    others = f"; so are cells {_listed(cells[1:])}" if len(cells) > 2 else ""
    others = f"; so is cell {cells[1].cell}" if len(cells) == 2 else others
    message = f"the cell is left out, and the other cells are read: {first.message}{others}"
    return replace(_finding(first, base), severity=Severity.NOTE, message=message)


def _listed(cells: list[Problem]) -> str:
    return ", ".join(str(each.cell) for each in cells)


def _finding(problem: Problem, base: str) -> Finding:
    start = Position(max(problem.line, 1), max(problem.column, 1))
    end = Position(start.line, start.column + (problem.line > 0))
    place = in_project(os.path.normpath(os.path.join(base, problem.path)), problem.path)
    digest = blake2b(f"{CODE}\0{place}\0{problem.cell}".encode("utf-8", "surrogatepass"), digest_size=12)
    return Finding(
        CODE,
        NAME,
        Severity.ERROR,
        problem.message,
        Place(problem.path, problem.cell, start, end),
        fingerprint=digest.hexdigest(),
    )
