"""A scan on one machine: look through all, put aside what is worth linting, lint it shard by shard."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clip_lint.scan import store
from clip_lint.scan.inputs import Input, Unit, find_input
from clip_lint.scan.ledger import Ledger, Plan, alone
from clip_lint.scan.options import Columns, Failure, Limits, Linting
from clip_lint.scan.pool import Pool
from clip_lint.scan.repository import Result, lost
from clip_lint.scan.results import is_written, write_shard
from clip_lint.scan.sieve import Sifted, number_of
from clip_lint.scan.statistics import Statistics, summarise
from clip_lint.scan.work import Job, LintRepository, Sift, Spill, place
from clip_lint.scan.worker import Lost

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARD_BYTES = 64_000_000
SHARD_REPOSITORIES = 500
"""What a shard holds at most, on average: so much is done again where a scan was killed."""
Progress = Callable[[str, int, int], None]
"""Told what is being done, and how many of how many are done."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a user asks for."""

    sources: tuple[str, ...]
    output: str
    input_format: str = "auto"
    columns: Columns = field(default_factory=Columns)
    linting: Linting = field(default_factory=Linting)
    limits: Limits = field(default_factory=Limits)
    tables: tuple[str, ...] = ()
    parquet: bool = True
    workers: int = 0
    restart: bool = False


def run_scan(request: Request, progress: Progress) -> Statistics:
    """Do it, or go on with it; ScanError where it cannot be done."""
    found = find_input(request.sources, request.columns, request.input_format)
    asked = (request.columns, request.linting, request.limits, request.tables, request.parquet)
    with alone(request.output):
        ledger = Ledger(request.output, Plan.of(found.stamps, asked), restart=request.restart)
        if not ledger.is_complete:
            with ledger.scratch() as scratch:
                _Local(request, found, ledger, scratch, progress).run()
            summarise(ledger)
            ledger.finish()
        return Statistics.read(ledger)


class _Local:
    def __init__(
        self, request: Request, found: Input, ledger: Ledger, scratch: str, progress: Progress
    ) -> None:
        self._request = request
        self._units = found.units
        self._ledger = ledger
        self._progress = progress
        self._job = Job(
            ledger.work, request.columns, request.linting, request.limits, request.tables, scratch
        )
        self._count = request.workers or os.cpu_count() or 1

    def run(self) -> None:
        """All three passes, each from where it was left."""
        with Pool(self._job, self._count) as pool:
            self._sift(pool)
            shards = self._merge()
            self._spill(pool, shards)
            self._lint(pool, shards)

    def _sift(self, pool: Pool) -> None:
        work = self._ledger.work
        done = [unit for unit in self._units if os.path.exists(store.counts_path(work, unit.number))]
        numbers = {unit.number for unit in done}
        tasks = [Sift(unit) for unit in self._units if unit.number not in numbers]
        for number, (task, answer) in enumerate(pool.run(tasks), 1):
            if isinstance(answer, Lost) and isinstance(task, Sift):
                _give_up(work, task.unit, answer.reason)
            self._progress("looking through the input", len(done) + number, len(self._units))

    def _merge(self) -> int:
        """Which repositories are linted, and in how many shards."""
        state = self._ledger.state
        if "shards" not in state:
            paths = [store.counts_path(self._ledger.work, unit.number) for unit in self._units]
            totals = store.merge_counts(paths, os.path.join(self._ledger.work, "hits"))
            shards = 1 + max(totals.worth_bytes // SHARD_BYTES, totals.worth // SHARD_REPOSITORIES)
            failures = [
                failure
                for unit in self._units
                for failure in store.read_failures(store.unit_failures_path(self._ledger.work, unit.number))
            ]
            store.write_failures(os.path.join(self._ledger.folder, "failures", "input.jsonl"), failures)
            counts = {
                "repositories": totals.repositories,
                "rows": totals.rows,
                "sources": totals.sources,
                "bytes": totals.bytes,
                "worth": totals.worth,
            }
            self._ledger.save(shards=shards, input_counts=counts)
        return int(state["shards"])

    def _spill(self, pool: Pool, shards: int) -> None:
        work = self._ledger.work
        left = [
            unit
            for unit in self._units
            if not os.path.exists(store.index_of(store.rows_path(work, unit.number)))
        ]
        done = len(self._units) - len(left)
        for number, (task, answer) in enumerate(pool.run(Spill(unit, shards) for unit in left), 1):
            if isinstance(answer, Lost) and isinstance(task, Spill):
                store.spill(store.rows_path(work, task.unit.number), (), shards)
            self._progress("putting rows aside", done + number, len(self._units))

    def _lint(self, pool: Pool, shards: int) -> None:
        state = self._ledger.state
        left = [shard for shard in range(shards) if not is_written(self._ledger, shard)]
        total = int(state["input_counts"]["worth"])
        expected: dict[int, int] = {}
        held: dict[int, list[Result]] = defaultdict(list)
        done = 0

        def tasks() -> Iterator[LintRepository]:
            for shard in left:
                found = self._tasks(shard)
                expected[shard] = len(found)
                if not found:
                    write_shard(
                        self._ledger, shard, (), parquet=self._request.parquet, sarif=self._job.linting.sarif
                    )
                yield from found

        done = total * (shards - len(left)) // shards
        limit = self._job.limits.seconds
        for task, answer in pool.run(tasks(), seconds=limit):
            if not isinstance(task, LintRepository):
                continue
            result = lost(task.repo, None, answer.reason) if isinstance(answer, Lost) else answer
            shard = number_of(task.repo) % shards
            held[shard].append(result)
            done += 1
            if len(held[shard]) == expected[shard]:
                write_shard(
                    self._ledger,
                    shard,
                    held.pop(shard),
                    parquet=self._request.parquet,
                    sarif=self._job.linting.sarif,
                )
            self._progress("linting repositories", min(done, total), total)

    def _tasks(self, shard: int) -> list[LintRepository]:
        """The repositories of a shard."""
        work = self._ledger.work
        paths = {unit.number: store.index_of(store.rows_path(work, unit.number)) for unit in self._units}
        units = {unit.number: unit for unit in self._units}
        found = store.pieces(paths, shard)
        return [
            LintRepository(repo, tuple(where), units[where[0].unit] if where[0].batch < 0 else None)
            for repo, where in sorted(found.items())
        ]


def _give_up(work: str, unit: Unit, reason: str) -> None:
    """A unit that nobody can look through: what is in it is not known."""
    failure = Failure("input", f"{place(unit)}: {reason}")
    store.write_failures(store.unit_failures_path(work, unit.number), [failure])
    store.write_counts(store.counts_path(work, unit.number), Sifted())
