"""Many repositories in one go: sources from tables, checkouts or mirrors, findings as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["lint_batch"]


def lint_batch(batch: pa.RecordBatch, **options: Any) -> pa.RecordBatch:
    """The findings in the repositories of a batch of sources: see `clip_lint.scan.batch.lint_batch`."""
    from clip_lint.scan.batch import lint_batch as function  # noqa: PLC0415  (it takes pyarrow)

    return function(batch, **options)
