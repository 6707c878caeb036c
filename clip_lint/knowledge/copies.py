"""Whether a file is somebody else's library that a project carries along: nobody mends it there."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from clip_lint.core.files import MAX_SETTINGS, UnreadableError, read_bytes
from clip_lint.knowledge.documents import own_documents
from clip_lint.knowledge.versions import normalized

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODE = re.compile(r"^(?:import |from |class |def |@)", re.MULTILINE)
"""Where the head of a file ends, in which it says where all of it comes from."""
_BUILDS = ("pyproject.toml", "setup.py", "setup.cfg")
_PROJECT = re.compile(r"""^\s*name\s*=\s*["']?([\w.-]+)""", re.MULTILINE)
_MOST_CLASSES = 1
"""A program may have one class that is called like one of a library."""


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a copy is known by, as `copies.toml` lists it."""

    folders: frozenset[str]
    named: re.Pattern[str]
    files: tuple[tuple[str, ...], ...]
    classes: re.Pattern[str]
    said: re.Pattern[str]


@cache
def _marks() -> _Marks:
    table = tomllib.loads(Path(__file__).with_name("copies.toml").read_text(encoding="utf-8"))
    classes, sources = ("|".join(map(re.escape, table[key])) for key in ("classes", "sources"))
    return _Marks(
        frozenset(table["folders"]),
        re.compile("|".join(map(re.escape, table["named"])), re.IGNORECASE),
        tuple(tuple(names) for names in table["files"]),
        re.compile(rf"^class ({classes})\b", re.MULTILINE),
        re.compile(
            rf"""^(?:#|"{{3}}|'{{3}}).*\b(?:copied|taken|borrowed|vendored)\b.*(?:{sources})\b""",
            re.MULTILINE | re.IGNORECASE,
        ),
    )


def lies_in_copy(path: str, name: str) -> bool:
    """Whether a file lies in a folder that holds a library of others.

    ``path`` is its absolute path, ``name`` the one below the folder that is linted: where the project itself lies says nothing.
    """
    marks = _marks()
    folders = PurePath(name).parts[:-1]
    if not marks.folders.isdisjoint(folder.lower() for folder in folders):
        return True
    file = PurePath(name).name
    main = f"{PurePath(name).stem.partition('_')[0]}.py"
    for number, (part, folder) in enumerate(zip(reversed(folders), Path(path).parents, strict=False)):
        if _is_repository(folder):
            return True
        held = _held(folder)
        if held and (marks.named.search(part) or (number == 0 and (file in held or main in held))):
            return True
    return False


def is_copied(text: str) -> bool:
    """Whether a file's own text tells that it was copied."""
    marks = _marks()
    if len(set(marks.classes.findall(text))) > _MOST_CLASSES:
        return True
    code = _CODE.search(text)
    return marks.said.search(text, 0, code.start() if code else len(text)) is not None


@cache
def _is_repository(folder: Path) -> bool:
    """Whether a folder is a library's own repository: what builds it says the library's name, and the package lies in it."""
    for name in _BUILDS:
        try:
            text = read_bytes(str(folder / name), MAX_SETTINGS).decode(errors="replace")
        except UnreadableError:
            continue
        for named in _PROJECT.findall(text):
            package = _packages().get(normalized(named))
            if package and any((folder / at / package / "__init__.py").is_file() for at in ("", "src")):
                return True
    return False


@cache
def _packages() -> Mapping[str, str]:
    """The top folder of each library in the tables, by the name that its repository gives to what it builds."""
    found: dict[str, str] = {}
    for each in own_documents():
        package = each.head.get("package", "").partition(".")[0]
        for name in (package, each.head.get("distribution", package)):
            found.setdefault(normalized(name), package)
    return found


@cache
def _held(folder: Path) -> tuple[str, ...]:
    """The files by which a folder is known for a library, none where it is none."""
    for names in _marks().files:
        if all((folder / name).exists() for name in names):
            return names
    return ()
