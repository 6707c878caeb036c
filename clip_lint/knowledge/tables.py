"""The library tables (``libraries/*.toml``): what a library's calls mean, as data.

A call's entry names an operation of `clip_lint.reading.operations` (``op``), the canonical names of its positional
parameters (``signature``), keywords that go by another name (``keywords``), and constants for the operation.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib import resources
from typing import TYPE_CHECKING, Any

from clip_lint.core.checkpoint import Checkpoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class TableError(Exception):
    """A library table cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True)
class Spec:
    """What one call means."""

    op: str
    library: str
    signature: tuple[str, ...] = ()
    keywords: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        """A constant of the entry."""
        return self.options.get(name, default)


@dataclass(frozen=True)
class ClassSpec:
    """A class whose factories give a model or a component."""

    kind: str
    library: str
    family: str | None
    part: str
    factory: Spec


@dataclass(frozen=True)
class Libraries:
    """All tables together."""

    calls: Mapping[str, Spec]
    classes: Mapping[str, ClassSpec]
    methods: Mapping[tuple[str, str], Mapping[str, Spec]]
    packages: frozenset[str]
    """Top-level import names of CLIP libraries (not of mere consumers such as torch)."""
    patterns: tuple[tuple[str, str], ...]
    context: Mapping[str, int]
    raising: Mapping[str, frozenset[str]]
    padding: frozenset[str]
    normalizing: frozenset[str]
    roots: frozenset[str]
    quickgelu: Mapping[str, Mapping[str, tuple[str, ...]]]
    """``missing`` and ``needless``: for an architecture, the weights whose activation it does not have."""

    def call(self, path: str) -> Spec | None:
        """What calling ``path`` means; deeper module paths of a known package are tried by their last names."""
        spec = self.calls.get(path)
        if spec is not None:
            return spec
        parts = path.split(".")
        if parts[0] not in self.roots:
            return None
        for keep in range(len(parts) - 1, 0, -1):
            spec = self.calls.get(".".join((parts[0], *parts[-keep:])))
            if spec is not None:
                return spec
        return None

    def class_of(self, path: str) -> ClassSpec | None:
        """The class a dotted path names, wherever in its package it was imported from."""
        root, _, rest = path.partition(".")
        return self.classes.get(f"{root}.{rest.rpartition('.')[2]}") if rest else None

    def method(self, library: str | None, kind: str, name: str) -> Spec | None:
        """What a method of a value of this kind means."""
        spec = self.methods.get((library or "", kind), {}).get(name)
        return spec or self.methods.get(("", kind), {}).get(name)

    def family(self, name: str | None) -> str | None:
        """The family of a checkpoint id or architecture, None where the name says nothing."""
        if not name:
            return None
        lowered = name.lower()
        return next((family for pattern, family in self.patterns if fnmatchcase(lowered, pattern)), None)

    def checkpoint(self, library: str, name: str | None, tag: str | None, family: str | None) -> Checkpoint:
        """A checkpoint, its family taken from the name where that says more than the class."""
        known = self.family(name)
        if library == "mobileclip" or (library == "transformers" and family):
            known = family
        return Checkpoint(library, name, tag, known if known and known != "other" else family)


_STANDARD = {"op", "signature", "keywords"}


def _spec(entry: Mapping[str, Any], library: str, where: str) -> Spec:
    if "op" not in entry:
        raise TableError(f"{where}: the entry has no 'op'")
    return Spec(
        entry["op"],
        library,
        tuple(entry.get("signature", ())),
        entry.get("keywords", {}),
        {key: value for key, value in entry.items() if key not in _STANDARD},
    )


@functools.cache
def load_libraries(extra: tuple[Path, ...] = ()) -> Libraries:
    """All tables of the package and the user's ``extra`` ones; TableError where one is broken."""
    files = sorted(
        (
            entry
            for entry in resources.files("clip_lint.knowledge.libraries").iterdir()
            if entry.name.endswith(".toml")
        ),
        key=lambda entry: entry.name,
    )
    return _combine([(entry.name, entry.read_text(encoding="utf-8")) for entry in files], extra)


def _combine(texts: list[tuple[str, str]], extra: Iterable[Path]) -> Libraries:
    for path in extra:
        try:
            texts.append((str(path), path.read_text(encoding="utf-8")))
        except OSError as error:
            raise TableError(f"{path}: cannot read the library table: {error.strerror}") from error
    calls: dict[str, Spec] = {}
    classes: dict[str, ClassSpec] = {}
    methods: dict[tuple[str, str], dict[str, Spec]] = {}
    packages: set[str] = set()
    roots: set[str] = set()
    patterns: list[tuple[str, str]] = []
    context: dict[str, int] = {}
    raising: dict[str, frozenset[str]] = {}
    padding: set[str] = set()
    normalizing: set[str] = set()
    quickgelu: dict[str, dict[str, tuple[str, ...]]] = {"missing": {}, "needless": {}}
    for name, text in texts:
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise TableError(f"{name}: not valid TOML: {error}") from error
        patterns.extend((pattern, family) for pattern, family in table.get("patterns", ()))
        context.update(table.get("context", {}))
        package = table.get("package", "")
        if not package:
            continue
        roots.update((package, *table.get("also", ())))
        if not table.get("consumer"):
            packages.add(package)
        for path, entry in table.get("calls", {}).items():
            roots.add(path.partition(".")[0])
            calls[path] = _spec(entry, package, f"{name}: calls.{path}")
        factory = _spec({"op": "factory"} | table.get("factory", {}), package, f"{name}: factory")
        for path, entry in table.get("classes", {}).items():
            classes[f"{package}.{path}"] = ClassSpec(
                entry["kind"], package, entry.get("family"), entry.get("part", ""), factory
            )
        for kind, entries in table.get("methods", {}).items():
            shared = table.get("consumer") or kind in {
                "index",
                "collection-client",
                "store-embeddings",
                "clip-score",
            }
            known = methods.setdefault(("" if shared else package, kind), {})
            for method, entry in entries.items():
                known[method] = _spec(entry, package, f"{name}: methods.{kind}.{method}")
        tokenization = table.get("tokenization", {})
        raising[package] = frozenset(tokenization.get("raises", ()))
        padding.update(tokenization.get("needs_max_length_padding", ()))
        for side, entries in table.get("quickgelu", {}).items():
            quickgelu[side].update({name: tuple(tags) for name, tags in entries.items()})
        normalizing.update(table.get("encode", {}).get("normalizes", ()))
    return Libraries(
        calls,
        classes,
        methods,
        frozenset(packages),
        tuple(patterns),
        context,
        raising,
        frozenset(padding),
        frozenset(normalizing),
        frozenset(roots),
        quickgelu,
    )
