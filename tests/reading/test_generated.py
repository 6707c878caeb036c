"""Captions that one program writes into a data file and another reads for the model; functions that give labels to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clip_lint.api import lint_paths
from clip_lint.core.finding import Severity

if TYPE_CHECKING:
    from pathlib import Path

MAKER = """
import json


def make():
    for one, other in [("kettle", "jug"), ("jug", "kettle")]:
        record = {"id": one, "caption": f"the {one} is to the left of the {other}"}
        with open("data/pairs.jsonl", "a") as out:
            out.write(json.dumps(record) + "\\n")
    print(len(record))
    words = "the {} is above the shelf".format("jug")
    print("nothing is written here", words)
"""

PAIRS = (
    '{"id": "kettle", "caption": "the kettle is to the left of the jug"}\n'
    '{"id": "jug", "caption": "the jug is to the left of the kettle"}\n'
    '{"id": "shelf", "caption": "the jug is above the shelf"}\n'
    '{"id": "by hand", "caption": "the spoon is behind the plate"}\n'
)

READER = """
import json
from dataclasses import dataclass

import clip

model, preprocess = clip.load("ViT-B/32")


@dataclass
class Pair:
    id: str
    caption: str


def pairs(path="data/pairs.jsonl"):
    found = []
    with open(path) as lines:
        for line in lines:
            record = json.loads(line)
            found.append(Pair(id=str(record["id"]), caption=record["caption"]))
    return found


for pair in pairs():
    model.encode_text(clip.tokenize([pair.caption]))
"""


def project(tmp_path: Path, **files: str) -> Path:
    for name, content in files.items():
        path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'pairs'\n", encoding="utf-8")
    return tmp_path


def found_in(tmp_path: Path, code: str) -> list[tuple[str, int, bool]]:
    result = lint_paths([tmp_path], base=tmp_path, isolated=True, select=[code], min_severity=Severity.NOTE)
    assert not result.problems
    return [
        (finding.place.path, finding.place.start.line, "read from data/pairs.jsonl" in finding.message)
        for finding in result.findings
    ]


def test_generated_captions_are_told_where_they_are_made(tmp_path: Path) -> None:
    top = project(tmp_path, scripts__make_dot_py=MAKER, data__pairs_dot_jsonl=PAIRS, eval_dot_py=READER)
    assert found_in(top, "CLP102") == [
        ("eval.py", 18, True),
        ("scripts/make.py", 7, True),
        ("scripts/make.py", 11, True),
    ]


@pytest.mark.parametrize(
    "maker",
    [
        MAKER.replace("pairs.jsonl", "others.jsonl"),
        MAKER.replace("open(", "shut(").replace("out.write(", "print("),
        MAKER.replace("to the left of", "to the right of").replace("above", "below"),
    ],
)
def test_other_programs_make_nothing(tmp_path: Path, maker: str) -> None:
    top = project(tmp_path, scripts__make_dot_py=maker, data__pairs_dot_jsonl=PAIRS, eval_dot_py=READER)
    assert {path for path, *_ in found_in(top, "CLP102")} == {"eval.py"}


LABELS = """
def get_descriptions(kind):
    if kind == "pond":
        return ["a pond without reeds", "a pond with reeds"]
    if kind == "none":
        print("nothing asks for it")
        kind = "harbour"
    return [["no boats in sight", "a jetty"], ["a jetty"]]


def get_boats():
    return ["a boat without sails", "a raft"]
"""


def test_labels_that_no_call_asks_for_are_read_all_the_same(tmp_path: Path) -> None:
    user = 'import clip\nfrom labels import get_boats, get_descriptions\n\nmodel, _ = clip.load("ViT-B/32")\n'
    top = project(tmp_path, labels_dot_py=LABELS, app_dot_py=user)
    assert [line for _, line, _ in found_in(top, "CLP104")] == [4, 8]
    assert found_in(top, "CLP116") == []
    (tmp_path / "app.py").write_text(user.replace(", get_descriptions", ""), encoding="utf-8")
    assert found_in(top, "CLP104") == []
