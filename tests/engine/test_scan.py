"""What the bytes of a file tell: whether it uses CLIP, and what ties it to other files."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clip_lint.engine.funnel import default_steps
from clip_lint.engine.scan import Scan, deeds_of, from_record, links_of, scan, tells, to_record
from clip_lint.source.imports import imports_in, script_paths
from clip_lint.source.symbols import definitions, leading

if TYPE_CHECKING:
    from conftest import Writer

STEPS = default_steps()
PACKAGE = Path(__file__).parents[2] / "clip_lint"


def imported(program: str) -> set[tuple[str, int, tuple[tuple[str, str], ...]]]:
    """What a parser says that a program imports."""
    found: set[tuple[str, int, tuple[tuple[str, str], ...]]] = set()
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Import):
            found.update((alias.name, 0, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = tuple((alias.name, alias.asname or alias.name) for alias in node.names)
            found.add((node.module or "", node.level, names))
    return found


FORMS = """\
import a, b.c as d
from . import e
from .import f
from .. g import h as i
from j import (k,  # one ) of them
    l as m,
)
from n import o, \\
    p
def q():
    import r; from s import t
if True: import u
from v import *
"""


def test_every_form_of_import_is_found() -> None:
    program = FORMS.replace(".. g", "..g")
    assert {(each.module, each.level, each.names) for each in imports_in(program.encode())} == imported(
        program
    )


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py"))[::7], ids=lambda path: path.name)
def test_no_import_of_a_real_program_is_missed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert imported(text) <= {(each.module, each.level, each.names) for each in imports_in(text.encode())}


@pytest.mark.parametrize("indent", [None, 1])
def test_the_imports_of_a_notebook(indent: int | None) -> None:
    lines = ["import clip\n", "from core.vision import (\n", "    Embedder as E,\n", ")"]
    for source in (lines, "".join(lines)):
        text = json.dumps({"cells": [{"cell_type": "code", "source": source}]}, indent=indent)
        found = imports_in(text.encode(), is_notebook=True)
        assert [(each.module, each.names) for each in found] == [
            ("clip", ()),
            ("core.vision", (("Embedder", "E"),)),
        ]


def test_words_that_are_no_imports() -> None:
    text = '>>> from a import b\n# import c\nimported = important(1)\nraise ImportError("import d")\n'
    assert imports_in(text.encode()) == ()


def test_folders_that_a_script_puts_on_its_path() -> None:
    text = b'import sys\nsys.path.append("../lib")\nsys.path.insert(0, "tools")\nsys.path.append(HERE)\n'
    assert script_paths(text) == ("../lib", "tools")


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fall_over(data: bytes) -> None:
    for text in (data, b"from x import (" + data, b'["import ' + data):
        for name in ("a.py", "a.ipynb"):
            found = Scan(uses_clip=True, has_comments=False, links=links_of(name, text))
            assert from_record(json.loads(json.dumps(to_record(found)))) == found
        definitions(text)


def test_a_hostile_file_takes_no_time() -> None:
    assert len(imports_in(b"from x import (" * 100_000)) <= 1
    assert len(imports_in(b"from x import (\n" * 100_000)) <= 2000
    assert definitions(b'"""' * 100_000 + b"x = 1\n" * 1000)


def test_a_scan_without_links_is_kept_as_well() -> None:
    found = Scan(uses_clip=False, has_comments=True)
    assert from_record(to_record(found)) == found
    named = Scan(True, True, links_of("a.py", FORMS.encode()))
    assert from_record(to_record(named)) == named


def test_own_tables_tell_which_files_are_worth_reading(write: Writer) -> None:
    tables = (write({"mine.toml": 'package = "shopvision"\n'}) / "mine.toml",)
    assert tells(b"import shopvision", STEPS, tables)
    assert scan("/a.py", b"import shopvision\n", STEPS, tables).uses_clip
    assert not tells(b"import os", STEPS, tables)
    assert not tells(b"import shopvision", STEPS, ())


def test_a_file_of_which_nobody_can_tell_is_read_so_that_somebody_says_why() -> None:
    assert scan("/a.py", b"import clip\nx = = 1\n", STEPS).uses_clip
    assert scan("/a.py", b"import clip\n'\xe9'\n", STEPS).uses_clip
    assert not scan("/a.py", b"x = = 1\n", STEPS).uses_clip
    assert not scan(
        "/a.ipynb", b'{"nbformat": 4, "cells": [], "metadata": {"language": "clip"}}', STEPS
    ).uses_clip


@pytest.mark.parametrize(
    ("words", "trains"),
    [
        ("loss.backward()", True),
        ("torch.optim.AdamW(model.parameters())", True),
        ("torch.autograd.grad(score, image)", True),
        ("with torch.no_grad():\n    model(x)", False),
        ("# goes backward in time", False),
    ],
)
def test_words_of_training(words: str, trains: bool) -> None:
    assert deeds_of(words.encode()).trains is trains


PROGRAM = '''\
"""About Model.

def not_code():
"""
from vision import Model, seed

NAME = "x"

@decorated
class Service:
    def __init__(self):
        self.model = Model()

def helper():
    return NAME

if NAME:
    service = Service()
else:
    other = helper()

def loop(text="""
quoted
"""):
    return service.model
'''


def test_names_that_lead_somewhere() -> None:
    """Through definitions, branches and decorators, but not to what only stands beside."""
    parts = definitions(PROGRAM.encode())
    assert [sorted(part.names) for part in parts if part.names] == [
        ["NAME"],
        ["Service"],
        ["helper"],
        ["other", "service"],
        ["loop"],
    ]
    assert leading(parts, {"Model"}) == {"Model", "Service", "service", "other", "loop"}
    assert leading(parts, {"seed"}) == {"seed"}
