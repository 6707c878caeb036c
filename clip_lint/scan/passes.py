"""A scan: look through all, put aside what is worth linting, lint it shard by shard. Each pass goes on where it was left."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clip_lint.scan import store
from clip_lint.scan.inputs import Input, Unit, find_input
from clip_lint.scan.ledger import Ledger, Plan, alone
from clip_lint.scan.options import Columns, Failure, Limits, Linting
from clip_lint.scan.results import is_written, write_shard
from clip_lint.scan.sieve import Sifted
from clip_lint.scan.statistics import Statistics, read_statistics, summarise
from clip_lint.scan.work import Job, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.scan.repository import Result

SHARD_BYTES = 64_000_000
SHARD_REPOSITORIES = 500
"""What a shard holds at most, on average: so much is done again where a scan was killed."""
ENGINES = ("local", "ray")
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
    engine: str = "local"
    workers: int = 0
    restart: bool = False


def run_scan(request: Request, progress: Progress) -> Statistics:
    """Do it, or go on with it; ScanError where it cannot be done."""
    found = find_input(request.sources, request.columns, request.input_format)
    asked = (request.columns, request.linting, request.limits, request.tables, request.parquet)
    with alone(request.output):
        ledger = Ledger(request.output, Plan.of(found.stamps, asked), restart=request.restart)
        if not ledger.is_complete:
            ledger.save(parquet=request.parquet, settings=_told(request.linting))
            with ledger.scratch() as scratch:
                job = Job(
                    ledger.work, request.columns, request.linting, request.limits, request.tables, scratch
                )
                _engine(request.engine)(request, found, ledger, job, progress).run()
            summarise(ledger)
            ledger.finish()
        return read_statistics(ledger.folder)


def _engine(name: str) -> type[Passes]:
    if name == "ray":
        from clip_lint.scan.cluster import OnRay  # noqa: PLC0415  (it takes ray)

        return OnRay
    from clip_lint.scan.local import Local  # noqa: PLC0415  (the other engine needs nothing of it)

    return Local


def _told(linting: Linting) -> dict[str, object]:
    """The settings that a page about the results names."""
    values = linting.overrides.values
    return {
        "preview": bool(values.get("preview", False)),
        "min_severity": str(values.get("min_severity", "warning")),
        "isolated": linting.isolated,
        "config": linting.file is not None,
    }


class Passes:
    """What all engines share: what is done already, which repositories are linted, and how results are written."""

    def __init__(self, request: Request, found: Input, ledger: Ledger, job: Job, progress: Progress) -> None:
        self.request = request
        self.units = found.units
        self.ledger = ledger
        self.job = job
        self._progress = progress

    def run(self) -> None:
        """All passes, each from where it was left."""
        raise NotImplementedError

    # --- looking through ----------------------------------------------------------------------------------------------

    def unsifted(self) -> list[Unit]:
        """The units that nobody looked through yet."""
        return [
            unit
            for unit in self.units
            if not os.path.exists(store.counts_path(self.ledger.work, unit.number))
        ]

    def give_up(self, unit: Unit, reason: str) -> None:
        """A unit that nobody can look through: what is in it is not known."""
        failure = Failure("input", f"{place(unit)}: {reason}")
        store.write_sifted(self.ledger.work, unit.number, Sifted({}, [failure]))

    def merge(self) -> int:
        """Which repositories are linted; in how many shards."""
        state, work = self.ledger.state, self.ledger.work
        if "shards" not in state:
            paths = [store.counts_path(work, unit.number) for unit in self.units]
            totals = store.merge_counts(paths, store.hits_path(work))
            failures = [
                failure
                for unit in self.units
                for failure in store.read_failures(store.unit_failures_path(work, unit.number))
            ]
            store.write_failures(os.path.join(self.ledger.folder, "failures", "input.jsonl"), failures)
            shards = 1 + max(totals.worth_bytes // SHARD_BYTES, totals.worth // SHARD_REPOSITORIES)
            counts = {
                "repositories": totals.repositories,
                "rows": totals.rows,
                "sources": totals.sources,
                "bytes": totals.bytes,
                "worth": totals.worth,
            }
            self.ledger.save(shards=shards, input_counts=counts)
        return int(state["shards"])

    # --- linting ------------------------------------------------------------------------------------------------------

    def left(self, shards: int) -> list[int]:
        """The shards that are not written yet."""
        return [shard for shard in range(shards) if not is_written(self.ledger, shard)]

    @property
    def worth(self) -> int:
        """How many repositories are linted."""
        return int(self.ledger.state["input_counts"]["worth"])

    def write(self, shard: int, results: Sequence[Result]) -> None:
        """Write what a shard gave."""
        write_shard(self.ledger, shard, results, parquet=self.request.parquet, sarif=self.job.linting.sarif)

    def tell(self, what: str, done: int, total: int) -> None:
        """Say how far it is."""
        self._progress(what, done, total)
