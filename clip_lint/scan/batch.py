"""The plain function for people's own Spark, Dask or Ray job: a batch of sources in, a batch of findings out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from clip_lint.core.finding import Severity
from clip_lint.scan.options import Columns, Failure, Limits, Linting
from clip_lint.scan.reading import batch_rows
from clip_lint.scan.repository import Result, lint_files, lost
from clip_lint.scan.schema import FINDINGS
from clip_lint.scan.sieve import sift
from clip_lint.settings.model import Overrides
from clip_lint.settings.selection import Stage, unknown
from clip_lint.settings.values import rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clip_lint.scan.reading import Row

BATCH = pa.schema([*(field.with_nullable(True) for field in FINDINGS), pa.field("failure", pa.string())])
"""What `lint_batch` gives: a finding a row; where ``failure`` says why something was not linted, there is no finding in the row."""


def lint_batch(
    batch: pa.RecordBatch,
    *,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    preview: bool = False,
    min_severity: str = "warning",
    isolated: bool = False,
    fixes: bool = True,
    columns: Columns | None = None,
) -> pa.RecordBatch:
    """The findings in the sources of a batch, by the columns of `BATCH`, in order.

    All rows of a repository must be in the same batch: it is linted as a project of its own. The columns are ``repo``, ``path``,
    ``content`` and, if there is one, ``commit``, unless ``columns`` calls them otherwise. ValueError where one is missing or
    an option makes no sense; nothing that stands in the sources raises anything.
    """
    for selector in (*(select or ()), *ignore):
        complaint = unknown(selector, rules())
        if complaint:
            raise ValueError(complaint)
    try:
        severity = Severity.named(min_severity)
    except KeyError:
        raise ValueError(f"min_severity is note, warning or error, not {min_severity!r}") from None
    columns = columns or Columns()
    for name in (columns.repo, columns.path, columns.content):
        if name not in batch.schema.names:
            raise ValueError(f"no column {name!r}; there is {', '.join(batch.schema.names)}")
    values: dict[str, Any] = {"preview": preview, "min_severity": severity}
    stage = Stage(tuple(select) if select else None, (), tuple(ignore))
    linting = Linting(Overrides(values, stage), None, isolated, fixes)
    rows = list(batch_rows(batch, columns))
    made: list[dict[str, Any]] = []
    for result in lint_rows(rows, linting, Limits()):
        made += result.rows
        made += (_failed(failure) for failure in result.failures)
    return pa.RecordBatch.from_pylist(made, BATCH)


def lint_rows(rows: Sequence[Row], linting: Linting, limits: Limits) -> Iterator[Result]:
    """What whole repositories give, in order of their names, in this process; those that can give nothing are left out."""
    found = sift(rows, "batch")
    if found.failures:
        yield Result("", (), {}, tuple(sorted(found.failures, key=Failure.key)))
    files: dict[str, list[Row]] = {}
    for row in rows:
        if row.repo in found.repositories and found.repositories[row.repo].hits:
            files.setdefault(row.repo, []).append(row)
    for repo, each in sorted(files.items()):
        if found.repositories[repo].bytes > limits.repository_megabytes * 1_000_000:
            yield lost(repo, None, f"its files are larger than {limits.repository_megabytes:,} MB together")
            continue
        commit = next((row.commit for row in each if row.commit is not None), None)
        usable = ((row.path, row.content) for row in each if row.path is not None and row.content is not None)
        yield lint_files(repo, commit, usable, linting)


def _failed(failure: Failure) -> dict[str, Any]:
    return {"repo": failure.repo, "path": failure.path, "suppressed": False, "failure": failure.reason}
