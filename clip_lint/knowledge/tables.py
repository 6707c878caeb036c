"""What the library tables (``libraries/*.toml``) say together: what a library's calls mean, as data.

A call's entry names an operation of `clip_lint.reading.operations` (``op``), the canonical names of its positional
parameters (``signature``), keywords that go by another name (``keywords``), and constants for the operation. What may stand
in a table, and what it means, is told in `clip_lint.knowledge.schema`.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.knowledge.documents import documents, stamps
from clip_lint.knowledge.specs import ClassSpec, Spec
from clip_lint.knowledge.traits import Family, Traits, family_of, traits_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from clip_lint.knowledge.documents import Document, Stamps


_PATHS_KEPT = 4096
"""Of how many paths it is remembered what they mean: programs use the same ones again and again."""
_NOTHING, _NO_FAMILY = Traits(), Family()
_SWITCHES = frozenset({"grad", "set_grad"})
_STANDARD = {"op", "signature", "keywords"}
_SHARED = frozenset(
    {"index", "hits", "image", "tensor", "collection-client", "store-embeddings", "clip-score"}
)
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

    endpoints: Mapping[str, Spec] = field(default_factory=dict)
    """Services by the patterns of their addresses or models."""
    remotes: tuple[tuple[str, str], ...] = ()
    """Patterns of checkpoints that bring their own code, and the package that describes it."""

    vendored: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Packages that programs carry copies of, and the modules by which a copy is known."""

    def call(self, path: str) -> Spec | None:
        """What calling ``path`` means; deeper module paths of a known package are tried by their last names."""
        found: Spec | None = self._called(path)
        return found

    def describes(self, module: str) -> bool:
        """Whether a module, or a name in one, belongs to a package of the tables: such code is not followed."""
        while module:
            if module in self.roots:
                return True
            module = module.rpartition(".")[0]
        return False

    def constant(self, path: str) -> str | None:
        """The text that a path of a library stands for."""
        found: str | None = self._constant(path)
        return found

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

    def endpoint(self, where: str) -> Spec | None:
        """What a service takes and gives, by its address or the id of a model of it."""
        lowered = where.lower()
        return next((each for pattern, each in self.endpoints.items() if fnmatchcase(lowered, pattern)), None)

    def described_by(self, name: str | None) -> str | None:
        """The package whose table describes the code that a checkpoint brings along; None for any other checkpoint."""
        lowered = (name or "").lower()
        return next((package for pattern, package in self.remotes if fnmatchcase(lowered, pattern)), None)

    @functools.cached_property
    def gradient_switches(self) -> frozenset[str]:
        """The last names of functions that switch the recording of gradients on or off."""
        return frozenset(path.rpartition(".")[2] for path, spec in self.calls.items() if spec.op in _SWITCHES)

    @functools.cached_property
    def field_makers(self) -> frozenset[str]:
        """The packages whose classes have fields that say what holds until somebody says otherwise."""
        return frozenset(
            path.partition(".")[0] for path, spec in self.calls.items() if spec.op == "class_field"
        )

    def anywhere(self, name: str) -> Spec | None:
        """What a method of this name means, whatever it is called on."""
        return self._anywhere.get(name)

    @functools.cached_property
    def _anywhere(self) -> Mapping[str, Spec]:
        return {path.rpartition(".")[2]: spec for path, spec in self.calls.items() if spec.get("anywhere")}

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

    def is_rerun(self, program: str) -> bool:
        """Whether a library runs a program from its top at every interaction, by what the program's text calls."""
        return any(pattern.search(program) for pattern in self._reruns)

    @functools.cached_property
    def _reruns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(
            re.compile(
                rf"^[ \t]*(?:import|from) {re.escape(library)}\b.*\.(?:{'|'.join(traits.reruns)})\(",
                re.MULTILINE | re.DOTALL,
            )
            for library, traits in self.traits.items()
            if traits.reruns
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
    def _called(self) -> Callable[[str], Any]:
        return functools.lru_cache(_PATHS_KEPT)(functools.partial(_look_up, self.calls))

    @functools.cached_property
    def _constant(self) -> Callable[[str], Any]:
        return functools.lru_cache(_PATHS_KEPT)(functools.partial(_look_up, self.constants))

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
    endpoints: dict[str, Spec] = {}
    remotes: list[tuple[str, str]] = []
    for document in tables:
        table = document.table
        # What a user says about names comes before what clip-lint says.
        own = [(pattern, family) for pattern, family in table.get("patterns", ())]
        patterns = [*patterns, *own] if document.is_own else [*own, *patterns]
        families |= {name: family_of(each) for name, each in table.get("families", {}).items()}
        package = table.get("package", "")
        if not package:
            continue
        entries = {path: _spec(entry, package) for path, entry in table.get("calls", {}).items()}
        calls |= entries
        constants |= table.get("constants", {})
        prefixes += table.get("prefixes", ())
        endpoints |= {
            pattern: _spec({"op": "ask"} | each, package)
            for pattern, each in table.get("endpoints", {}).items()
        }
        remotes += ((pattern, package) for pattern in table.get("remote", ()))
        if table.get("copied"):
            vendored[package] = tuple(table["copied"])
        if not table.get("everyday"):
            roots |= {package, *table.get("also", ())}
        factory = _spec({"op": "factory"} | table.get("factory", {}), package)
        for name, each in table.get("classes", {}).items():
            classes[f"{table.get('within', package)}.{name}"] = ClassSpec(
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
            traits |= dict.fromkeys((package, *table.get("also", ())), traits_of(table, entries.values()))
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
        endpoints,
        tuple(remotes),
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
