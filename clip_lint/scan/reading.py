"""A unit of the input -> its rows, some at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clip_lint.scan.inputs import ARROW, JSONL, PARQUET, is_packed, open_location, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from clip_lint.scan.inputs import Unit
    from clip_lint.scan.options import Columns

_ROWS = 1_000
"""Rows that are looked at together: their contents are in memory."""
LONGEST_LINE = 100_000_000
"""Bytes of a line of JSON."""


class Row(NamedTuple):
    """A row as it was found: whatever is wrong with a value, it is None here. ``fault`` says of a whole row that it is none."""

    repo: str | None
    path: str | None
    content: bytes | None
    commit: str | None
    fault: str = ""


def rows(unit: Unit, columns: Columns, wanted: Callable[[str], bool] | None = None) -> Iterator[Row]:
    """The rows of a unit in their order; with ``wanted`` only those of repositories that are.

    OSError or ArrowException where the file cannot be read.
    """
    if unit.kind == JSONL:
        yield from _lines(unit, columns, wanted)
        return
    names = [columns.repo, columns.path, columns.content, columns.commit]
    for batch in _batches(unit, names):
        yield from batch_rows(batch, columns, wanted)


def batch_rows(
    batch: pa.RecordBatch, columns: Columns, wanted: Callable[[str], bool] | None = None
) -> Iterator[Row]:
    """The rows of a batch."""
    repos = _texts(batch.column(columns.repo))
    if wanted is not None:
        asked = [each for each in pc.unique(repos).to_pylist() if isinstance(each, bytes)]
        kept = [each for each in asked if (name := _text(each)) is not None and wanted(name)]
        if not kept:
            return
        batch = batch.filter(pc.is_in(repos, value_set=pa.array(kept, pa.large_binary())))
        repos = _texts(batch.column(columns.repo))
    has_commit = columns.commit in batch.schema.names
    paths = _texts(batch.column(columns.path))
    contents = _texts(batch.column(columns.content))
    commits = _texts(batch.column(columns.commit)) if has_commit else None
    for start in range(0, batch.num_rows, _ROWS):
        values = [each.slice(start, _ROWS).to_pylist() for each in (repos, paths, contents)]
        told: Iterable[Any] = (
            commits.slice(start, _ROWS).to_pylist() if commits is not None else [None] * len(values[0])
        )
        for repo, path, content, commit in zip(*values, told, strict=True):
            yield Row(_text(repo), _text(path), content, _text(commit))


def _texts(column: Any) -> Any:
    """A column of text or bytes as bytes."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_null(column.type):
        return column
    if not _is_bytes_like(column.type):
        column = column.cast(pa.string())
    return column.cast(pa.large_binary())


def _is_bytes_like(kind: pa.DataType) -> bool:
    tests = (
        pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary,
        pa.types.is_string_view, pa.types.is_binary_view,
    )  # fmt: skip
    return any(test(kind) for test in tests)


def _text(value: object) -> str | None:
    """A name or path; None where it is not UTF-8."""
    try:
        return value.decode() if isinstance(value, bytes) else None
    except UnicodeDecodeError:
        return None


def _batches(unit: Unit, names: list[str]) -> Iterator[pa.RecordBatch]:
    with open_location(unit.location) as stream:
        if unit.kind == PARQUET:
            file = pq.ParquetFile(stream, pre_buffer=False, buffer_size=1 << 20)
            present = [name for name in names if name in file.schema_arrow.names]
            yield from file.iter_batches(_ROWS, row_groups=[unit.start], columns=present, use_threads=False)
        elif unit.end < 0:
            with pa.ipc.open_stream(stream) as reader:
                yield from reader
        elif unit.kind == ARROW:
            yield pa.ipc.open_file(stream).get_batch(unit.start)


def _lines(unit: Unit, columns: Columns, wanted: Callable[[str], bool] | None) -> Iterator[Row]:
    """The rows of the lines that begin in a part of a file."""
    with open_location(unit.location) as raw:
        end = None if is_packed(unit.location) else unit.end
        for line in _split(unpacked(raw, unit.location), unit.start, end):
            row = _parsed(line, columns)
            if wanted is None or (row.repo is not None and wanted(row.repo)):
                yield row


def _split(stream: Any, start: int, end: int | None) -> Iterator[bytes]:
    """The lines that begin from ``start`` to before ``end``."""
    position = max(start - 1, 0)
    if position:
        stream.seek(position)
    rest = b""
    is_first = start > 0
    while end is None or position < end:
        block = stream.read(1 << 20)
        if not block:
            if rest.strip() and not is_first:
                yield rest
            return
        *full, rest = (rest + block).split(b"\n") if b"\n" in block else (rest + block,)
        for line in full:
            begins = position
            position += len(line) + 1
            if is_first:  # what began before is the other part's
                is_first = False
                continue
            if end is not None and begins >= end:
                return
            if line.strip():
                yield line
        if len(rest) > LONGEST_LINE:
            raise OSError(f"a line of more than {LONGEST_LINE:,} bytes")


def _parsed(line: bytes, columns: Columns) -> Row:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return Row(None, None, None, None, "a line that is no JSON")
    if not isinstance(value, dict):
        return Row(None, None, None, None, "a line that is no JSON object")
    repo, path = _sound(value.get(columns.repo)), _sound(value.get(columns.path))
    content, commit = value.get(columns.content), _sound(value.get(columns.commit))
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else None
    return Row(repo, path, data, commit)


def _sound(value: object) -> str | None:
    """A text that can be written down; None for anything else."""
    try:
        return value if isinstance(value, str) and value.encode() else None
    except UnicodeEncodeError:
        return None
