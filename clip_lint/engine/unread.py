"""What could not be read, as findings."""

from __future__ import annotations

import os
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
