"""Tables that come as packages of their own, installed beside clip-lint.

Such a package names a folder of its own under the entry points `clip_lint.libraries`, and every TOML file that it installs there is a table. Nothing of
it is imported: a table is data. What the linted code brings along does not count, nor what a path of the environment points at.
"""

from __future__ import annotations

import functools
import os
import re
import site
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from clip_lint.knowledge.documents import Fault, TableError, read_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint, PathDistribution

GROUP = "clip_lint.libraries"
_HEAD = f"[{GROUP}]".encode()
_MOST_BYTES = 1 << 16
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


@dataclass(frozen=True, slots=True)
class Pack:
    """An installed package of tables: its name and version on the index, and the files."""

    name: str
    version: str
    tables: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@functools.cache
def packs() -> tuple[Pack, ...]:
    """The packs beside clip-lint, by name: looked for once, and never in the folder that is linted. TableError where one is broken."""
    found = {pack.name: pack for place in reversed(places()) for pack in map(_pack, _marked(place))}
    return tuple(found[name] for name in sorted(found))


def pack_tables() -> tuple[str, ...]:
    """The files of all packs."""
    return tuple(table for pack in packs() for table in pack.tables)


def places() -> tuple[str, ...]:
    """Where packages are installed beside clip-lint: its own folder, and those of the Python that runs it."""
    own = Path(__file__).parents[2]
    known: list[str] = getattr(site, "getsitepackages", list)()  # an interpreter that is built in has none
    return tuple(
        dict.fromkeys([str(own), *known] if own.name in {"site-packages", "dist-packages"} else known)
    )


def _marked(place: str) -> Iterator[str]:
    """The descriptions of installed packages that name our group: a look at each file, a tenth of a millisecond for ten."""
    try:
        with os.scandir(place) as entries:
            names = sorted(each.name for each in entries if each.name.endswith(".dist-info"))
    except OSError:
        return
    for name in names:
        try:
            file = os.open(f"{place}/{name}/entry_points.txt", os.O_RDONLY)
        except OSError:  # most have none
            continue
        with os.fdopen(file, "rb") as opened:
            if _HEAD in opened.read(_MOST_BYTES):
                yield f"{place}/{name}"


def _pack(folder: str) -> Pack:
    """The pack that a description tells of."""
    from importlib.metadata import PathDistribution  # noqa: PLC0415  (ten milliseconds, and few have packs)

    held = PathDistribution(Path(folder))
    name, _, version = Path(folder).stem.rpartition("-")
    pack = Pack(name.replace("_", "-"), version, ())
    who = f"the pack {pack}"
    try:
        points = sorted(held.entry_points.select(group=GROUP), key=lambda each: each.name)
    except (TypeError, ValueError) as error:  # lines that name nothing, no UTF-8
        raise _broken(who, "its entry_points.txt cannot be read") from error
    tables = [table for point in points for table in _tables(held, point, who)]
    return replace(pack, tables=tuple(dict.fromkeys(tables)))


def _tables(held: PathDistribution, point: EntryPoint, who: str) -> Iterator[str]:
    """The tables of an entry point, each checked."""
    if not _MODULE.fullmatch(point.value):
        raise _broken(who, f"`{point.name} = {point.value}` names no folder of the package")
    within = PurePosixPath(*point.value.split("."))
    top = os.path.realpath(str(held.locate_file("")))
    paths = sorted(
        os.path.realpath(str(held.locate_file(file)))
        for file in held.files or ()
        if file.suffix == ".toml" and PurePosixPath(file).parent == within
    )
    if not paths:
        raise _broken(who, f"it installs no table in `{within}` (what is installed to be edited has none)")
    for path in paths:
        if not path.startswith(top + os.sep):
            raise _broken(who, f"`{path}` lies elsewhere")
        try:
            read_document(path)
        except TableError as error:
            more = f" (and {len(error.faults) - 1} more)" if len(error.faults) > 1 else ""
            raise _broken(who, f"{error.faults[0]}{more}") from error
        yield path


def _broken(who: str, why: str) -> TableError:
    return TableError(Fault(who, 0, "", f"{why}; mend or remove it"))
