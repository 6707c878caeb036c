"""A library table held against the schema: every complaint names its key, and the word that was probably meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clip_lint.core.likeness import most_like
from clip_lint.knowledge.schema import Key, Keys, Operation, Schema, Section, load_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong at a key, given by its path from the top of the table."""

    path: tuple[str, ...]
    message: str


def check(table: Mapping[str, Any], families: frozenset[str]) -> list[Complaint]:
    """What is wrong with a parsed table; ``families`` are those that other tables describe."""
    own = table.get("families")
    known = families | (frozenset(own) if isinstance(own, dict) else frozenset())
    return list(_Checker(load_schema(), known).table(table))


class _Checker:
    """Walks a table beside the schema."""

    def __init__(self, schema: Schema, families: frozenset[str]) -> None:
        self._schema = schema
        self._families = families
        self._types: dict[str, Callable[[Any, Key], str]] = {
            "text": lambda value, _: "" if isinstance(value, str) else "must be a text",
            "truth": lambda value, _: "" if isinstance(value, bool) else "must be true or false",
            "number": lambda value, _: "" if type(value) is int else "must be a whole number",
            "word": lambda value, key: self._word(value, key.choices),
            "list": self._list,
            "lists": lambda value, _: "" if _is_texts(value) else "must be a list of texts",
            "table": lambda value, _: "" if _is_table_of_texts(value) else "must be a table of texts",
            "family": lambda value, _: self._family(value),
            "families": lambda value, _: self._list_of_families(value),
            "kind": lambda value, _: self._word(value, tuple(schema.kinds)),
            "specifier": lambda value, _: _specifier(value),
        }

    def table(self, table: Mapping[str, Any]) -> Iterator[Complaint]:
        """Complaints about the whole table."""
        top = {**self._schema.keys, **self._schema.sections}
        for name, value in table.items():
            if name in self._schema.sections:
                yield from self._section(self._schema.sections[name], value)
            elif name in self._schema.keys:
                yield from self._value((name,), value, self._schema.keys[name])
            else:
                yield Complaint((name,), _unknown("key", name, top))
        if "package" not in table and not {"families", "patterns"} & table.keys():
            yield Complaint(("package",), "is missing: which package does the table describe?")
        about_package = {"calls", "classes", "methods", "constants"} & table.keys()
        if "package" not in table and about_package and {"families", "patterns"} & table.keys():
            yield Complaint(("package",), f"is missing: `{min(about_package)}` belongs to a package")

    def _section(self, section: Section, value: Any) -> Iterator[Complaint]:
        path = (section.name,)
        if section.holds == "pairs":
            yield from self._patterns(value)
        elif not isinstance(value, dict):
            yield Complaint(path, "must be a table")
        elif section.holds == "methods":
            for kind, methods in value.items():
                if kind not in self._schema.kinds:
                    yield Complaint((*path, kind), _unknown("kind of value", kind, self._schema.kinds))
                if not isinstance(methods, dict):
                    yield Complaint((*path, kind), "must be a table of methods")
                    continue
                for name, entry in methods.items():
                    yield from self._entry((*path, kind, name), entry, is_method=True)
        elif section.holds == "entry":
            for name, entry in value.items():
                yield from self._entry((*path, name), entry, is_method=False)
        elif section.holds == "text":
            for name, text in value.items():
                if not isinstance(text, str):
                    yield Complaint((*path, name), "must be a text")
                elif section.choices and (message := self._word(text, section.choices)):
                    yield Complaint((*path, name), message)
        elif section.name == "quickgelu":
            for name, side in value.items():
                if name not in self._schema.forms["quickgelu"]:
                    yield Complaint((*path, name), _unknown("key", name, self._schema.forms["quickgelu"]))
                elif self._schema.forms["quickgelu"][name].types == ("table",):
                    yield from self._value((*path, name), side, self._schema.forms["quickgelu"][name])
                elif not isinstance(side, dict) or not all(map(_is_texts, side.values())):
                    yield Complaint((*path, name), "must be a table of lists of texts")
        elif section.is_one:
            yield from self._form(path, value, self._schema.forms[section.holds])
        else:
            for name, each in value.items():
                yield from self._form((*path, name), each, self._schema.forms[section.holds])

    def _entry(self, path: tuple[str, ...], entry: Any, *, is_method: bool) -> Iterator[Complaint]:
        """A call's or method's entry: the keys of every entry, and the constants of its operation."""
        keys = self._schema.forms["entry"]
        if not isinstance(entry, dict):
            yield Complaint(path, 'must be a table, as in { op = "encode", ... }')
            return
        operation = self._schema.operations.get(entry.get("op", ""))
        if operation is None and isinstance(entry.get("op"), str):
            yield Complaint((*path, "op"), _unknown("operation", entry["op"], self._schema.operations))
            return
        if operation is not None and operation.is_method and not is_method:
            message = (
                f"`{operation.name}` works on the value that a method is called on: it belongs in `methods`"
            )
            yield Complaint((*path, "op"), message)
        constants = operation.constants if operation is not None else {}
        yield from self._form(path, entry, {**keys, **constants})
        if operation is not None:
            yield from self._names(path, entry, operation)

    def _names(
        self, path: tuple[str, ...], entry: Mapping[str, Any], operation: Operation
    ) -> Iterator[Complaint]:
        """The names that an entry gives to arguments must be names that its operation asks for."""
        given = {"signature": entry.get("signature"), "keywords": entry.get("keywords")}
        for key, value in given.items():
            names = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            for name in names:
                if isinstance(name, str) and name not in operation.arguments:
                    message = _unknown(f"argument of `{operation.name}`", name, operation.arguments)
                    yield Complaint((*path, key), message)

    def _form(self, path: tuple[str, ...], value: Any, keys: Keys) -> Iterator[Complaint]:
        if not isinstance(value, dict):
            yield Complaint(path, "must be a table")
            return
        for name, each in value.items():
            if name not in keys:
                yield Complaint((*path, name), _unknown("key", name, keys))
            else:
                yield from self._value((*path, name), each, keys[name])
        for key in keys.values():
            if key.is_required and key.name not in value:
                words = f" (one of {', '.join(key.choices)})" if key.choices else ""
                yield Complaint(path, f"the entry has no `{key.name}`{words}")

    def _value(self, path: tuple[str, ...], value: Any, key: Key) -> Iterator[Complaint]:
        messages = [self._types[kind](value, key) for kind in key.types]
        if all(messages):
            # Of several types the one that the value has the shape of says best what is wrong.
            shapes: dict[type, str] = {str: "word", list: "list", dict: "table"}
            shaped = shapes.get(type(value), "")
            yield Complaint(path, messages[key.types.index(shaped) if shaped in key.types else 0])

    def _patterns(self, value: Any) -> Iterator[Complaint]:
        pairs = value if isinstance(value, list) else [value]
        for pair in pairs:
            if not _is_texts(pair) or len(pair) != 2:
                yield Complaint(("patterns",), 'must be a list of pairs, as in ["*shopclip*", "clip"]')
            elif message := self._family(pair[1]):
                yield Complaint(("patterns", pair[1]), message)

    def _word(self, value: Any, choices: tuple[str, ...]) -> str:
        if isinstance(value, str) and value in choices:
            return ""
        words = ", ".join(f"`{choice}`" for choice in choices)
        return f"must be one of {words}{_hint(str(value), choices)}"

    def _list(self, value: Any, key: Key) -> str:
        if not _is_texts(value):
            return "must be a list of texts"
        wrong = [each for each in value if key.choices and each not in key.choices]
        return self._word(wrong[0], key.choices) if wrong else ""

    def _family(self, value: Any) -> str:
        if isinstance(value, str) and value in self._families:
            return ""
        if not isinstance(value, str):
            return "must be a text"
        known = sorted(self._families)
        return (
            f"no family `{value}` is described in `families`{_hint(value, known)}; known: {', '.join(known)}"
        )

    def _list_of_families(self, value: Any) -> str:
        if not _is_texts(value):
            return "must be a list of texts"
        return next(filter(None, map(self._family, value)), "")


def _unknown(what: str, word: str, known: Mapping[str, Any]) -> str:
    return f"unknown {what} `{word}`{_hint(word, tuple(known))}"


def _hint(word: str, known: tuple[str, ...] | list[str]) -> str:
    best = most_like(word, known)
    return f"; did you mean `{best}`?" if best else ""


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_table_of_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _specifier(value: Any) -> str:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415  (only where one is given)

    try:
        SpecifierSet(value)
    except (InvalidSpecifier, TypeError, AttributeError):
        return 'must be a version specifier, as in ">=5"'
    return ""
