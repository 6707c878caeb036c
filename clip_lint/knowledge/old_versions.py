"""Whether a file is kept as it was, beside what took its place: by the folder it lies in and by what lies beside it."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SUFFIXES = (".py", ".ipynb")
_NEARLY = 0.6
"""So large a part of a file's lines stands in the other one too, where one was made from the other."""
_BETWEEN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class _Marks:
    """What an old version is known by, as `old_versions.toml` lists it."""

    folders: re.Pattern[str]
    named: re.Pattern[str]
    copies: re.Pattern[str]
    numbered: re.Pattern[str]
    saved: re.Pattern[str]


@cache
def _marks() -> _Marks:
    table = tomllib.loads(Path(__file__).with_name("old_versions.toml").read_text(encoding="utf-8"))
    folders, words, marks = ("|".join(table[key]) for key in ("folders", "words", "marks"))
    return _Marks(
        re.compile(rf"_?(?:{folders})(?:_(?:{words}))?_?\d*|.+_(?:{marks})"),
        re.compile(rf"(?:{marks})_(.+)|(.+?)_(?:{marks})\d*"),
        re.compile("|".join(table["copies"])),
        re.compile(table["numbered"]),
        re.compile("|".join(table["saved"]), re.MULTILINE),
    )


def lies_among_old(name: str) -> bool:
    """Whether a file lies in a folder for what is no longer run; ``name`` is its path below the folder that is linted."""
    marks = _marks()
    return any(marks.folders.fullmatch(_plain(folder)) for folder in PurePath(name).parts[:-1])


def replaced_by(path: str, text: Callable[[str], str]) -> str | None:
    """The file beside ``path`` (absolute) that took its place, as their names tell; None where there is none.

    ``text`` gives a file's program, which is asked for where a name says little.
    """
    marks, stem = _marks(), _stem(path)
    notebook = _saved_from(path, text)
    if notebook is not None:
        return notebook
    marked = marks.named.fullmatch(_plain(stem))
    if marked:
        rest = _inner(marked)
        return next((other for other in _beside(path) if _holds(_plain(_stem(other)), rest)), None)
    copied, counted = marks.copies.fullmatch(stem), marks.numbered.fullmatch(stem)
    for other in _beside(path):
        is_newer = _stem(other) == _inner(copied) if copied else _counts_on(counted, _stem(other))
        if is_newer and _is_nearly(text(path), text(other)):
            return other
    return None


def _saved_from(path: str, text: Callable[[str], str]) -> str | None:
    """The notebook beside a program that says it was saved from one, and holds what that one holds."""
    if PurePath(path).suffix != ".py":
        return None
    notebook = next(
        (
            other
            for other in _beside(path)
            if PurePath(other).suffix != ".py" and _plain(_stem(other)) == _plain(_stem(path))
        ),
        None,
    )
    if notebook is None or not _marks().saved.search(text(path)):
        return None
    return notebook if _is_nearly(text(notebook), text(path)) else None


def _counts_on(counted: re.Match[str] | None, other: str) -> bool:
    """Whether another name is the same with a higher number."""
    after = _marks().numbered.fullmatch(other)
    if counted is None or after is None or counted[1] != after[1]:
        return False
    return int(counted[2]) < int(after[2])


def _inner(match: re.Match[str]) -> str:
    """What is left of a name."""
    return next(part for part in match.groups() if part is not None)


def _stem(path: str) -> str:
    return PurePath(path).stem.lower()


def _plain(name: str) -> str:
    """A name in lower case, with one sign between its words."""
    return _BETWEEN.sub("_", name.lower()).strip("_")


def _holds(name: str, rest: str) -> bool:
    """Whether a name has all the words of what is left of another, and is no old version itself."""
    return set(rest.split("_")) <= set(name.split("_")) and not _marks().named.fullmatch(name)


def _beside(path: str) -> Iterator[str]:
    """The other programs in the folder of a file."""
    try:
        files = sorted(Path(path).parent.iterdir())
    except OSError:
        return
    for file in files:
        if file.suffix in _SUFFIXES and file != Path(path):
            yield str(file)


def _is_nearly(old: str, new: str) -> bool:
    """Whether most lines of one text stand in the other one too."""
    lines, others = _lines(old), _lines(new)
    return sum(lines.values()) > 0 and (lines & others).total() >= _NEARLY * lines.total()


def _lines(text: str) -> Counter[str]:
    return Counter(stripped for line in text.splitlines() if (stripped := line.strip()))
