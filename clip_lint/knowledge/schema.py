"""What may stand in a library table: the keys, sections and operations of ``schema.toml``."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Key:
    """One key: the types its value may have, the words it may be, and what it means."""

    name: str
    types: tuple[str, ...]
    means: str
    is_required: bool = False
    choices: tuple[str, ...] = ()


Keys = dict[str, Key]


@dataclass(frozen=True, slots=True)
class Section:
    """A section such as ``[calls]``. ``holds`` is the form of its entries, or of the section itself (``is_one``)."""

    name: str
    means: str
    holds: str
    is_one: bool
    choices: tuple[str, ...] = ()
    """The words that its entries may be, where they are not any text."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What a call or method can do: the names it knows arguments by, and the constants of an entry."""

    name: str
    group: str
    means: str
    is_method: bool
    arguments: Mapping[str, str]
    constants: Keys = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything that a table may say."""

    keys: Keys
    """At the top of a table."""
    sections: Mapping[str, Section]
    forms: Mapping[str, Keys]
    """The keys of an entry, a class, a family ... by the name of the form."""
    kinds: Mapping[str, str]
    """The kinds of values that have methods."""
    operations: Mapping[str, Operation]


_FORMS = ("entry", "class", "factory", "family", "endpoint", "gate", "tokenization", "encode", "quickgelu")


@functools.cache
def load_schema() -> Schema:
    """The schema as ``schema.toml`` has it."""
    text = resources.files("clip_lint.knowledge").joinpath("schema.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    sections = {
        name: Section(
            name,
            each["means"],
            each.get("keys") or each["of"],
            "keys" in each,
            tuple(each.get("choices", ())),
        )
        for name, each in found["sections"].items()
    }
    operations = {
        name: Operation(
            name,
            each["group"],
            each["means"],
            each.get("on") == "method",
            each.get("arguments", {}),
            _keys(each.get("constants", {})),
        )
        for name, each in found["operations"].items()
    }
    forms = {name: _keys(found[name]) for name in _FORMS}
    return Schema(_keys(found["keys"]), sections, forms, found["kinds"], operations)


def _keys(table: Mapping[str, Any]) -> Keys:
    return {
        name: Key(
            name,
            (each["type"],) if isinstance(each["type"], str) else tuple(each["type"]),
            each["means"],
            each.get("required", False),
            tuple(each.get("choices", ())),
        )
        for name, each in table.items()
    }
