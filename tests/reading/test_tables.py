"""A library is a table: the user's own tables work, broken ones are told, and every operation a table names exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clip_lint.checks import run
from clip_lint.knowledge.documents import TableError
from clip_lint.knowledge.tables import load_libraries
from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.reading.operations import OPERATIONS
from clip_lint.source.workspace import Workspace
from clip_lint.syntax.parse import parse

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """\
package = "shopvision"

[calls]
"shopvision.load" = { op = "load", signature = ["checkpoint"], returns = "model", family = "clip", mode = "eval" }

[methods.model]
embed_photo = { op = "encode", modality = "image", signature = ["pixels"] }
embed_words = { op = "encode", modality = "text", signature = ["tokens"] }
"""
PROGRAM = """\
import shopvision

model = shopvision.load("catalogue-v2")
scores = model.embed_photo(photo) @ model.embed_words(words).T
"""


def test_a_table_of_ones_own_makes_a_library_known(tmp_path: Path) -> None:
    table = tmp_path / "shopvision.toml"
    table.write_text(TABLE)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    workspace = Workspace((tmp_path,), tmp_path, extra_libraries=(table,))
    source = workspace.load(program)
    assert source is not None
    found = {finding.code for finding in run(read(source, parse(PROGRAM), workspace, Versions()))}
    assert "CLP201" in found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("package = ", "not valid TOML"),
        ('package = "p"\n[calls]\n"p.f" = { signature = [] }', "has no `op`"),
    ],
)
def test_a_broken_table_names_its_file(text: str, says: str, tmp_path: Path) -> None:
    table = tmp_path / "broken.toml"
    table.write_text(text)
    with pytest.raises(TableError, match=says) as caught:
        load_libraries((table,))
    assert "broken.toml" in str(caught.value)


def test_every_operation_exists() -> None:
    libraries = load_libraries()
    specs = [
        *libraries.calls.values(),
        *(spec for table in libraries.methods.values() for spec in table.values()),
    ]
    assert {spec.op for spec in specs} <= set(OPERATIONS)


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("openai/clip-vit-base-patch32", "clip"),
        ("google/siglip2-base-patch16-224", "siglip2"),
        ("google/siglip-so400m-patch14-384", "siglip"),
        ("coca_ViT-B-32", "coca"),
        ("ViT-B-32", "clip"),
        ("MobileCLIP-S2", "mobileclip"),
        ("laion/clap-htsat-unfused", "clap"),
        ("someone/hand-clap-detector", "other"),
        ("bert-base-uncased", None),
    ],
)
def test_a_checkpoints_name_tells_its_family(name: str, family: str | None) -> None:
    assert load_libraries().family(name) == family
