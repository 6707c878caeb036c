"""A scan on one machine, by worker processes."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING

from clip_lint.scan import store
from clip_lint.scan.options import Lost
from clip_lint.scan.passes import Passes
from clip_lint.scan.pool import Pool
from clip_lint.scan.repository import Result, lost
from clip_lint.scan.sieve import number_of
from clip_lint.scan.work import LintRepository, Sift, Spill

if TYPE_CHECKING:
    from collections.abc import Iterator


class Local(Passes):
    """The passes as tasks of a pool; between them rows lie on disk."""

    def run(self) -> None:
        """All three passes."""
        with Pool(self.job, self.request.workers or os.cpu_count() or 1) as pool:
            self._sift(pool)
            shards = self.merge()
            self._spill(pool, shards)
            self._lint(pool, shards)

    def _sift(self, pool: Pool) -> None:
        tasks = [Sift(unit) for unit in self.unsifted()]
        done = len(self.units) - len(tasks)
        for number, (task, answer) in enumerate(pool.run(tasks), 1):
            if isinstance(answer, Lost) and isinstance(task, Sift):
                self.give_up(task.unit, answer.reason)
            self.tell("looking through the input", done + number, len(self.units))

    def _spill(self, pool: Pool, shards: int) -> None:
        work = self.ledger.work
        paths = {unit.number: store.rows_path(work, unit.number) for unit in self.units}
        tasks = [
            Spill(unit, shards)
            for unit in self.units
            if not os.path.exists(store.index_of(paths[unit.number]))
        ]
        done = len(self.units) - len(tasks)
        for number, (task, answer) in enumerate(pool.run(tasks), 1):
            if isinstance(answer, Lost) and isinstance(task, Spill):
                store.spill(paths[task.unit.number], (), shards)
            self.tell("putting rows aside", done + number, len(self.units))

    def _lint(self, pool: Pool, shards: int) -> None:
        left = self.left(shards)
        expected: dict[int, int] = {}
        held: dict[int, list[Result]] = defaultdict(list)

        def tasks() -> Iterator[LintRepository]:
            for shard in left:
                found = self._tasks(shard)
                expected[shard] = len(found)
                if not found:
                    self.write(shard, ())
                yield from found

        done = self.worth * (shards - len(left)) // shards
        for task, answer in pool.run(tasks(), seconds=self.job.limits.seconds):
            result = lost(task.name, None, answer.reason) if isinstance(answer, Lost) else answer
            shard = number_of(task.name) % shards
            held[shard].append(result)
            if len(held[shard]) == expected[shard]:
                self.write(shard, held.pop(shard))
            done += 1
            self.tell("linting repositories", min(done, self.worth), self.worth)

    def _tasks(self, shard: int) -> list[LintRepository]:
        """The repositories of a shard."""
        work = self.ledger.work
        paths = {unit.number: store.index_of(store.rows_path(work, unit.number)) for unit in self.units}
        units = {unit.number: unit for unit in self.units}
        return [
            LintRepository(repo, tuple(where), units[where[0].unit] if where[0].batch < 0 else None)
            for repo, where in sorted(store.pieces(paths, shard).items())
        ]
