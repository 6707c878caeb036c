"""The tables of a scan: their columns and types. docs/scan.md says what each column means."""

from __future__ import annotations

import pyarrow as pa

FINDINGS = pa.schema(
    [
        pa.field("repo", pa.string(), nullable=False),
        pa.field("commit", pa.string()),
        pa.field("path", pa.string(), nullable=False),
        pa.field("cell", pa.int32()),
        pa.field("line", pa.int32(), nullable=False),
        pa.field("column", pa.int32(), nullable=False),
        pa.field("end_line", pa.int32(), nullable=False),
        pa.field("end_column", pa.int32(), nullable=False),
        pa.field("code", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("severity", pa.string(), nullable=False),
        pa.field("message", pa.string(), nullable=False),
        pa.field("help", pa.string(), nullable=False),
        pa.field("model", pa.string()),
        pa.field("fingerprint", pa.string(), nullable=False),
        pa.field("fixable", pa.string()),
        pa.field("suppressed", pa.bool_(), nullable=False),
        pa.field("excerpt", pa.string()),
    ]
)

REPOSITORIES = pa.schema(
    [
        pa.field("repo", pa.string(), nullable=False),
        pa.field("commit", pa.string()),
        pa.field("sources", pa.int64(), nullable=False),
        pa.field("clip_sources", pa.int64(), nullable=False),
        pa.field("findings", pa.int64(), nullable=False),
        pa.field("suppressed", pa.int64(), nullable=False),
        pa.field("unreadable", pa.int64(), nullable=False),
        pa.field("failure", pa.string()),
    ]
)

FAILURES = pa.schema(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("repo", pa.string()),
        pa.field("path", pa.string()),
    ]
)

RULES = pa.schema(
    [
        pa.field("code", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("findings", pa.int64(), nullable=False),
        pa.field("repositories", pa.int64(), nullable=False),
        pa.field("share", pa.float64(), nullable=False),
        pa.field("low", pa.float64(), nullable=False),
        pa.field("high", pa.float64(), nullable=False),
    ]
)

SOURCES = pa.schema(
    [
        pa.field("repo", pa.string(), nullable=False),
        pa.field("path", pa.string(), nullable=False),
        pa.field("content", pa.binary(), nullable=False),
        pa.field("commit", pa.string()),
    ]
)
"""A row of an input as it is handed on: the names of the columns are ours."""
