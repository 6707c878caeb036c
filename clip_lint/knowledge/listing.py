"""What the library tables hold, for people: one line a library, and what a table of one's own will do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clip_lint.knowledge.schema import load_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clip_lint.knowledge.documents import Document

_SAID = frozenset({"op", "signature", "keywords"})


@dataclass(frozen=True, slots=True)
class Library:
    """A library in the list: ``checked`` are the newest releases that its table was checked with, by distribution."""

    package: str
    distribution: str
    also: tuple[str, ...]
    calls: int
    """Functions, classes and methods that its table describes."""
    checked: Mapping[str, str]
    table: str
    is_own: bool
    pack: str = ""
    """The installed package that brought the table, with its version."""


@dataclass(frozen=True, slots=True)
class Described:
    """One function, class or method of a table: how it is called, and what that does."""

    name: str
    operation: str
    means: str
    arguments: tuple[str, ...]
    constants: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a table does."""

    package: str
    opens: str
    """Which files it lets in."""
    entries: tuple[Described, ...]
    families: tuple[str, ...]
    patterns: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    """What is allowed but looks forgotten."""


def library(document: Document, pack: str = "") -> Library | None:
    """A table's line in the list; None for one that is about no library. ``pack`` is the installed package that brought it."""
    table = document.table
    package = table.get("package")
    if not package:
        return None
    return Library(
        package,
        table.get("distribution", package),
        tuple(table.get("also", ())),
        sum(1 for _ in _entries(table)) + len(table.get("classes", ())),
        table.get("checked", {}),
        document.name,
        document.is_own,
        pack,
    )


def explain(document: Document) -> Explanation:
    """What a checked table does, in the order of its sections."""
    table = document.table
    return Explanation(
        table.get("package", ""),
        _opens(table),
        (*_described_classes(table), *(_described(name, entry) for name, entry in _entries(table))),
        tuple(table.get("families", ())),
        tuple((pattern, family) for pattern, family in table.get("patterns", ())),
        tuple(_notes(table)),
    )


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from table.get("calls", {}).items()
    for kind, named in table.get("methods", {}).items():
        for method, entry in named.items():
            yield kind if method == "__call__" else f"{kind}.{method}", entry


def _described(name: str, entry: Mapping[str, Any]) -> Described:
    operation = load_schema().operations[entry["op"]]
    renamed = (f"{given} as {name}" for given, name in entry.get("keywords", {}).items())
    constants = {key: value for key, value in entry.items() if key not in _SAID}
    return Described(
        name, operation.name, operation.means, (*entry.get("signature", ()), *renamed), constants
    )


def _described_classes(table: Mapping[str, Any]) -> Iterator[Described]:
    factory = table.get("factory", {})
    for name, each in table.get("classes", {}).items():
        constants = {key: value for key, value in each.items() if key != "kind"}
        for method in factory.get("names", ()):
            yield Described(
                f"{name}.{method}",
                "factory",
                f"Makes a {each['kind']}.",
                tuple(factory.get("signature", ())),
                constants,
            )


def _opens(table: Mapping[str, Any]) -> str:
    package = table.get("package")
    if not package:
        return "It says something about families of checkpoints; which files are read does not change."
    if table.get("consumer"):
        return f"Importing `{package}` alone does not make a file worth reading: it is used with any model."
    if table.get("general"):
        return (
            f"Files that use a class of `{package}` with a family, or name a checkpoint beside it, are read."
        )
    return f"Every file that imports `{package}` is read."


def _made(table: Mapping[str, Any]) -> set[str]:
    """The kinds of values that a table's calls and classes make."""
    made = {each["kind"] for each in table.get("classes", {}).values()}
    for entry in table.get("calls", {}).values():
        operation = entry["op"]
        if operation == "load":
            returned = entry.get("returns", "model")
            made |= {returned} if isinstance(returned, str) else set(returned)
        elif operation == "component":
            made.add(entry["kind"])
        elif operation == "pipeline":
            made.add("pipeline")
        elif operation in {"index", "neighbors"}:
            made.add("index")
    return made


def _notes(table: Mapping[str, Any]) -> Iterator[str]:
    if not table.get("package"):
        return
    made, methods = _made(table), table.get("methods", {})
    for kind in methods:
        if kind not in made and not table.get("consumer"):
            yield f"`methods.{kind}` is never used: no call or class of this table makes a {kind}"
    for kind in sorted(made - methods.keys() - {"index"}):
        yield f"a {kind} is made, but no `methods.{kind}` says what it does"
    if table.get("classes") and not table.get("factory", {}).get("names"):
        yield "`classes` are listed, but `factory.names` does not say how they are made"
    for path, entry in table.get("calls", {}).items():
        if entry["op"] == "load" and "mode" not in entry:
            yield f"`{path}` does not say whether it calls `eval()` itself: give `mode`"
        if path.partition(".")[0] not in {
            each.partition(".")[0] for each in (table["package"], *table.get("also", ()))
        }:
            yield f"`{path}` does not belong to `{table['package']}`: name its package in `also`"
