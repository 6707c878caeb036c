"""The first pass: which repositories can give a finding at all. Nothing is parsed, and little is kept."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from clip_lint.core.escaping import printable
from clip_lint.engine.funnel import default_steps
from clip_lint.engine.scan import is_worth_a_look
from clip_lint.scan.layout import unusable
from clip_lint.scan.options import Failure
from clip_lint.settings.configuration import CONFIG_NAMES
from clip_lint.source.discovery import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from clip_lint.scan.reading import Row

MOST_FAILURES = 1_000
"""So many rows of a unit are listed that are none."""
_OURS = b"clip-lint"
"""A configuration that says this may name tables of its own, or be wrong: the repository is looked at."""


@dataclass(slots=True)
class Seen:
    """What the rows of one repository gave so far. ``hits`` are files that can give a finding."""

    rows: int = 0
    sources: int = 0
    bytes: int = 0
    hits: int = 0


@dataclass(slots=True)
class Sifted:
    """What a unit holds, by repository, and the rows that are none."""

    repositories: dict[str, Seen] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)


def sift(
    rows: Iterable[Row], where: str, tables: tuple[Path, ...] = (), found: Sifted | None = None
) -> Sifted:
    """Look through rows. ``where`` names their unit to people; ``tables`` are those of the user.

    ``found`` is filled, so that a caller has what was read before an error.
    """
    found = Sifted() if found is None else found
    known = found.repositories
    steps = default_steps()
    for number, row in enumerate(rows, 1):
        complaint = broken(row)
        if complaint and len(found.failures) == MOST_FAILURES:
            reason = f"{where}: more than {MOST_FAILURES:,} rows are wrong; the others are not listed"
            found.failures.append(Failure("row", reason))
        elif complaint and len(found.failures) < MOST_FAILURES:
            reason = f"{where}, row {number:,}: {complaint}"
            found.failures.append(Failure("row", reason, row.repo, printable(row.path) if row.path else None))
        if row.repo is None or row.path is None or row.content is None or complaint:
            continue
        seen = known.get(row.repo)
        if seen is None:
            seen = known[row.repo] = Seen()
        seen.rows += 1
        seen.bytes += len(row.content)
        if row.path.endswith(SUFFIXES):
            seen.sources += 1
            if not seen.hits and is_worth_a_look(row.content, steps, tables):
                seen.hits += 1
        elif _OURS in row.content and is_config(row.path):
            seen.hits += 1
    return found


def broken(row: Row) -> str:
    """Why a row cannot be used; empty where it can."""
    if row.fault:
        return row.fault
    if not row.repo:
        return "the repository is missing, or is no UTF-8"
    if row.path is None:
        return "the path is missing, or is no UTF-8"
    if row.content is None:
        return "the content is missing"
    return unusable(row.path)


def number_of(repo: str) -> int:
    """A number of 64 bits that a repository always has: it says where its rows go."""
    return int.from_bytes(blake2b(repo.encode(), digest_size=8).digest(), "big")


def is_config(path: str) -> bool:
    """Whether a path is that of a configuration."""
    return os.path.basename(path) in CONFIG_NAMES
