"""No entry of a library table is idle: without it, a program that uses it would be read otherwise.

Whoever takes an entry out of a table, or writes one that nothing can reach, loses what users of that library are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from acting import is_noticed, libraries, uses_of_annotation, uses_of_call, uses_of_class, uses_of_method

from clip_lint.knowledge.documents import Document, own_documents


def tables(section: str) -> list[Any]:
    return [pytest.param(each, id=each.name) for each in own_documents() if each.table.get(section)]


def idle_call(path: str, entry: Mapping[str, Any]) -> bool:
    known = libraries()
    without = {each: spec for each, spec in known.calls.items() if each != path}
    return not is_noticed(uses_of_call(path, entry), replace(known, calls=without))


def idle_method(library: str, kind: str, name: str, entry: Mapping[str, Any]) -> bool:
    known = libraries()
    without = {
        place: {each: spec for each, spec in named.items() if each != name}
        if place in ((library, kind), ("", kind))
        else named
        for place, named in known.methods.items()
    }
    return not is_noticed(uses_of_method(library, kind, name, entry), replace(known, methods=without))


@pytest.mark.parametrize("document", tables("calls"))
def test_each_call_of_a_table_does_something(document: Document) -> None:
    assert [path for path, entry in document.table["calls"].items() if idle_call(path, entry)] == []


@pytest.mark.parametrize("document", tables("methods"))
def test_each_method_of_a_table_does_something(document: Document) -> None:
    table = document.table
    assert [
        f"{kind}: {name}"
        for kind, named in table["methods"].items()
        for name, entry in named.items()
        if idle_method(table["package"], kind, name, entry)
    ] == []


@pytest.mark.parametrize("document", tables("classes"))
def test_each_class_of_a_table_makes_something(document: Document) -> None:
    table, known = document.table, libraries()
    idle = []
    for name in table["classes"]:
        path = f"{table.get('within', table['package'])}.{name}"
        without = replace(known, classes={each: spec for each, spec in known.classes.items() if each != path})
        made = [
            use for each in known.classes[path].factory.get("names", ()) for use in uses_of_class(path, each)
        ]
        if not is_noticed(chain(made, uses_of_annotation(path)), without):
            idle.append(name)
    assert idle == []


def a_name(pattern: str) -> str:
    """A name that fits a pattern."""
    return pattern.replace("*", "").replace("?", "1")


@pytest.mark.parametrize("document", tables("patterns"))
def test_each_pattern_decides_of_some_checkpoint(document: Document) -> None:
    """A pattern behind one that takes all its names would never be asked."""
    assert [
        (pattern, libraries().family(a_name(pattern)))
        for pattern, family in document.table["patterns"]
        if libraries().family(a_name(pattern)) != family
    ] == []


@pytest.mark.parametrize("document", tables("endpoints"))
def test_each_service_is_known_by_its_address(document: Document) -> None:
    package, known = document.table["package"], libraries()
    for pattern, entry in document.table["endpoints"].items():
        found = known.endpoint(a_name(pattern))
        assert found is not None, pattern
        assert (found.library, found.get("takes")) == (package, entry.get("takes")), pattern


@pytest.mark.parametrize("document", tables("remote"))
def test_each_checkpoint_with_its_own_code_is_known(document: Document) -> None:
    for pattern in document.table["remote"]:
        assert libraries().described_by(a_name(pattern)) == document.table["package"], pattern


@pytest.mark.parametrize("document", tables("constants"))
def test_each_name_that_stands_for_a_text_is_looked_up(document: Document) -> None:
    for path, text in document.table["constants"].items():
        assert libraries().constant(path) == text
