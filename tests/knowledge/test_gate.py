"""The gate is made from the tables: what they describe is let in, and a table of one's own opens it for its library."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clip_lint.knowledge.documents import stamps
from clip_lint.knowledge.gate import Gate, load_gate
from clip_lint.knowledge.marks import from_text, load_marks, to_text
from clip_lint.knowledge.tables import load_libraries
from clip_lint.knowledge.words import AtOnce, ByStems

SHOP = """\
package = "shopvision"

[calls]
"shopvision.load" = { op = "load", signature = ["checkpoint"], returns = "model", family = "clip", mode = "eval" }
"shopvision.parts.ShopEncoder" = { op = "load", returns = "model", family = "clip" }

[methods.model]
embed_photo = { op = "encode", modality = "image", signature = ["pixels"], characteristic = "library" }
"""
WAREHOUSE = """\
package = "warehouse"
general = true

[factory]
names = ["open"]

[classes]
ShelfModel = { kind = "model", family = "clip" }
AnyModel = { kind = "model" }
"""
STORE = """\
package = "vectorshed"
consumer = true

[calls]
"vectorshed.Shed" = { op = "index", metric = "ip" }
"vectorshed.PictureWords" = { op = "component", kind = "store-embeddings", family = "clip" }
"""


class EachWord:
    """The slowest search, which nothing can be wrong with."""

    def __init__(self, looked_for: Iterable[bytes]) -> None:
        self._held = list(looked_for)

    def places(self, data: bytes) -> Iterator[tuple[bytes, int]]:
        for word in self._held:
            yield from ((word, found.start()) for found in re.finditer(re.escape(word), data))


def lets_in(gate: Gate, program: str) -> bool:
    by_bytes = gate.may_use_clip(program.encode())
    by_tree = gate.uses_clip(ast.parse(program))
    assert by_bytes or not by_tree, "the search of bytes comes first: it must not be narrower"
    assert gate.admits(program) is by_tree
    return by_bytes and by_tree


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    paths = []
    for name, text in (("shop", SHOP), ("warehouse", WAREHOUSE), ("store", STORE)):
        paths.append(tmp_path / f"{name}.toml")
        paths[-1].write_text(text)
    return load_gate(paths)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("import shopvision", True),
        ("import shopvision.parts as parts", True),
        ("from shopvision import load", True),
        ("from shopvision.parts import ShopEncoder", True),
        ("def f(m, x): return m.embed_photo(x)", True),
        (
            "class M:\n    def embed_photo(self, x): ...\n    def f(self, x): return self.embed_photo(x)",
            False,
        ),
        ("import shopvisionary", False),
        ("import warehouse", False),
        ("from warehouse import ShelfModel", True),
        ("import warehouse\nmodel = warehouse.ShelfModel.open('x')", True),
        ("from warehouse import AnyModel\nmodel = AnyModel.open('acme/clip-large')", True),
        ("from warehouse import AnyModel\nmodel = AnyModel.open('acme/words-large')", False),
        ("from vectorshed import Shed", False),
        ("from vectorshed import PictureWords", True),
    ],
)
def test_a_table_of_ones_own_opens_the_gate(gate: Gate, program: str, expected: bool) -> None:
    assert lets_in(gate, program) is expected
    assert not load_gate().uses_clip(ast.parse(program)) or "warehouse" in program


def test_every_package_and_class_of_the_tables_is_let_in() -> None:
    libraries = load_libraries()
    gate = load_gate()
    for path, spec in libraries.calls.items():
        if spec.get("family") and spec.op in {"load", "component", "clip_score"}:
            module, _, name = path.rpartition(".")
            assert lets_in(gate, f"from {module} import {name}"), path
    for path, each in libraries.classes.items():
        if each.family and each.kind in {"model", "processor"} and not each.part:
            package, _, name = path.rpartition(".")
            assert lets_in(gate, f"from {package} import {name}"), path


@pytest.mark.parametrize(
    "program",
    [
        "import numpy\nimport torch\nimport faiss\nimport cv2\nfrom PIL import Image\nimport sklearn.neighbors",
        "import transformers\nmodel = transformers.AutoModel.from_pretrained('bert-base-uncased')",
        "# a clip of the film, clipped to size\nx = x.clip(0, 1)",
        "NOTE = 'see openai/clip'",
        "from .clip_model import *\nfrom ..siglip.towers import *",
        "from optimum.quanto import quantize, freeze",
        "TASKS = {'zero-shot-image-classification': 'picture', 'text-classification': 'text'}",
        "TASKS = (('image', 'zero-shot-image-classification'), ('text', 'summarization'))",
    ],
)
def test_what_any_program_does_is_not_let_in(program: str) -> None:
    assert not lets_in(load_gate(), program)


@pytest.mark.parametrize(
    "program",
    [
        "from .clip_model import Towers",
        "from clip_model import *",
        "from optimum.onnxruntime import ORTModelForZeroShotImageClassification",
        "NAMES = ('openai/clip-vit-base-patch32', 'google/siglip-base-patch16-224')",
        "job = dict(task='zero-shot-image-classification')",
        "settings = {'task': 'zero-shot-image-classification'}",
    ],
)
def test_what_only_programs_about_clip_say_is_let_in(program: str) -> None:
    assert lets_in(load_gate(), program)


@pytest.mark.parametrize("way", [AtOnce, ByStems])
def test_every_way_to_search_lets_in_what_a_search_for_each_word_lets_in(
    way: type[AtOnce | ByStems], monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = load_marks()
    monkeypatch.setattr("clip_lint.knowledge.gate.words", lambda held: way(sorted(held)))
    quick = Gate(marks)
    monkeypatch.setattr("clip_lint.knowledge.gate.words", EachWord)
    plain = Gate(marks)
    words = [
        *marks.names,
        *marks.ids,
        *marks.texts,
        *marks.addresses,
        *marks.fields,
        *marks.packages,
        *marks.towers,
    ]
    assert len(words) > 100
    told = 0
    for word in (word.replace("*", "x").replace("?", "1") for word in words):
        for line in (
            f"import {word}",
            f"x = '{word}'",
            f"x = 'acme/{word}-large'",
            f"y = x.{word}(z)",
            word.upper(),
        ):
            data = f"a = 1\n{line}\n".encode()
            told += plain.may_use_clip(data)
            assert quick.may_use_clip(data) == plain.may_use_clip(data), line
    assert told > len(words)


def test_files_that_build_models_are_turned_away_before_they_are_parsed() -> None:
    inside = "from ...modeling_utils import PreTrainedModel\nfrom ..clip.modeling_clip import CLIPModel\nx.logits_per_image\n"
    assert not load_gate().may_use_clip(inside.encode())
    assert not load_gate().uses_clip(ast.parse(inside))
    assert load_gate().may_use_clip(inside.replace("...", "").encode())


def test_what_this_python_cannot_parse_is_left_to_others() -> None:
    assert load_gate().admits("def (:")
    assert load_gate().admits("(" * 5000)


def test_a_table_that_changes_changes_the_gate(tmp_path: Path) -> None:
    table = tmp_path / "own.toml"
    table.write_text('package = "firstname"\n')
    assert load_gate([table]).may_use_clip(b"import firstname")
    table.write_text('package = "secondname"\n')
    stamp = table.stat().st_mtime_ns + 1_000_000
    import os

    os.utime(table, ns=(stamp, stamp))
    assert load_gate([table]).may_use_clip(b"import secondname")
    assert not load_gate([table]).may_use_clip(b"import firstname")


@pytest.mark.parametrize(
    "module", ["torch.nn.utils.clip_grad", "clip_norm", "films.video_clip", "grad_clip", "shapes.clip_path"]
)
def test_a_module_about_another_kind_of_clip_proves_nothing(module: str) -> None:
    assert not load_gate().uses_clip(ast.parse(f"from {module} import run"))
    assert not load_gate().uses_clip(ast.parse(f"import {module}"))


@pytest.mark.parametrize(
    "module", ["clip", "open_clip.factory", "our_clip", "clip_utils", "openclip", "grads.clip"]
)
def test_a_module_about_clip_does(module: str) -> None:
    assert load_gate().uses_clip(ast.parse(f"from {module} import run"))


def test_the_marks_that_an_installation_keeps_are_those_of_the_tables() -> None:
    marks = load_marks()
    assert from_text(to_text(marks)) == marks
    assert marks.names
    assert marks.not_before


def test_kept_marks_are_used_until_somebody_brings_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "marks.txt"
    kept.write_text(to_text(replace(load_marks(), packages=frozenset({"keptshop"}))), encoding="utf-8")
    monkeypatch.setattr("clip_lint.knowledge.marks._KEPT", kept)
    assert load_marks().packages == {"keptshop"}
    table = tmp_path / "own.toml"
    table.write_text('package = "ownshop"\n')
    found = load_marks(stamps([table])).packages
    assert "ownshop" in found
    assert "keptshop" not in found
