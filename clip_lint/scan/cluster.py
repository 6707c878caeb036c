"""The same scan on a cluster, through Ray Data: it reads, shuffles and repeats what was lost; the passes are those of one machine.

The shuffle moves only the rows of repositories that are worth linting, to a task a shard. Results come back to the process that
asked for the scan, which writes them: a scan on Ray and one without it may go on with each other's work.
"""

from __future__ import annotations

import logging
import os
import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import ray
import ray.data

from clip_lint.scan import store
from clip_lint.scan.options import Lost
from clip_lint.scan.passes import Passes
from clip_lint.scan.pool import Pool
from clip_lint.scan.reading import Row
from clip_lint.scan.repository import lost
from clip_lint.scan.sieve import number_of
from clip_lint.scan.work import Job, LintRepository, LintRows, sifted, wanted_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.scan.inputs import Unit

ADDRESS = "RAY_ADDRESS"
_ROWS = pa.schema(
    [
        ("shard", pa.int64()),
        ("unit", pa.int64()),
        ("row", pa.int64()),
        ("repo", pa.string()),
        ("path", pa.string()),
        ("content", pa.large_binary()),
        ("commit", pa.string()),
        ("whole", pa.large_binary()),
    ]
)
"""A row on its way to its shard. ``whole`` is the unit that is a repository itself, which the task reads on its own."""
_BLOCK_BYTES = 16_000_000


class OnRay(Passes):
    """The passes as jobs of Ray Data, at the address that the environment names."""

    def run(self) -> None:
        """Both passes; Ray itself puts rows aside."""
        is_ours = not ray.is_initialized()
        if is_ours:
            address = os.environ.get(ADDRESS) or None
            count = self.request.workers or None
            local = {} if address else {"num_cpus": count, "include_dashboard": False}
            ray.init(address=address, log_to_driver=False, logging_level="ERROR", **local)
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        ray.data.DataContext.get_current().enable_progress_bars = False
        try:
            self._sift()
            self._lint(self.merge())
        finally:
            if is_ours:
                ray.shutdown()

    def _sift(self) -> None:
        units = {unit.number: unit for unit in self.unsifted()}
        done = len(self.units) - len(units)
        if not units:
            return
        made = _units(list(units.values())).map(_sift, fn_args=(self._portable(),))
        for number, row in enumerate(made.iter_rows(), 1):
            found = pickle.loads(row["found"])  # noqa: S301  (a task of ours made it)
            store.write_sifted(self.ledger.work, int(row["number"]), found)
            self.tell("looking through the input", done + number, len(self.units))

    def _lint(self, shards: int) -> None:
        left = self.left(shards)
        done = self.worth * (shards - len(left)) // shards
        if left and self.worth:
            with open(store.hits_path(self.ledger.work), "rb") as stream:
                numbers = ray.put(stream.read())
            job = self._portable()
            rows = _units(self.units).map_batches(
                _rows, batch_size=1, batch_format="pyarrow", fn_args=(job, numbers, shards, frozenset(left))
            )
            made = rows.groupby("shard", num_partitions=len(left)).map_groups(
                _lint, batch_format="pyarrow", fn_args=(job,)
            )
            for row in made.iter_rows():
                results = pickle.loads(row["results"])  # noqa: S301  (a task of ours made it)
                self.write(int(row["shard"]), results)
                done += len(results)
                self.tell("linting repositories", min(done, self.worth), self.worth)
        for shard in self.left(shards):
            self.write(shard, ())  # nobody's rows belong there

    def _portable(self) -> Job:
        """The job without the folders of this machine."""
        return replace(self.job, folder="", scratch=None)


def _units(units: Sequence[Unit]) -> Any:
    items = [{"number": unit.number, "unit": pickle.dumps(unit)} for unit in units]
    return ray.data.from_items(items, override_num_blocks=max(len(items), 1))


def _sift(item: dict[str, Any], job: Job) -> dict[str, Any]:
    unit: Unit = pickle.loads(item["unit"])  # noqa: S301  (the process that asks made it)
    return {"number": unit.number, "found": pickle.dumps(sifted(unit, job))}


def _rows(batch: pa.Table, job: Job, numbers: Any, shards: int, left: frozenset[int]) -> Iterator[pa.Table]:
    """The rows of a unit that go to a shard, some at a time."""
    hits = store.Hits(numbers if isinstance(numbers, bytes) else ray.get(numbers))
    for data in batch.column("unit").to_pylist():
        unit: Unit = pickle.loads(data)  # noqa: S301  (the process that asks made it)
        if unit.name:
            shard = number_of(unit.name) % shards
            if hits(unit.name) and shard in left:
                yield _table([(shard, unit.number, 0, Row(unit.name, None, None, None), data)])
            continue
        held: list[tuple[int, int, int, Row, bytes | None]] = []
        size = 0
        for number, row in enumerate(wanted_rows(unit, job, hits)):
            shard = number_of(row.repo or "") % shards
            if shard not in left:
                continue
            held.append((shard, unit.number, number, row, None))
            size += len(row.content or b"")
            if size > _BLOCK_BYTES:
                yield _table(held)
                held, size = [], 0
        if held:
            yield _table(held)


def _table(held: Sequence[tuple[int, int, int, Row, bytes | None]]) -> pa.Table:
    rows = [
        (shard, unit, number, row.repo, row.path, row.content, row.commit, whole)
        for shard, unit, number, row, whole in held
    ]
    columns = list(zip(*rows, strict=True))
    return pa.table(
        [pa.array(each, field.type) for each, field in zip(columns, _ROWS, strict=True)], schema=_ROWS
    )


def _lint(group: pa.Table, job: Job) -> pa.Table:
    """The results of one shard. Each repository is linted in a process beside this one, which may die without it."""
    group = group.sort_by([("repo", "ascending"), ("unit", "ascending"), ("row", "ascending")])
    tasks: dict[str, LintRows | LintRepository] = {}
    for row in group.to_pylist():
        repo = row["repo"]
        if row["whole"] is not None:
            tasks[repo] = LintRepository(repo, (), pickle.loads(row["whole"]))  # noqa: S301  (made above)
            continue
        task = tasks.setdefault(repo, LintRows(repo, []))
        if isinstance(task, LintRows):
            task.rows.append((row["path"], row["content"], row["commit"]))
    with Pool(job, 1) as pool:
        results = [
            lost(task.name, None, answer.reason) if isinstance(answer, Lost) else answer
            for task, answer in pool.run(tasks.values(), seconds=job.limits.seconds)
        ]
    shard = group.column("shard")[0].as_py()
    made = {"shard": [shard], "results": [pickle.dumps(results)]}
    return pa.table(made, schema=pa.schema([("shard", pa.int64()), ("results", pa.large_binary())]))
