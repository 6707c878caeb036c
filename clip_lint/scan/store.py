"""What is kept on disk between the passes: counts by repository, and the rows of those that are linted, by shard.

A file is written under another name and renamed: where it is there, it is whole.
"""

from __future__ import annotations

import json
import os
from array import array
from bisect import bisect_left
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa

from clip_lint.scan.options import Failure
from clip_lint.scan.schema import SOURCES
from clip_lint.scan.sieve import Seen, Sifted, broken, number_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clip_lint.scan.reading import Row

BUCKETS = 64
"""Counts are put together a bucket of repositories at a time."""
RUN_BYTES = 48_000_000
"""So much of what is linted is held in memory before it is written."""
_COUNTS = pa.schema(
    [
        ("repo", pa.string()),
        ("rows", pa.int64()),
        ("sources", pa.int64()),
        ("bytes", pa.int64()),
        ("hits", pa.int64()),
    ]
)
_INDEX = pa.schema(
    [
        ("repo", pa.string()),
        ("batch", pa.int32()),
        ("offset", pa.int64()),
        ("length", pa.int64()),
        ("bytes", pa.int64()),
    ]
)


@contextmanager
def written(path: str) -> Iterator[BinaryIO]:
    """A file that is there once all of it is."""
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        with open(temporary, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise


def write_json(path: str, value: object) -> None:
    """A value as JSON."""
    with written(path) as stream:
        stream.write(json.dumps(value, indent=1).encode() + b"\n")


def write_failures(path: str, failures: Iterable[Failure]) -> None:
    """Failures in order, one JSON object a line."""
    with written(path) as stream:
        for each in sorted(failures, key=Failure.key):
            stream.write(json.dumps(asdict(each)).encode() + b"\n")


def read_failures(path: str) -> list[Failure]:
    """What `write_failures` wrote."""
    with open(path, encoding="ascii") as stream:
        return [Failure(**json.loads(line)) for line in stream]


# --- counts -----------------------------------------------------------------------------------------------------------


def write_counts(path: str, sifted: Sifted) -> None:
    """What a unit holds, a batch a bucket."""
    buckets: list[list[tuple[str, Seen]]] = [[] for _ in range(BUCKETS)]
    for repo, seen in sifted.repositories.items():
        buckets[number_of(repo) % BUCKETS].append((repo, seen))
    with written(path) as stream, pa.ipc.new_file(stream, _COUNTS) as writer:
        for bucket in buckets:
            rows = [{"repo": repo, **asdict(seen)} for repo, seen in bucket]
            writer.write_batch(pa.RecordBatch.from_pylist(rows, _COUNTS))


@dataclass(frozen=True, slots=True)
class Totals:
    """What all units hold together. ``worth`` are the repositories that are linted, of ``worth_bytes``."""

    repositories: int = 0
    rows: int = 0
    sources: int = 0
    bytes: int = 0
    worth: int = 0
    worth_bytes: int = 0


def merge_counts(paths: list[str], hits: str) -> Totals:
    """Put the counts of all units together, and write the numbers of the repositories to lint to the file ``hits``."""
    numbers = array("Q")
    totals = [0] * 6
    for bucket in range(BUCKETS):
        known: dict[str, list[int]] = {}
        for path in paths:
            with pa.memory_map(path) as stream:
                columns = pa.ipc.open_file(stream).get_batch(bucket).to_pydict()
            for repo, *values in zip(*(columns[name] for name in _COUNTS.names), strict=True):
                before = known.get(repo)
                known[repo] = (
                    values if before is None else [old + new for old, new in zip(before, values, strict=True)]
                )
        totals[0] += len(known)
        for repo, (rows, sources, size, worth) in known.items():
            totals[1] += rows
            totals[2] += sources
            totals[3] += size
            if worth:
                numbers.append(number_of(repo))
                totals[4] += 1
                totals[5] += size
    with written(hits) as stream:
        array("Q", sorted(numbers)).tofile(stream)
    return Totals(*totals)


class Hits:
    """The repositories to lint, as `merge_counts` wrote them."""

    def __init__(self, data: bytes) -> None:
        self._numbers = array("Q")
        self._numbers.frombytes(data)
        self._last = "", False

    @classmethod
    def read(cls, folder: str) -> Hits:
        """Those of a scan that keeps its work in a folder."""
        with open(hits_path(folder), "rb") as stream:
            return cls(stream.read())

    def __call__(self, repo: str) -> bool:
        """Whether a repository is one of them."""
        if repo != self._last[0]:
            number = number_of(repo)
            place = bisect_left(self._numbers, number)
            self._last = repo, place < len(self._numbers) and self._numbers[place] == number
        return self._last[1]


# --- rows -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one repository: a part of a batch of a unit. In a unit that is a repository itself ``batch`` is -1."""

    unit: int
    batch: int
    offset: int
    length: int
    bytes: int


def spill(path: str, rows: Iterable[Row], shards: int) -> None:
    """Write the rows sorted by shard and repository, and an index beside them with a batch a shard."""
    index: list[list[dict[str, Any]]] = [[] for _ in range(shards)]
    with written(path) as stream, pa.ipc.new_file(stream, SOURCES) as writer:
        held: list[tuple[int, str, int, Row]] = []
        size = batch = 0
        for row in rows:
            if broken(row) or row.repo is None or row.content is None:
                continue
            held.append((number_of(row.repo) % shards, row.repo, len(held), row))
            size += len(row.content)
            if size > RUN_BYTES:
                writer.write_batch(_run(held, batch, index))
                held, size, batch = [], 0, batch + 1
        writer.write_batch(_run(held, batch, index))
    write_index(index_of(path), index)


def write_index(path: str, index: list[list[dict[str, Any]]]) -> None:
    """Which rows of a unit belong to which shard."""
    with written(path) as stream, pa.ipc.new_file(stream, _INDEX) as writer:
        for entries in index:
            writer.write_batch(pa.RecordBatch.from_pylist(entries, _INDEX))


def index_of(path: str) -> str:
    """The index beside a file of rows."""
    return path.removesuffix(".arrow") + ".index"


def whole(repo: str, shards: int) -> list[list[dict[str, Any]]]:
    """The index of a unit that is a repository itself."""
    index: list[list[dict[str, Any]]] = [[] for _ in range(shards)]
    index[number_of(repo) % shards].append({"repo": repo, "batch": -1, "offset": 0, "length": 0, "bytes": 0})
    return index


def _run(
    held: list[tuple[int, str, int, Row]], batch: int, index: list[list[dict[str, Any]]]
) -> pa.RecordBatch:
    held.sort(key=lambda each: each[:3])
    entry: dict[str, Any] = {}
    for offset, (shard, repo, _, row) in enumerate(held):
        if entry.get("repo") != repo:
            entry = {"repo": repo, "batch": batch, "offset": offset, "length": 0, "bytes": 0}
            index[shard].append(entry)
        entry["length"] += 1
        entry["bytes"] += len(row.content or b"")
    columns = [[getattr(row, name) for *_, row in held] for name in SOURCES.names]
    arrays = [pa.array(values, field.type) for values, field in zip(columns, SOURCES, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=SOURCES)


def pieces(paths: dict[int, str], shard: int) -> dict[str, list[Piece]]:
    """The repositories of a shard, each with where its rows are, in the order of the units."""
    found: dict[str, list[Piece]] = {}
    for unit, path in paths.items():
        with pa.memory_map(path) as stream:
            batch = pa.ipc.open_file(stream).get_batch(shard)
            for each in batch.to_pylist():
                repo = each.pop("repo")
                found.setdefault(repo, []).append(Piece(unit, **each))
    return found


def read_pieces(folder: str, where: Iterable[Piece]) -> Iterator[tuple[str, bytes, str | None]]:
    """The path, content and commit of each row."""
    for piece in where:
        with pa.memory_map(rows_path(folder, piece.unit)) as stream:
            batch = pa.ipc.open_file(stream).get_batch(piece.batch).slice(piece.offset, piece.length)
            for path, content, commit in zip(
                *(batch.column(name) for name in ("path", "content", "commit")), strict=True
            ):
                yield path.as_py(), content.as_py(), commit.as_py()


def hits_path(folder: str) -> str:
    """The file of the numbers of the repositories to lint."""
    return os.path.join(folder, "hits")


def read_commits(folder: str, where: Iterable[Piece]) -> Iterator[str | None]:
    """The commit of each row."""
    for piece in where:
        with pa.memory_map(rows_path(folder, piece.unit)) as stream:
            batch = pa.ipc.open_file(stream).get_batch(piece.batch).slice(piece.offset, piece.length)
            yield from batch.column("commit").to_pylist()


def write_sifted(folder: str, unit: int, found: Sifted) -> None:
    """What a unit holds, and the rows that are none. The counts come last, and say that it is done."""
    write_failures(unit_failures_path(folder, unit), found.failures)
    write_counts(counts_path(folder, unit), found)


def rows_path(folder: str, unit: int) -> str:
    """The file of a unit's rows."""
    return os.path.join(folder, "rows", f"{unit:06}.arrow")


def counts_path(folder: str, unit: int) -> str:
    """The file of what a unit holds."""
    return os.path.join(folder, "sieve", f"{unit:06}.arrow")


def unit_failures_path(folder: str, unit: int) -> str:
    """The file of the rows of a unit that are none."""
    return os.path.join(folder, "sieve", f"{unit:06}.failures")
