"""Every row of the tables of vector stores: how an index compares, what goes into it, what a search gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from clip_lint.knowledge.documents import documents
from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.reading.values import Scores
from clip_lint.source.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.reading.facts import Facts

HEAD = """\
import clip
import torch
from PIL import Image
import {root}

model, preprocess = clip.load("ViT-B/32", device="cpu")
with torch.no_grad():
    picture = model.encode_image(preprocess(Image.open("a.jpg")).unsqueeze(0))
    words = model.encode_text(clip.tokenize(["a red kite"]))
picture = (picture / picture.norm(dim=-1, keepdim=True)).numpy()
words = (words / words.norm(dim=-1, keepdim=True)).numpy()
"""
NAMES = {"l2": "euclidean", "ip": "dot_product", "cosine": "cosine"}
Row = dict[str, Any]
TABLES = {
    document.table["package"]: document.table
    for document in documents(())
    if document.table.get("consumer") and "package" in document.table
}


_MOVES = {"index_add", "index_search"}


def _taken(row: Row) -> set[str]:
    return {*row.get("signature", []), *row.get("keywords", {}).values()}


def _makes_indexes(package: str) -> bool:
    """Whether the table's own calls make indexes, and not those of packages that it does not name."""
    calls = TABLES[package].get("calls", {}).values()
    return any(row["op"] == "index" or row.get("kind") == "collection-client" for row in calls)


def _goes_its_own_way(package: str) -> bool:
    """Whether a client's collections are filled while they are made, told by what makes their definitions, or compared as a search says.

    The programs of `test_stores_by_the_guide.py` are about these.
    """
    operations = {
        row["op"] for row in TABLES[package].get("methods", {}).get("collection-client", {}).values()
    }
    if not operations or not _makes_indexes(package):
        return False
    keeps = operations & {"same", "tell_metric"} and not operations & {"index_add", "sql"}
    return bool(keeps) or ("index_add" in operations and not operations & {"make_collection", "tell_metric"})


def rows(section: str, kind: str, *operations: str) -> list[Any]:
    """The entries with one of the operations, as parameters of a test."""
    found = []
    for package, table in TABLES.items():
        if (kind and not _makes_indexes(package)) or _goes_its_own_way(package):
            continue
        entries = table.get(section, {}) if not kind else table.get(section, {}).get(kind, {})
        found += [
            pytest.param(package, name, row, id=f"{package}-{kind}-{name}")
            for name, row in entries.items()
            if row["op"] in operations and (row["op"] not in _MOVES or "x" in _taken(row))
        ]
    return found


def written(row: Row, **given: str) -> str:
    """The arguments of a call, by position where the signature has them, else by keyword."""
    signature = row.get("signature", [])
    if "description" in signature:
        given = {"description": "'Flat'", **given}
    places = [signature.index(name) for name in given if name in signature]
    positional = [given.get(name, "0") for name in signature[: max(places, default=-1) + 1]]
    at = row.get("metric_argument")
    if at is not None and "metric" in given:
        positional += ["0"] * (at - len(positional)) + [given["metric"]]
    back = {name: keyword for keyword, name in row.get("keywords", {}).items()}
    named = [
        f"{back.get(name, name)}={value}"
        for name, value in given.items()
        if name not in signature and not (name == "metric" and at is not None)
    ]
    return ", ".join((*positional, *named))


def facts_of(tmp_path: Path, path: str, program: str) -> Facts:
    """What is read in a program."""
    head = HEAD.format(root=path.rpartition(".")[0])
    file = tmp_path / "app.py"
    file.write_text(head + program, encoding="utf-8")
    workspace = Workspace((tmp_path,), tmp_path)
    source, parsed = workspace.load(file), workspace.program(file)
    assert source is not None
    assert parsed is not None
    return read(source, parsed, workspace, Versions())


def method_of(package: str, kind: str, operation: str) -> tuple[str, Row]:
    """One of the package's methods with an operation."""
    methods = TABLES[package].get("methods", {}).get(kind, {})
    return next((name, row) for name, row in methods.items() if row["op"] == operation)


def has(package: str, kind: str, operation: str) -> bool:
    return any(row["op"] == operation for row in TABLES[package].get("methods", {}).get(kind, {}).values())


def client_of(package: str) -> str:
    """A call that makes a client."""
    calls: dict[str, Row] = TABLES[package]["calls"]
    return next(path for path, row in calls.items() if row.get("kind") == "collection-client")


def told_by(row: Row, metric: str) -> dict[str, str]:
    """The argument by which a row is told a metric; nothing where it takes none."""
    name = repr(NAMES[metric])
    keys = row.get("metric_in", [])
    taken = _taken(row)
    if "metric" in taken or "metric_argument" in row or (not keys and row.get("op") == "index"):
        return {"metric": f"{{'deep': {{{keys[0]!r}: {name}}}}}" if keys else name}
    place = next(
        (each for each in ("settings", "configuration", "metadata", "params", "x") if each in taken), ""
    )
    return {place: f"{{'deep': [{{{keys[0]!r}: {name}}}]}}"} if keys and place else {}


def adds(package: str, holder: str, vectors: str = "picture") -> str:
    """A line that puts vectors into an index or a client's collection."""
    kind = "index" if has(package, "index", "index_add") and holder == "held" else "collection-client"
    name, row = method_of(package, kind, "index_add")
    return f"{holder}.{name}({written(row, **_named(row), x=vectors)})\n"


def _named(row: Row) -> dict[str, str]:
    taken = _taken(row)
    return {"name": "'shots'"} if "name" in taken else {}


@pytest.mark.parametrize(("package", "path", "row"), rows("calls", "", "index"))
def test_an_index_compares_by_default_or_as_told(tmp_path: Path, package: str, path: str, row: Row) -> None:
    fills = "" if not has(package, "index", "index_add") else adds(package, "held")
    along = {"x": "picture"} if not fills or "x" in row.get("signature", []) else {}
    found = facts_of(tmp_path, path, f"held = {path}({written(row, **along)})\n{fills}").indexed
    assert {each.index.metric for each in found} == {row.get("metric", "")}
    for metric in NAMES:
        told = told_by(row, metric)
        if not told or "name" in row.get("signature", []):
            continue
        made = f"held = {path}({written(row, **along, **told)})\n{fills}"
        found = facts_of(tmp_path, path, made).indexed
        assert {(each.index.metric, each.is_query) for each in found} == {(metric, False)}


@pytest.mark.parametrize(
    ("package", "path"),
    [
        pytest.param(*each.values[:2], id=each.id)
        for each in rows("calls", "", "component")
        if each.values[2]["kind"] == "collection-client"
    ],
)
def test_every_client_is_one(tmp_path: Path, package: str, path: str) -> None:
    table = TABLES[package]["methods"]["collection-client"]
    if has(package, "collection-client", "make_collection"):
        name, maker = method_of(package, "collection-client", "make_collection")
        program = f"client = {path}()\nheld = client.{name}({written(maker, **_named(maker), **told_by(maker, 'ip'))})\n"
        holder = "held" if has(package, "index", "index_add") else "client"
        found = facts_of(tmp_path, path, program + adds(package, holder)).indexed
        assert {each.index.metric for each in found} == {"ip" if told_by(maker, "ip") else maker["metric"]}
    else:
        assert any(each["op"] in {"sql", "tell_metric"} for each in table.values())
        name = next(each for each, found_row in table.items() if found_row["op"] in {"sql", "index_add"})
        given = "'insert into shots (v) values (?)', (picture,)" if table[name]["op"] == "sql" else ""
        program = f"client = {path}()\nclient.{name}({given or written(table[name], x='picture')})\n"
        assert len(facts_of(tmp_path, path, program).indexed) == 1


@pytest.mark.parametrize(("package", "name", "row"), rows("methods", "collection-client", "make_collection"))
def test_a_collection_compares_by_default_or_as_told(
    tmp_path: Path, package: str, name: str, row: Row
) -> None:
    path = client_of(package)
    holder = "held" if has(package, "index", "index_add") else "client"
    for metric in ("", *NAMES):
        told = told_by(row, metric) if metric else {}
        if metric and not told:
            told = {"metric": repr(NAMES[metric])}
        made = f"client = {path}()\nheld = client.{name}({written(row, **_named(row), **told)})\n"
        found = facts_of(tmp_path, path, made + adds(package, holder)).indexed
        assert {each.index.metric for each in found} == {metric or row.get("metric", "")}, metric


@pytest.mark.parametrize(("package", "name", "row"), rows("methods", "collection-client", "tell_metric"))
def test_a_client_is_told_later(tmp_path: Path, package: str, name: str, row: Row) -> None:
    path = client_of(package)
    program = f"client = {path}()\n"
    if has(package, "collection-client", "index_add"):
        program += adds(package, "client")
    program += f"client.{name}({written(row, **_named(row), **told_by(row, 'ip'))})\n"
    found = facts_of(tmp_path, path, program).indexed
    assert {each.index.metric for each in found} == {"ip"}


def holder_of(package: str, kind: str, metric: str = "") -> tuple[str, str]:
    """A call's path, and a program that makes an index of the package, or a client, as ``held``."""
    for path, row in TABLES[package].get("calls", {}).items():
        told = told_by(row, metric) if metric else {}
        if (
            kind == "index"
            and row["op"] == "index"
            and (told or row.get("metric", "") == metric or not metric)
        ):
            along = {"x": "picture"} if "x" in row.get("signature", []) else {}
            return path, f"held = {path}({written(row, **_named(row), **along, **told)})\n"
    path = client_of(package)
    client = f"client = held = {path}()\n"
    if has(package, "collection-client", "make_collection"):
        name, row = method_of(package, "collection-client", "make_collection")
        told = (told_by(row, metric) or {"metric": repr(NAMES[metric])}) if metric else {}
        made = f"client.{name}({written(row, **_named(row), **told)})\n"
        return path, f"{client}held = {made}" if kind == "index" else client + made
    name, row = method_of(package, "collection-client", "tell_metric")
    return path, f"{client}client.{name}({written(row, **told_by(row, metric or 'ip'))})\n"


@pytest.mark.parametrize(
    ("package", "name", "row"),
    rows("methods", "index", "index_add", "index_search")
    + rows("methods", "collection-client", "index_add", "index_search"),
)
def test_vectors_go_in_and_are_looked_up(tmp_path: Path, package: str, name: str, row: Row) -> None:
    kind = "index" if TABLES[package]["methods"].get("index", {}).get(name) is row else "collection-client"
    path, made = holder_of(package, kind)
    given = ("picture", "[picture.tolist()]", "[{'id': 1, 'vector': picture}]")
    for vectors in given:
        program = f"{made}held.{name}({written(row, **_named(row), x=vectors)})\n"
        found = facts_of(tmp_path, path, program).indexed
        assert found[-1].is_query == (row["op"] == "index_search"), vectors
        assert len(found) == 1 + made.count("picture"), vectors


@pytest.mark.parametrize(
    ("package", "name", "row"),
    rows("methods", "index", "same") + rows("methods", "collection-client", "same"),
)
def test_what_keeps_an_index(tmp_path: Path, package: str, name: str, row: Row) -> None:
    kind = "index" if TABLES[package]["methods"].get("index", {}).get(name) is row else "collection-client"
    if kind == "index":
        path, made = holder_of(package, kind)
        program = f"{made.replace('picture', '0')}held = held.{name}(0)\n"
        if has(package, "index", "index_add"):
            program += adds(package, "held")
        else:
            search, of_search = method_of(package, "index", "index_search")
            program += f"held.{search}({written(of_search, x='picture')})\n"
    else:
        path = client_of(package)
        program = f"held = {path}().{name}(0)\n"
        add = next(
            (each, found)
            for each, found in TABLES[package]["methods"][kind].items()
            if found["op"] in {"index_add", "sql"}
        )
        given = (
            "'insert into shots (v) values (?)', (picture,)"
            if add[1]["op"] == "sql"
            else written(add[1], **_named(add[1]), x="picture")
        )
        program += f"held.{add[0]}({given})\n"
    assert len(facts_of(tmp_path, path, program).indexed) == 1


def _asked(row: Row) -> dict[str, str]:
    return {row["returns_if"]: "True"} if "returns_if" in row else {}


NUMBERS = {
    "cosine": 0.9,
    "complement": 0.1,
    "half": 0.95,
    "squared": 0.2,
    "euclidean": 0.4472,
    "negative": -0.9,
}


def searches() -> list[Any]:
    """Each way to the number that tells how near a row is, by metric."""
    found = []
    for package, table in TABLES.items():
        methods = {} if _goes_its_own_way(package) else table.get("methods", {})
        for kind in ("index", "collection-client"):
            for name, row in methods.get(kind, {}).items():
                if row["op"] != "index_search":
                    continue
                for metric, measure in row.get("measures", {}).items():
                    place = row["returns"].index("nearness")
                    found.append((package, kind, name, metric, measure, f"[{place}][0]"))
                for field, nearness in methods.get("hits", {}).items():
                    if nearness["op"] == "nearness" and "returns" not in row:
                        for metric, measure in nearness["measures"].items():
                            found += [
                                (package, kind, name, metric, measure, way)
                                for way in (f"[0].{field}", f"[0]['{field}']")
                            ]
    return [pytest.param(*each, id="-".join(each)) for each in found]


@pytest.mark.parametrize(("package", "kind", "name", "metric", "measure", "way"), searches())
def test_how_near_a_row_is(
    tmp_path: Path, package: str, kind: str, name: str, metric: str, measure: str, way: str
) -> None:
    row = TABLES[package]["methods"][kind][name]
    path, made = holder_of(package, kind, metric)
    holder = "held" if kind == "index" else "client"
    fills = adds(package, holder) if has(package, kind, "index_add") else ""
    program = (
        f"{made}{fills}"
        f"found = {holder}.{name}({written(row, **_named(row), x='words', **_asked(row))})\nif found{way} > {NUMBERS[measure]}:\n    print(1)\n"
    )
    thresholds = facts_of(tmp_path, path, program).thresholds
    assert len(thresholds) == 1, program
    scores = thresholds[0].of
    assert isinstance(scores, Scores)
    kept = "complement" if scores.is_complement else scores.measure or "cosine"
    assert (kept, scores.pair) == (measure, "image-text")
