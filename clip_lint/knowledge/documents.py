"""The library tables as files: clip-lint's own and the user's, read and checked."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clip_lint.core.files import MAX_SETTINGS, UnreadableError, read_bytes
from clip_lint.core.texts import texts_in
from clip_lint.core.toml import loads

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_MOST_KEYS = 5_000
_WORDS = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*')


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a table; ``line`` is 0 where it is not known, ``key`` empty for the whole file."""

    path: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"


class TableError(Exception):
    """A library table cannot be used; the message names the file, the line, the key and what is wrong, fault by fault."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Document:
    """One table: where it comes from, and what it says."""

    name: str
    text: str
    is_own: bool = True
    """It came with clip-lint: its tests have checked it."""

    @functools.cached_property
    def head(self) -> Mapping[str, Any]:
        """The keys at the top, before any section: they are read at every start, the sections only where CLIP is used."""
        return tomllib.loads(self.text.partition("\n[")[0])

    @functools.cached_property
    def table(self) -> Mapping[str, Any]:
        """The whole table."""
        return tomllib.loads(self.text)


@functools.cache
def own_documents() -> tuple[Document, ...]:
    """The tables that come with clip-lint, by name."""
    folder = Path(__file__).with_name("libraries")
    return tuple(Document(name, text) for name, text in texts_in(folder, ".toml"))


Stamps = tuple[tuple[str, int], ...]
"""The user's tables as they are now: path and time of the last change."""


def stamps(extra: Iterable[Path]) -> Stamps:
    """The stamps of the user's tables: what was made from a table holds until the file changes (an editor runs for days)."""
    return tuple((str(path), path.stat().st_mtime_ns if path.is_file() else 0) for path in extra)


@functools.lru_cache(maxsize=8)
def documents(extra: Stamps = ()) -> tuple[Document, ...]:
    """All tables: a later one says more than an earlier one. TableError where one of the ``extra`` is broken."""
    return (*own_documents(), *(read_document(path) for path, _ in extra))


@functools.cache
def own_families() -> frozenset[str]:
    """The families that clip-lint's own tables describe."""
    return frozenset(name for each in own_documents() for name in each.table.get("families", ()))


def read_document(path: str) -> Document:
    """A table of the user's own, checked; TableError with a line for everything that is wrong with it."""
    try:
        text = read_bytes(path, MAX_SETTINGS).decode("utf-8").replace("\r\n", "\n")
    except UnreadableError as error:
        words = str(error).removeprefix("cannot be read: ")
        raise TableError(Fault(path, 0, "", f"cannot read the library table: {words}")) from error
    except UnicodeDecodeError as error:
        raise TableError(Fault(path, 0, "", "cannot read the library table: it is not UTF-8")) from error
    return parse_document(text, path)


def parse_document(text: str, path: str) -> Document:
    """The table that a text holds, checked."""
    from clip_lint.knowledge.checking import check  # noqa: PLC0415  (only where the user has tables)

    try:
        table = loads(text)
    except ValueError as error:  # no TOML, or a number of thousands of digits
        raise TableError(Fault(path, 0, "", f"not valid TOML: {error}")) from error
    if _keys(table) > _MOST_KEYS:
        raise TableError(Fault(path, 0, "", f"more than {_MOST_KEYS:,} keys: no library has so many"))
    found = check(table, own_families())
    if found:
        raise TableError(
            *(
                Fault(path, _line(text, each.path), _written(each.path), each.message)
                for each in dict.fromkeys(found)
            )
        )
    return Document(path, text, is_own=False)


def _keys(value: object) -> int:
    """How many keys a table has, those of tables in it included."""
    pending, count = [value], 0
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            count += len(value)
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return count


def _written(path: Sequence[str]) -> str:
    """A key as TOML writes it."""
    return ".".join(part if re.fullmatch(r"[\w-]+", part) else f'"{part}"' for part in path)


def _line(text: str, path: Sequence[str]) -> int:
    """The line of a key, 0 where it is not written out: the names of its path are looked for one after the other."""
    bare = _WORDS.sub(lambda found: " " * len(found[0]) if found[0].startswith("#") else found[0], text)
    position = 0
    for part in path:
        found = re.compile(rf"(?<![\w.\"'-])[\"']?{re.escape(part)}[\"']?(?![\w-])").search(bare, position)
        if found is None:
            return text.count("\n", 0, position) + 1 if position else 0
        position = found.start()
    return text.count("\n", 0, position) + 1
