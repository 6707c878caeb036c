"""What tells that a program uses CLIP, gathered from the library tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clip_lint.knowledge.documents import documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from clip_lint.knowledge.documents import Document, Stamps

_USED = frozenset({"model", "processor", "generator"})
"""Kinds of classes that are imported to use a model. Tokenizers and the like come with generators too."""
_MAKERS = frozenset({"load", "component", "clip_score"})


_KEPT = Path(__file__).with_name("marks.txt")
"""The marks of clip-lint's own tables where it is installed (`setup.py`): to read all tables takes a third of a short run."""


@dataclass(frozen=True)
class Marks:
    """The names by which programs that use CLIP are told from others; ``*`` and ``?`` as in file names where it says so."""

    packages: frozenset[str]
    """Importing one is using CLIP."""
    described: frozenset[str]
    """What the tables say of these packages' functions and classes, by their last names."""
    calls: frozenset[str]
    """Their functions as programs write them where the package has an everyday word for a name."""
    openers: frozenset[str]
    """Classes of general packages that load any kind of model: a checkpoint's id tells which."""
    names: frozenset[str]
    """Classes and functions that only CLIP has (with wildcards)."""
    towers: frozenset[str]
    """Classes of one tower: they tell it where a file loads one, not where one is passed on."""
    methods: frozenset[str]
    fields: frozenset[str]
    """Methods of models and attributes of their outputs that nothing else has."""
    factories: frozenset[str]
    """The class methods that load."""
    ids: tuple[str, ...]
    """Words in the ids of checkpoints, lower case; none holds another."""
    texts: frozenset[str]
    """Texts that tell it as an id does (with wildcards)."""
    addresses: frozenset[str]
    """Parts of texts that tell it: addresses of services and ids of their models, lower case."""
    words: frozenset[str]
    """Words in the names of a project's own modules and helpers."""
    not_after: frozenset[str]
    not_before: frozenset[str]
    """Words around them that change their meaning."""
    internals: frozenset[str]
    own_files: frozenset[str]
    parts: frozenset[str]
    """Modules, beginnings of modules and endings of classes of a library's own models: building one is not using one."""


_TELLING = re.compile(r"Clip|\w+_\w+|\w*[A-Z]\w*[A-Z]\w*|[\w.-]*\*.*")
"""Names of more than one word, or with a place for more."""


def load_marks(extra: Stamps = ()) -> Marks:
    """The marks of all tables, the user's ``extra`` ones included; TableError where one of those is broken."""
    kept = None if extra else _KEPT.read_text(encoding="utf-8") if _KEPT.is_file() else None
    return from_text(kept) if kept is not None else _made(extra)


def to_text(marks: Marks) -> str:
    """Marks as lines, each a name and what it holds between tabs: an installation keeps those of clip-lint's own tables."""
    return "".join(
        "\t".join((each.name, *sorted(getattr(marks, each.name)))) + "\n" for each in fields(marks)
    )


def from_text(text: str) -> Marks:
    """The marks of which `to_text` made a text."""
    held = {name: words for name, *words in (line.split("\t") for line in text.splitlines())}
    ids = tuple(held.pop("ids"))
    return Marks(ids=ids, **{name: frozenset(words) for name, words in held.items()})


def _made(extra: Stamps) -> Marks:
    """Marks from the tables."""
    tables = [document.table for document in documents(extra) if _tells_something(document)]
    families = {name: each for table in tables for name, each in table.get("families", {}).items()}
    patterns = (pair for table in tables for pair in table.get("patterns", ()))
    ids = {
        pattern.strip("*").lower()
        for pattern, family in patterns
        if re.fullmatch(r"\*[\w-]+\*", pattern) and not families.get(family, {}).get("unrelated")
    }
    gates = [table.get("gate", {}) for table in tables]

    def gated(key: str) -> frozenset[str]:
        found = (gate.get(key, ()) for gate in gates)
        return frozenset(word for each in found for word in ((each,) if isinstance(each, str) else each))

    plain = [table for table in tables if table.get("package") and not _is_wide(table)]
    paths = [path for table in plain for path in table.get("calls", ())]
    return Marks(
        frozenset(_packages(plain)),
        frozenset(path.rpartition(".")[2] for path in paths)
        | {name for table in plain for name, _ in _classes(table)},
        frozenset(path for path in paths if path.count(".") == 1 and path.partition(".")[0] in gated("word")),
        frozenset(
            name
            for table in tables
            if table.get("general")
            for name, each in _classes(table)
            if each["kind"] in _USED and "family" not in each
        ),
        frozenset(name for table in tables if _is_wide(table) for name in _names(table)) | gated("names"),
        frozenset(
            name
            for table in tables
            for name, each in _classes(table)
            if each.get("part") and each["kind"] in _USED
        ),
        frozenset(
            name
            for table in tables
            for name, entry in table.get("methods", {}).get("model", {}).items()
            if entry.get("characteristic")
        ),
        gated("fields"),
        frozenset(name for table in tables for name in table.get("factory", {}).get("names", ())),
        tuple(sorted(shortest(ids))),
        gated("texts"),
        frozenset(
            max(re.split(r"[*?]+", pattern), key=len).lower()
            for table in tables
            for pattern in table.get("endpoints", {})
        ),
        gated("word"),
        gated("not_after"),
        gated("not_before"),
        gated("internals"),
        gated("own_files"),
        gated("parts"),
    )


def _tells_something(document: Document) -> bool:
    """Whether a table says anything of CLIP; that of numpy does not, and parsing it takes time."""
    return not document.head.get("consumer") or "family" in document.text or "[gate]" in document.text


def shortest(words: Iterable[str]) -> set[str]:
    """The words that hold no other of them: looking for these finds all."""
    known = set(words)
    return {word for word in known if not any(other != word and other in word for other in known)}


def _is_wide(table: Mapping[str, Any]) -> bool:
    """Whether a library is used without CLIP as well."""
    return bool(table.get("consumer") or table.get("general"))


def _packages(tables: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for table in tables:
        yield table["package"]
        yield from table.get("also", ())


def _classes(table: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    entries: Mapping[str, Mapping[str, Any]] = table.get("classes", {})
    return entries.items()


def _names(table: Mapping[str, Any]) -> Iterator[str]:
    """The names of a general library that stand for a family of CLIP's; single words such as `Client` and `clip` stand for much else."""
    factories = {"from_pretrained", *table.get("factory", {}).get("names", ())}
    for name, each in _classes(table):
        if each["kind"] in _USED and "family" in each and "part" not in each:
            yield name
    for path, each in table.get("calls", {}).items():
        if each["op"] in _MAKERS and "family" in each:
            last = next(part for part in reversed(path.split(".")) if part not in factories)
            if _TELLING.fullmatch(last):
                yield last
