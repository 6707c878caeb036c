"""What the bytes of a file tell before anybody reads it: whether it uses CLIP, and what it is tied to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clip_lint.knowledge.gate import load_gate
from clip_lint.source.data_files import DATA_SUFFIXES, WRITING
from clip_lint.source.directives import may_suppress
from clip_lint.source.imports import Import, imports_in, script_paths
from clip_lint.source.load import NOTEBOOK_SUFFIX, load

if TYPE_CHECKING:
    from clip_lint.engine.funnel import Steps

_TRAINING = (
    b".backward(", b"autograd.grad(", b"value_and_grad(", b"GradientTape(", b"optim.", b"ptimizer(", b"def training_step(",
)  # fmt: skip
"""A program of these words trains something: what it imports may need its gradients."""
_DATA = tuple(suffix.encode() for suffix in DATA_SUFFIXES)


@dataclass(frozen=True, slots=True)
class Links:
    """What ties a file to others: its imports, and the folders that it puts on its search path."""

    imports: tuple[Import, ...] = ()
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deeds:
    """What a program does that matters to others: whether it trains something, and reads or writes data files."""

    trains: bool = False
    reads_data: bool = False
    writes_data: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """``uses_clip``: proven, or not to be told because the file does not parse. ``links`` are None until asked for."""

    uses_clip: bool
    has_comments: bool
    links: Links | None = None


def tells(data: bytes, steps: Steps, tables: tuple[Path, ...]) -> bool:
    """The first sieve: whether a search in the bytes finds anything CLIP-like. ``tables`` are the user's own."""
    return steps.may_use_clip(data) or (bool(tables) and load_gate(tables).may_use_clip(data))


def scan(path: str, data: bytes, steps: Steps, tables: tuple[Path, ...] = ()) -> Scan:
    """Both sieves: a search in the bytes, and for what passes it the gate."""
    proven = _tells_as_written(data, steps, tables) and _is_proven(path, data, steps, tables)
    return Scan(proven, may_suppress(data))


def is_worth_a_look(data: bytes, steps: Steps, tables: tuple[Path, ...] = ()) -> bool:
    """Whether a file can give a finding at all; of a project without one such file nothing has to be read."""
    return may_suppress(data) or _tells_as_written(data, steps, tables)


def _tells_as_written(data: bytes, steps: Steps, tables: tuple[Path, ...]) -> bool:
    # Text of two or four bytes a character is no Python to Python, and says so where it is about CLIP.
    return tells(data.replace(b"\0", b"") if b"\0" in data[:4] else data, steps, tables)


def links_of(path: str, data: bytes) -> Links:
    """What ties a file to others."""
    return Links(imports_in(data, is_notebook=path.endswith(NOTEBOOK_SUFFIX)), script_paths(data))


def deeds_of(data: bytes) -> Deeds:
    """What a program does. It takes as long to tell as all else that is searched for: only few files are asked about."""
    names_data = any(suffix in data for suffix in _DATA)
    return Deeds(
        any(word in data for word in _TRAINING),
        names_data,
        names_data and WRITING.search(data) is not None,
    )


def _is_proven(path: str, data: bytes, steps: Steps, tables: tuple[Path, ...]) -> bool:
    """Whether a program uses CLIP; true as well where nobody can tell, so that reading it says why."""
    loaded = load(Path(path), path, data)
    if loaded.source is None:
        return bool(loaded.problems)
    is_told = bool(loaded.broken) and tells(loaded.broken.encode(), steps, tables)
    return is_told or steps.uses_clip(loaded.source.text, tables)


# --- scans in the cache -----------------------------------------------------------------------------------------------


def to_record(found: Scan) -> list[Any]:
    """A scan as plain JSON values."""
    links = found.links
    if links is None:
        return [int(found.uses_clip), int(found.has_comments)]
    flags = [int(each) for each in (found.uses_clip, found.has_comments)]
    return [*flags, list(links.folders), "\n".join(map(_line, links.imports))]


def from_record(record: list[Any]) -> Scan:
    """What `to_record` was given; ValueError or TypeError where it is something else."""
    if len(record) == 2:
        return Scan(bool(record[0]), bool(record[1]))
    uses, comments, folders, lines = record
    imports = tuple(map(_import, lines.split("\n"))) if lines else ()
    return Scan(bool(uses), bool(comments), Links(imports, tuple(map(str, folders))))


def _line(each: Import) -> str:
    names = ",".join(there if there == here else f"{there}={here}" for there, here in each.names)
    return f"{each.level} {each.module} {each.alias} {names}"


def _import(line: str) -> Import:
    level, module, alias, names = line.split(" ")
    pairs = [name.partition("=") for name in names.split(",")] if names else []
    return Import(module, int(level), tuple((there, here or there) for there, _, here in pairs), alias)
