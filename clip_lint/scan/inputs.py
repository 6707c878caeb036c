"""What was named as sources -> units of work, in a stable order: row groups, parts of files, checkouts, mirrors."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from clip_lint.scan.folders import is_mirror, repositories_below
from clip_lint.scan.options import ScanError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clip_lint.scan.options import Columns

PARQUET, JSONL, ARROW, CHECKOUTS, MIRRORS = "parquet", "jsonl", "arrow", "checkouts", "mirrors"
FORMATS = ("auto", PARQUET, JSONL, ARROW, CHECKOUTS, MIRRORS)
_SUFFIXES = {
    ".parquet": PARQUET, ".pq": PARQUET, ".jsonl": JSONL, ".ndjson": JSONL, ".jsonl.gz": JSONL, ".jsonl.zst": JSONL,
    ".json.gz": JSONL, ".arrow": ARROW, ".feather": ARROW, ".arrows": ARROW, ".ipc": ARROW,
}  # fmt: skip
_PACKED = (".gz", ".zst")
PART_BYTES = 64_000_000
"""A file of lines is read in parts of this size, if it is not packed."""
_FIRST_BYTES, _FIRST_LINES = 1 << 20, 20
"""So much of a file of lines is looked at before it is scanned."""
_ROWS_NEEDED = ("repo", "path", "content")


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the input that one worker reads: of a table the row group or bytes ``start``, a checkout or a mirror.

    ``name`` is the repository of the last two, empty otherwise.
    """

    number: int
    kind: str
    location: str
    start: int = 0
    end: int = 0
    name: str = ""


class _Found(NamedTuple):
    """A file of rows, or a repository of that name."""

    kind: str
    location: str
    size: int = 0
    time: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """All of the input. ``stamps`` tell whether it is still the same: location, size and time of each file."""

    units: tuple[Unit, ...]
    stamps: tuple[tuple[str, int, int], ...]


def find_input(sources: Sequence[str], columns: Columns, kind: str = "auto") -> Input:
    """What the sources stand for; ScanError where one is missing, or is no table with the columns."""
    units: list[Unit] = []
    stamps: list[tuple[str, int, int]] = []
    names: dict[str, str] = {}
    for source in sources:
        for each in _files(source, kind):
            stamps.append((each.location, each.size, each.time))
            if each.name in names:
                raise ScanError(
                    f"two repositories are called {each.name}: {names[each.name]}, {each.location}"
                )
            if each.name:
                names[each.name] = each.location
            for start, end in _parts(each, columns):
                units.append(Unit(len(units), each.kind, each.location, start, end, each.name))
    if not units:
        raise ScanError("nothing to scan: the sources hold no rows and no repositories")
    return Input(tuple(units), tuple(stamps))


def unpacked(stream: Any, location: str) -> Any:
    """What a packed file holds; another file is as it is."""
    if not location.endswith(_PACKED):
        return stream
    return pa.CompressedInputStream(stream, "gzip" if location.endswith(".gz") else "zstd")


def is_packed(location: str) -> bool:
    """Whether a file must be read from its beginning."""
    return location.endswith(_PACKED)


def open_location(location: str) -> pa.NativeFile:
    """A file by its path or URI, to read."""
    if "://" in location:
        system, path = pafs.FileSystem.from_uri(location)
        return system.open_input_file(path)
    return pa.OSFile(location, "rb")


def _files(source: str, kind: str) -> Iterator[_Found]:
    """Each file or repository that a source stands for: its kind, location, size and time."""
    if "://" in source:
        yield from _remote(source, kind)
        return
    path = os.path.abspath(source)
    if not os.path.exists(path):
        raise ScanError(f"{source}: no such file or folder")
    if os.path.isdir(path):
        tables = [] if kind in (CHECKOUTS, MIRRORS) or is_mirror(path) else sorted(_tables_below(path, kind))
        if tables:
            for each in tables:
                yield _stamped(_kind_of(each, kind), each)
            return
        if kind not in ("auto", CHECKOUTS, MIRRORS):
            raise ScanError(f"{source}: no {kind} files in this folder")
        for folder, is_bare in repositories_below(path):
            if (kind == MIRRORS) <= is_bare and (kind == CHECKOUTS) <= (not is_bare):
                yield _Found(MIRRORS if is_bare else CHECKOUTS, folder, name=_name(folder, path))
        return
    if kind == MIRRORS:
        yield from _listed(path)
        return
    found = _kind_of(path, kind)
    if not found:
        raise ScanError(f"{source}: what is it? --input-format says: {', '.join(FORMATS[1:])}")
    yield _stamped(found, path)


def _name(folder: str, top: str) -> str:
    """What a repository is called: its path below the folder that was named."""
    name = os.path.relpath(folder, top).replace(os.sep, "/")
    name = (os.path.basename(top) if name == "." else name).removesuffix(".git")
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _listed(path: str) -> Iterator[_Found]:
    """The mirrors that a text file lists, one a line; a name may follow behind a tab."""
    base = os.path.dirname(path)
    with open(path, encoding="utf-8") as stream:
        for line in stream:
            place, _, name = line.rstrip("\n").partition("\t")
            if place.strip() and not place.startswith("#"):
                folder = os.path.normpath(os.path.join(base, place))
                called = name.strip() or os.path.basename(folder).removesuffix(".git")
                yield _Found(MIRRORS, folder, name=called)


def _tables_below(folder: str, kind: str) -> Iterator[str]:
    """The tables in a folder, and in those below it that are called ``key=value``."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "_")):
                continue
            if entry.is_dir() and "=" in entry.name:
                yield from _tables_below(entry.path, kind)
            elif (
                entry.is_file()
                and _kind_of(entry.name, "auto")
                and kind in ("auto", _kind_of(entry.name, "auto"))
            ):
                yield entry.path


def _kind_of(path: str, kind: str) -> str:
    if kind != "auto":
        return kind
    return next((found for suffix, found in _SUFFIXES.items() if path.lower().endswith(suffix)), "")


def _stamped(kind: str, path: str) -> _Found:
    status = os.stat(path)
    return _Found(kind, path, status.st_size, status.st_mtime_ns)


def _remote(source: str, kind: str) -> Iterator[_Found]:
    """The tables at a URI that pyarrow knows to read, such as `s3://bucket/folder`."""
    try:
        system, path = pafs.FileSystem.from_uri(source)
        info = system.get_file_info(path)
        found = [info]
        if info.type == pafs.FileType.Directory:
            found = system.get_file_info(pafs.FileSelector(path, recursive=True))
    except (OSError, ValueError, pa.ArrowException) as error:
        raise ScanError(f"{source}: {error}") from None
    prefix = source.partition("://")[0]
    for each in sorted(found, key=lambda info: info.path):
        which = _kind_of(each.path, kind)
        if each.type == pafs.FileType.File and which in (PARQUET, JSONL, ARROW):
            time = each.mtime_ns or 0
            yield _Found(which, f"{prefix}://{each.path}", each.size, time)


def _parts(found: _Found, columns: Columns) -> Iterable[tuple[int, int]]:
    """The parts of one file: where each starts and ends."""
    kind, location, size = found.kind, found.location, found.size
    if kind in (CHECKOUTS, MIRRORS):
        return [(0, 0)]
    try:
        if kind == PARQUET:
            with open_location(location) as stream:
                file = pq.ParquetFile(stream)
                _check(file.schema_arrow, location, columns)
                return [(group, group + 1) for group in range(file.num_row_groups)]
        if kind == ARROW:
            return _arrow_parts(location, columns)
        with open_location(location) as stream:
            _check_lines(unpacked(stream, location), location, columns)
    except (OSError, pa.ArrowException) as error:
        raise ScanError(f"{location}: cannot be read as {kind}: {error}") from None
    if location.endswith(_PACKED):
        return [(0, size)]
    return [(start, min(start + PART_BYTES, size)) for start in range(0, size, PART_BYTES)]


def _arrow_parts(location: str, columns: Columns) -> list[tuple[int, int]]:
    """The batches of a file; a stream of them is read as one part, from 0 to -1."""
    with open_location(location) as stream:
        try:
            reader = pa.ipc.open_file(stream)
        except pa.ArrowInvalid:
            stream.seek(0)
            with pa.ipc.open_stream(stream) as streamed:
                _check(streamed.schema, location, columns)
            return [(0, -1)]
        _check(reader.schema, location, columns)
        return [(number, number + 1) for number in range(reader.num_record_batches)]


def _check(schema: pa.Schema, location: str, columns: Columns) -> None:
    """ScanError where a column that is needed is not there, or is no text."""
    for key in _ROWS_NEEDED:
        name = getattr(columns, key)
        if name not in schema.names:
            known = ", ".join(schema.names[:20])
            raise ScanError(f"{location}: no column {name!r} (--{key}-column names it); there is {known}")
        if not _is_text(schema.field(name).type):
            raise ScanError(
                f"{location}: column {name!r} is {schema.field(name).type}: text or bytes are needed"
            )


def _check_lines(stream: Any, location: str, columns: Columns) -> None:
    """ScanError where none of the first lines has what is needed: the columns are called otherwise."""
    needed = [getattr(columns, key) for key in _ROWS_NEEDED]
    known: list[str] = []
    for line in stream.read(_FIRST_BYTES).split(b"\n")[:_FIRST_LINES]:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            if all(name in value for name in needed):
                return
            known = known or [str(key) for key in value][:20]
    if known:
        missing = next(name for name in needed if name not in known)
        key = next(key for key in _ROWS_NEEDED if getattr(columns, key) == missing)
        raise ScanError(
            f"{location}: no key {missing!r} (--{key}-column names it); there is {', '.join(known)}"
        )


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return any(
        test(kind)
        for test in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_binary_view,
        )
    )
