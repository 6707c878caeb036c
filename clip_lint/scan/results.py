"""The results of a shard as files, in an order that does not depend on who was done first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from clip_lint.core.version import __version__
from clip_lint.report.sarif import SCHEMA
from clip_lint.scan import store
from clip_lint.scan.schema import FINDINGS, REPOSITORIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clip_lint.scan.ledger import Ledger
    from clip_lint.scan.repository import Result, Row

_ORDER = ("repo", "path", "cell", "line", "column", "code", "fingerprint")


def write_shard(ledger: Ledger, shard: int, results: Iterable[Result], *, parquet: bool, sarif: bool) -> None:
    """Write what a shard gave; its repositories come last, and say that it is done."""
    ordered = sorted(results, key=lambda result: result.repo)
    failures = [failure for result in ordered for failure in result.failures]
    store.write_failures(ledger.part("failures", shard, ".jsonl"), failures)
    if sarif:
        runs = [result.sarif for result in ordered if result.sarif is not None]
        log = {"$schema": SCHEMA, "version": "2.1.0", "runs": runs}
        with store.written(ledger.part("sarif", shard, ".sarif")) as stream:
            stream.write(json.dumps(log).encode() + b"\n")
    if parquet:
        rows = sorted((row for result in ordered for row in result.rows), key=_key)
        write_table(ledger.part("findings", shard, ".parquet"), rows, FINDINGS)
    write_table(
        ledger.part("repositories", shard, ".parquet"), [each.counts for each in ordered], REPOSITORIES
    )


def is_written(ledger: Ledger, shard: int) -> bool:
    """Whether a shard's results are there."""
    return ledger.part("repositories", shard, ".parquet") in ledger.parts("repositories", ".parquet")


def write_table(path: str, rows: list[Row], schema: pa.Schema) -> None:
    """Rows as a Parquet file that names the version it was made by."""
    noted = schema.with_metadata({"clip-lint": __version__})
    with store.written(path) as stream:
        pq.write_table(pa.Table.from_pylist(rows, noted), stream, compression="zstd")


def _key(row: Row) -> tuple[str | int, ...]:
    return tuple(row[name] or 0 if name == "cell" else row[name] for name in _ORDER)
