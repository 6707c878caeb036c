"""What workers do: look through a unit, put its rows aside, lint a repository."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from clip_lint.scan import store
from clip_lint.scan.folders import commit_of
from clip_lint.scan.inputs import CHECKOUTS, MIRRORS, Unit
from clip_lint.scan.mirrors import Mirror, MirrorError
from clip_lint.scan.options import Columns, Failure, Limits, Linting
from clip_lint.scan.reading import rows
from clip_lint.scan.repository import Result, lint_checkout, lint_files, lost
from clip_lint.scan.sieve import Seen, Sifted, broken, sift

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from clip_lint.scan.reading import Row


@dataclass(frozen=True, slots=True)
class Job:
    """What holds for all tasks of a scan. ``folder`` is where it keeps what it needs between the passes."""

    folder: str
    columns: Columns
    linting: Linting
    limits: Limits
    tables: tuple[str, ...] = ()
    scratch: str | None = None


@dataclass(frozen=True, slots=True)
class Sift:
    """Look through a unit."""

    unit: Unit

    @property
    def name(self) -> str:
        """What people call it."""
        return place(self.unit)

    def run(self, job: Job) -> None:
        """Write its counts."""
        store.write_sifted(job.folder, self.unit.number, sifted(self.unit, job))


@dataclass(frozen=True, slots=True)
class Spill:
    """Put the rows of a unit aside that belong to repositories worth linting."""

    unit: Unit
    shards: int

    @property
    def name(self) -> str:
        """What people call it."""
        return place(self.unit)

    def run(self, job: Job) -> None:
        """Write them."""
        path = store.rows_path(job.folder, self.unit.number)
        if self.unit.name:
            is_wanted = _hits(job.folder)(self.unit.name)
            empty: list[list[dict[str, object]]] = [[] for _ in range(self.shards)]
            store.write_index(
                store.index_of(path), store.whole(self.unit.name, self.shards) if is_wanted else empty
            )
            return
        store.spill(path, wanted_rows(self.unit, job, _hits(job.folder)), self.shards)


@dataclass(frozen=True, slots=True)
class LintRepository:
    """Lint one repository, whose rows were put aside or which is a unit itself."""

    repo: str
    pieces: tuple[store.Piece, ...]
    unit: Unit | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.repo

    def run(self, job: Job) -> Result:
        """Its findings."""
        if self.unit is not None and self.unit.kind == CHECKOUTS:
            return lint_checkout(self.repo, commit_of(self.unit.location), self.unit.location, job.linting)
        if self.unit is not None:
            return _lint_mirror(self.repo, self.unit.location, job)
        size = sum(piece.bytes for piece in self.pieces)
        if size > job.limits.repository_megabytes * 1_000_000:
            return too_large(self.repo, job.limits)
        commits = store.read_commits(job.folder, self.pieces)
        return lint_rows(self.repo, store.read_pieces(job.folder, self.pieces), commits, job)


@dataclass(frozen=True, slots=True)
class LintRows:
    """Lint one repository that is given row by row: path, content and commit."""

    repo: str
    rows: list[tuple[str, bytes, str | None]]

    @property
    def name(self) -> str:
        """What people call it."""
        return self.repo

    def run(self, job: Job) -> Result:
        """Its findings."""
        size = sum(len(content) for _, content, _ in self.rows)
        if size > job.limits.repository_megabytes * 1_000_000:
            return too_large(self.repo, job.limits)
        return lint_rows(self.repo, self.rows, [commit for *_, commit in self.rows], job)


Task = Sift | Spill | LintRepository | LintRows


def lint_rows(
    repo: str, files: Iterable[tuple[str, bytes, str | None]], commits: Iterable[str | None], job: Job
) -> Result:
    """Lint a repository; where its rows name several commits, they are one project all the same."""
    named = list(dict.fromkeys(commit for commit in commits if commit is not None))
    first = named[0] if named else None
    pairs = ((path, content) for path, content, _ in files)
    result = lint_files(repo, first, pairs, job.linting, job.scratch)
    if len(named) <= 1:
        return result
    reason = f"its rows name {len(named)} commits; they are linted together, as {first}"
    return replace(result, failures=(*result.failures, Failure("row", reason, repo)))


def place(unit: Unit) -> str:
    """A unit as people are told of it."""
    if unit.name:
        return unit.name
    return f"{os.path.basename(unit.location)}, part {unit.start}"


def too_large(repo: str, limits: Limits) -> Result:
    """A repository that is not linted because of its size."""
    return lost(repo, None, f"its files are larger than {limits.repository_megabytes:,} MB together")


def sifted(unit: Unit, job: Job) -> Sifted:
    """What a unit holds."""
    tables = tuple(map(Path, job.tables))
    if unit.kind == CHECKOUTS:
        return Sifted({unit.name: Seen(hits=1)})
    if unit.kind == MIRRORS:
        return _sifted_mirror(unit, tables)
    found = Sifted()
    try:
        return sift(rows(unit, job.columns), place(unit), tables, found)
    except (OSError, pa.ArrowException) as error:
        found.failures.append(Failure("input", f"{place(unit)}: cannot be read: {_said(error)}"))
        return found


def _sifted_mirror(unit: Unit, tables: tuple[Path, ...]) -> Sifted:
    try:
        with Mirror(unit.location) as mirror:
            found = sift(mirror.sources(unit.name), unit.name, tables)
    except MirrorError as error:
        return Sifted({unit.name: Seen()}, [Failure("repository", str(error), unit.name)])
    found.repositories.setdefault(unit.name, Seen())
    return found


def _lint_mirror(repo: str, location: str, job: Job) -> Result:
    try:
        with Mirror(location) as mirror:
            if mirror.size > job.limits.repository_megabytes * 1_000_000:
                return too_large(repo, job.limits)
            return lint_files(repo, mirror.commit, mirror.files(), job.linting, job.scratch)
    except MirrorError as error:
        return lost(repo, None, str(error))


def wanted_rows(unit: Unit, job: Job, wanted: Callable[[str], bool]) -> Iterator[Row]:
    """The wanted rows of a unit as far as it can be read: what is wrong with it was said before."""
    try:
        yield from (row for row in rows(unit, job.columns, wanted) if not broken(row))
    except (OSError, pa.ArrowException):
        return


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


@lru_cache(maxsize=1)
def _hits(folder: str) -> store.Hits:
    return store.Hits.read(folder)
