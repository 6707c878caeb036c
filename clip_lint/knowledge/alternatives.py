"""What to use where CLIP is the wrong tool: models and packages that exist, each with a program that asks the user's own question.

The records lie in ``alternatives.toml``. A program there has slots (``$things``, ``$questions``), which :meth:`Alternative.asking`
fills from what was asked.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Slots = dict[str, tuple[str, ...]]
"""What a question is about, by the name of the slot."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to get what CLIP does not give.

    ``checkpoint`` is a hub id (None where a package brings its own weights), ``licence`` that of the weights, ``install``
    the line that installs what ``snippet`` imports, ``topic`` the page of ``clip-lint explain`` that goes deeper.
    """

    key: str
    name: str
    checkpoint: str | None
    licence: str
    install: str
    topic: str
    snippet: str
    program: str = field(default="", repr=False, compare=False)
    """The snippet with its slots open."""
    usual: tuple[tuple[str, tuple[str, ...]], ...] = field(default=(), repr=False, compare=False)
    """What the slots hold where nothing is known."""
    variants: tuple[tuple[str, str, str], ...] = field(default=(), repr=False, compare=False)
    """For some questions, called by a name, another name and program."""

    def asking(self, slots: Mapping[str, tuple[str, ...]]) -> Alternative:
        """The same with a program about ``slots``; those that are not given, or empty, keep what they usually hold."""
        given = {name: slots.get(name) or value for name, value in self.usual}
        for variant, name, program in self.variants:
            if variant in slots.get("variant", ()):
                return replace(self, name=name, snippet=_filled(program, given))
        return replace(self, snippet=_filled(self.program, given))


_ONE = frozenset({"task", "defect"})
"""Slots of one text, which stands as it is in a comment (``defect``) or as a string (``task``)."""


def _filled(program: str, slots: Mapping[str, tuple[str, ...]]) -> str:
    """A program with its slots filled by Python literals."""
    values = {name: json.dumps(list(texts)) for name, texts in slots.items()}
    things = slots.get("things", ())
    if things:
        values["first"], values["second"] = json.dumps(things[0]), json.dumps(things[1 % len(things)])
    for name in _ONE & slots.keys():
        values[name] = json.dumps(slots[name][0])
    if "defect" in slots:
        values["defect"] = (
            " ".join(word for word in slots["defect"][0].split() if word.isalnum()) or "a defect"
        )
    return Template(program).substitute(values)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("clip_lint.knowledge").joinpath("alternatives.toml").read_text("utf-8"))


_SLOTS = ("things", "attributes", "questions", "texts", "labels", "task", "defect")
_LISTS = frozenset({"by-code", "by-kind", "by-task", "coco"})


def _record(key: str, row: Mapping[str, Any]) -> Alternative:
    usual = tuple(
        (name, (row[name],) if isinstance(row[name], str) else tuple(row[name]))
        for name in _SLOTS
        if name in row
    )
    return Alternative(
        key, row["name"], row.get("checkpoint"), row["licence"], row["install"], row["topic"],
        _filled(row["program"], dict(usual)), row["program"], usual,
        tuple((variant, each["name"], each["program"]) for variant, each in row.get("variants", {}).items()),
    )  # fmt: skip


@cache
def alternatives() -> dict[str, Alternative]:
    """Every alternative by its key."""
    return {key: _record(key, row) for key, row in _table().items() if key not in _LISTS}


@cache
def _chosen(table: str) -> dict[str, tuple[Alternative, ...]]:
    known = alternatives()
    return {name: tuple(known[key] for key in keys) for name, keys in _table()[table].items()}


def for_code(code: str) -> tuple[Alternative, ...]:
    """What replaces CLIP for a phenomenon, the best first; empty where nothing is known."""
    return _chosen("by-code").get(code, ())


def for_kind(kind: str) -> tuple[Alternative, ...] | None:
    """What replaces CLIP for a narrow kind that has something of its own; None if it has not."""
    return _chosen("by-kind").get(kind)


def for_task(kind: str) -> tuple[Alternative, ...] | None:
    """What does a kind of task; None for those that CLIP does."""
    return _chosen("by-task").get(kind)


def codes() -> frozenset[str]:
    """The codes of the phenomena that something else is needed for."""
    return frozenset(_table()["by-code"])


@cache
def species_kinds() -> frozenset[str]:
    """The narrow kinds that a model of living things knows."""
    return frozenset(
        kind for kind, found in _chosen("by-kind").items() if found and found[0].key == "species"
    )


@cache
def detected_names() -> frozenset[str]:
    """What a detector of COCO's classes finds, by name."""
    return frozenset(name.replace("_", " ") for name in _table()["coco"]["names"].split())
