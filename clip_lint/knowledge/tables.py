"""What the library tables (``libraries/*.toml``) say together: what a library's calls mean, as data.

A call's entry names an operation of `clip_lint.reading.operations` (``op``), the canonical names of its positional
parameters (``signature``), keywords that go by another name (``keywords``), and constants for the operation. What may stand
in a table, and what it means, is told in `clip_lint.knowledge.schema`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.knowledge.documents import documents, stamps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from clip_lint.knowledge.documents import Document, Stamps


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
class Family:
    """What holds for all checkpoints of a family; None or empty where nothing is known."""

    context: int | None = None
    languages: frozenset[str] = frozenset()
    sigmoid: bool = False
    own_pixels: bool = False
    truncates: bool = False
    pads: bool = False
    unrelated: bool = False


@dataclass(frozen=True)
class Traits:
    """What holds for a whole library."""

    raises: frozenset[str] = frozenset()
    """Families whose over-long texts raise unless the tokenizer cuts them."""
    normalizes: frozenset[str] = frozenset()
    """Families whose features have length one unless told otherwise."""
    languages: frozenset[str] = frozenset()
    """What all its checkpoints read; empty where that differs."""
    hub_ids: bool = False
    """Its checkpoints are named by ids of a hub, each with a processor of its own."""
    cut_by: str = "truncation"
    """The keyword that cuts over-long texts."""
    leaves_padding: bool = False
    """Texts are padded only where the call says so."""
    rescales: bool = False
    """Its processors divide pixels by 255."""
    own_precision: bool = False
    """Pixels must have the model's own precision."""
    names_decide: bool = False
    """A checkpoint's name says more about its family than the entry."""
    loads_half: bool = False
    """Its models have half precision on a GPU."""
    missing_quickgelu: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needless_quickgelu: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For an architecture, the weights whose activation it does not have."""
    quickgelu_since: Mapping[str, str] = field(default_factory=dict)
    """For weights, the versions for which that holds."""
    array: str = ""
    """What holds the numbers that its functions give."""


_NOTHING, _NO_FAMILY = Traits(), Family()
_STANDARD = {"op", "signature", "keywords"}
_SHARED = frozenset({"index", "image", "tensor", "collection-client", "store-embeddings", "clip-score"})
"""Kinds of values that come from one library and are used with another: their methods hold for all."""


@dataclass(frozen=True)
class Libraries:
    """All tables together."""

    calls: Mapping[str, Spec]
    classes: Mapping[str, ClassSpec]
    methods: Mapping[tuple[str, str], Mapping[str, Spec]]
    """By library and kind of value; the library is empty where they hold for all."""
    constants: Mapping[str, str]
    """Texts by the paths that stand for them."""
    families: Mapping[str, Family]
    patterns: tuple[tuple[str, str], ...]
    traits: Mapping[str, Traits]
    roots: frozenset[str]
    prefixes: tuple[str, ...]
    """Beginnings of the names of packages that make vector stores of a library's embeddings."""

    vendored: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Packages that programs carry copies of, and the modules by which a copy is known."""

    def call(self, path: str) -> Spec | None:
        """What calling ``path`` means; deeper module paths of a known package are tried by their last names."""
        return _look_up(self.calls, path) if self.describes(path) else None

    def describes(self, module: str) -> bool:
        """Whether a module, or a name in one, belongs to a package of the tables: such code is not followed."""
        while module:
            if module in self.roots:
                return True
            module = module.rpartition(".")[0]
        return False

    def constant(self, path: str) -> str | None:
        """The text that a path of a library stands for."""
        return _look_up(self.constants, path) if self.constants else None

    def class_of(self, path: str) -> ClassSpec | None:
        """The class a dotted path names, wherever in its package it was imported from."""
        package, _, name = path.rpartition(".")
        while package:
            if f"{package}.{name}" in self.classes:
                return self.classes[f"{package}.{name}"]
            package = package.rpartition(".")[0]
        return None

    def method(self, library: str | None, kind: str, name: str) -> Spec | None:
        """What a method of a value of this kind means."""
        spec = self.methods.get((library or "", kind), {}).get(name)
        return spec or self.methods.get(("", kind), {}).get(name)

    def characteristic(self, name: str) -> Spec | None:
        """The method of models that tells by its name alone what it is called on."""
        return self._characteristic.get(name)

    def usual(self, kind: str, name: str) -> Spec | None:
        """What a method does where it is not known whose it is."""
        return self._usual.get((kind, name)) or (self._characteristic.get(name) if kind == "model" else None)

    @functools.cached_property
    def told(self) -> tuple[tuple[str, Spec], ...]:
        """Kinds of values that are told by the keywords they are called with, and what the call does."""
        return tuple(
            (kind, entries["__call__"])
            for (_, kind), entries in self.methods.items()
            if "__call__" in entries and entries["__call__"].get("told_by")
        )

    def of(self, library: str | None) -> Traits:
        """What holds for a whole library."""
        return self.traits.get(library or "", _NOTHING)

    def family(self, name: str | None) -> str | None:
        """The family of a checkpoint id or architecture, None where the name says nothing."""
        if not name:
            return None
        lowered = name.lower()
        return next((family for pattern, family in self.patterns if fnmatchcase(lowered, pattern)), None)

    def related(self, name: str | None) -> str | None:
        """The family of a checkpoint that compares pictures with texts; None for any other name."""
        family = self.family(name)
        return None if family is None or self.trait(family).unrelated else family

    def trait(self, family: str | None) -> Family:
        """What holds for a family."""
        return self.families.get(family or "", _NO_FAMILY)

    def checkpoint(self, library: str, name: str | None, tag: str | None, family: str | None) -> Checkpoint:
        """A checkpoint, its family taken from the name where that says more than the entry."""
        if family is None or self.of(library).names_decide:
            family = self.related(name) or self.related(tag) or family
        return Checkpoint(library, name, tag, family)

    @functools.cached_property
    def _characteristic(self) -> Mapping[str, Spec]:
        return {
            name: spec
            for (_, kind), entries in self.methods.items()
            if kind == "model"
            for name, spec in entries.items()
            if spec.get("characteristic")
        }

    @functools.cached_property
    def _usual(self) -> Mapping[tuple[str, str], Spec]:
        return {
            (kind, name): spec
            for (_, kind), entries in self.methods.items()
            for name, spec in entries.items()
            if spec.get("usual")
        }


def load_libraries(extra: Iterable[Path] = ()) -> Libraries:
    """All tables of the package and the user's ``extra`` ones; TableError where one is broken."""
    return _libraries(stamps(extra))


@functools.lru_cache(maxsize=8)
def _libraries(extra: Stamps) -> Libraries:
    return _combine(documents(extra))


def _combine(tables: Iterable[Document]) -> Libraries:
    calls: dict[str, Spec] = {}
    classes: dict[str, ClassSpec] = {}
    methods: dict[tuple[str, str], dict[str, Spec]] = {}
    constants: dict[str, str] = {}
    families: dict[str, Family] = {}
    patterns: list[tuple[str, str]] = []
    traits: dict[str, Traits] = {}
    roots: set[str] = set()
    prefixes: list[str] = []
    vendored: dict[str, tuple[str, ...]] = {}
    for document in tables:
        table = document.table
        # What a user says about names comes before what clip-lint says.
        own = [(pattern, family) for pattern, family in table.get("patterns", ())]
        patterns = [*patterns, *own] if document.is_own else [*own, *patterns]
        families |= {name: _family(each) for name, each in table.get("families", {}).items()}
        package = table.get("package", "")
        if not package:
            continue
        entries = {path: _spec(entry, package) for path, entry in table.get("calls", {}).items()}
        calls |= entries
        constants |= table.get("constants", {})
        prefixes += table.get("prefixes", ())
        if table.get("copied"):
            vendored[package] = tuple(table["copied"])
        roots |= {package, *table.get("also", ())}
        factory = _spec({"op": "factory"} | table.get("factory", {}), package)
        for name, each in table.get("classes", {}).items():
            classes[f"{package}.{name}"] = ClassSpec(
                each["kind"], package, each.get("family"), each.get("part", ""), factory
            )
        for kind, named in table.get("methods", {}).items():
            is_shared = table.get("consumer") or kind in _SHARED
            specs = {method: _spec(entry, package) for method, entry in named.items()}
            methods.setdefault((package, kind), {}).update(specs)
            if is_shared:
                methods[("", kind)] = (
                    specs | methods.get(("", kind), {})
                    if document.is_own
                    else methods.get(("", kind), {}) | specs
                )
        if package not in traits or document.is_own:
            traits[package] = _traits(table, entries.values())
    return Libraries(
        calls,
        classes,
        methods,
        constants,
        families,
        tuple(patterns),
        traits,
        frozenset(roots),
        tuple(prefixes),
        tuple(vendored.items()),
    )


def _look_up(known: Mapping[str, Any], path: str) -> Any:
    """What is known of a path, or of the package with the last names of the path."""
    if path in known:
        return known[path]
    root, *rest = path.split(".")
    candidates = (".".join((root, *rest[-keep:])) for keep in range(len(rest), 0, -1))
    return next((known[each] for each in candidates if each in known), None)


def _spec(entry: Mapping[str, Any], library: str) -> Spec:
    return Spec(
        entry["op"],
        library,
        tuple(entry.get("signature", ())),
        entry.get("keywords", {}),
        {key: value for key, value in entry.items() if key not in _STANDARD},
    )


def _family(entry: Mapping[str, Any]) -> Family:
    return Family(**{**entry, "languages": frozenset(entry.get("languages", ()))})


def _traits(table: Mapping[str, Any], entries: Iterable[Spec]) -> Traits:
    encode, gelu, tokenization = (table.get(name, {}) for name in ("encode", "quickgelu", "tokenization"))
    return Traits(
        raises=frozenset(tokenization.get("raises", ())),
        normalizes=frozenset(encode.get("normalizes", ())),
        languages=frozenset(table.get("languages", ())),
        hub_ids=table.get("hub_ids", False),
        cut_by=tokenization.get("cut_by", "truncation"),
        leaves_padding=tokenization.get("leaves_padding", False),
        rescales=encode.get("rescales", False),
        own_precision=encode.get("own_precision", False),
        names_decide=table.get("names_decide", False),
        loads_half=any(entry.get("dtype") for entry in entries),
        missing_quickgelu={name: tuple(tags) for name, tags in gelu.get("missing", {}).items()},
        needless_quickgelu={name: tuple(tags) for name, tags in gelu.get("needless", {}).items()},
        quickgelu_since=gelu.get("since", {}),
        array=table.get("array", ""),
    )
