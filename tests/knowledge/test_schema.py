"""The schema of library tables: clip-lint's own tables fit it, and whoever writes a wrong one is told where and what."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from clip_lint.knowledge.checking import check
from clip_lint.knowledge.documents import TableError, own_documents, own_families, parse_document
from clip_lint.knowledge.schema import load_schema
from clip_lint.reading.operations import OPERATIONS

HEAD = 'package = "shopvision"\n\n'
LOAD = '[calls]\n"shopvision.load" = { op = "load", %s }\n'


@pytest.mark.parametrize("document", own_documents(), ids=lambda document: document.name)
def test_own_tables_fit_the_schema(document: object) -> None:
    assert isinstance(document, type(own_documents()[0]))
    assert check(document.table, own_families()) == []


def test_operations_of_the_schema_are_those_of_reading() -> None:
    assert set(load_schema().operations) == set(OPERATIONS)


def test_every_key_of_the_schema_is_asked_for_somewhere() -> None:
    """A constant or trait that no code reads is dead data: nobody should have to wonder what it does."""
    schema = load_schema()
    package = Path(str(resources.files("clip_lint")))
    readers = [
        *(package / "reading").rglob("*.py"),
        *(package / "checks").rglob("*.py"),
        *(package / "knowledge").glob("*.py"),
    ]
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in readers if path.stem not in {"schema", "checking"}
    )
    words = set(re.findall(r"\w+", text))
    keys = {key for operation in schema.operations.values() for key in operation.constants}
    keys |= {key for form in schema.forms.values() for key in form} | set(schema.keys)
    assert keys - words == set()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD + LOAD % 'retruns = "model"', '4: calls."shopvision.load".retruns: unknown key `retruns`; did you mean `returns`?'),
        (HEAD + LOAD % 'returns = "modle"', "4: calls.\"shopvision.load\".returns: must be one of `model`, `preprocess`, `random-preprocess`, `tokenizer`, `processor`, `image-processor`; did you mean `model`?"),
        (HEAD + LOAD % 'returns = ["model", "tokeniser"]', "did you mean `tokenizer`?"),
        (HEAD + LOAD % 'family = "siglipp"', "no family `siglipp` is described in `families`; did you mean `siglip`?"),
        (HEAD + LOAD % 'signature = ["chekpoint"]', "signature: unknown argument of `load` `chekpoint`; did you mean `checkpoint`?"),
        (HEAD + LOAD % 'keywords = { name = "chekpoint" }', "keywords: unknown argument of `load` `chekpoint`"),
        (HEAD + LOAD % "only_known = 1", "only_known: must be true or false"),
        (HEAD + LOAD % "dtype = 3", "dtype: must be one of `float16-on-cuda`"),
        (HEAD + '[calls]\n"shopvision.load" = { op = "lode" }', "op: unknown operation `lode`; did you mean `load`?"),
        (HEAD + '[calls]\n"shopvision.load" = { returns = "model" }', "the entry has no `op`"),
        (HEAD + '[calls]\n"shopvision.load" = "load"', "must be a table, as in"),
        (HEAD + '[calls]\n"shopvision.go" = { op = "encode", modality = "image" }', "it belongs in `methods`"),
        (HEAD + '[methods.modle]\ngo = { op = "encode", modality = "image" }', "4: methods.modle: unknown kind of value `modle`; did you mean `model`?".replace("4:", "3:")),
        (HEAD + '[methods.model]\ngo = { op = "encode" }', "methods.model.go: the entry has no `modality` (one of image, text, auto)"),
        (HEAD + '[methods.model]\ngo = { op = "encode", modality = "image", wrapped_from = "five" }', 'must be a version specifier, as in ">=5"'),
        (HEAD + "[methods]\nmodel = 1", "methods.model: must be a table of methods"),
        (HEAD + '[classes]\nShop = { kind = "modle" }', "classes.Shop.kind: must be one of"),
        (HEAD + "[clases]\n", "unknown key `clases`; did you mean `classes`?"),
        ('package = 3', "1: package: must be a text"),
        ('calls = 3', "package: is missing"),
        ('[families.own]\ncontext = 40\n[calls]\n"a.b" = { op = "load" }', "package: is missing: `calls` belongs to a package"),
        ("[families.own]\ncontext = '40'", "families.own.context: must be a whole number"),
        ("patterns = [['*x*']]", "patterns: must be a list of pairs"),
        ("patterns = [['*x*', 'clipp']]", "did you mean `clip`?"),
        (HEAD + "[tokenization]\nraises = ['clipp']", "did you mean `clip`?"),
        (HEAD + "[constants]\n'shopvision.A' = 1", "must be a text"),
        ("package = ", "not valid TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_file_line_key_and_the_right_word(text: str, complaint: str) -> None:
    with pytest.raises(TableError) as caught:
        parse_document(text, "own.toml")
    assert complaint in str(caught.value)
    assert str(caught.value).startswith("own.toml:")


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(TableError) as caught:
        parse_document(HEAD + LOAD % 'retruns = "model", moed = "eval"', "own.toml")
    assert len(str(caught.value).splitlines()) == 2


def test_a_family_of_ones_own_may_be_used_where_it_is_described() -> None:
    text = HEAD + "[families.shop]\ncontext = 40\n" + LOAD % 'family = "shop"'
    assert parse_document(text, "own.toml").table["families"] == {"shop": {"context": 40}}
