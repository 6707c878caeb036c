"""Labels that stand in files beside the program, and defaults that hold until a user says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.source.workspace import Workspace

HEAD = """
import argparse, csv, json, os
from pathlib import Path
import clip, click, pandas as pd, streamlit as st, typer, yaml

model, preprocess = clip.load("ViT-B/32")


def use(texts):
    return model.encode_text(clip.tokenize(texts))

"""

FILES = {
    "labels.txt": "two kites\nthree kites\n",
    "labels.json": '{"names": ["two kites",\n "three kites"], "other": 3}',
    "labels.yaml": "# kites\nnames:\n  0: two kites\n  1: three kites\ncount: 2\n",
    "list.yml": "- two kites\n- 'three kites'\n",
    "labels.csv": "id,name\n1,two kites\n2,three kites\n",
}


def texts_of(tmp_path: Path, program: str) -> list[list[tuple[str, str, int]]]:
    """The prompt sets of a program: each text with the label file and the line it stands in."""
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    file = tmp_path / "app.py"
    file.write_text(HEAD + program, encoding="utf-8")
    workspace = Workspace((tmp_path,), tmp_path)
    source, parsed = workspace.load(file), workspace.program(file)
    assert source is not None
    assert parsed is not None
    return [
        [
            (each.text, each.written.path, each.written.start.line) if each.written else (each.text, "", 0)
            for each in prompts.prompts
        ]
        for prompts in read(source, parsed, workspace, Versions()).prompt_sets
    ]


@pytest.mark.parametrize(
    "program",
    [
        'use([line.strip() for line in open("labels.txt")])',
        'use(open("labels.txt", encoding="utf-8").read().splitlines())',
        'use(Path("labels.txt").read_text().strip().split("\\n"))',
        'use((Path(__file__).parent / "labels.txt").read_text().splitlines())',
        'use(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "labels.txt")).read().splitlines())',
        'with open("labels.txt") as f:\n    names = f.readlines()\nuse([name.rstrip("\\n") for name in names])',
        'with Path("labels.txt").open() as f:\n    use([line.strip() for line in f if line.strip()])',
        'names = []\nfor line in open("labels.txt"):\n    names.append(line.strip())\nuse(names)',
    ],
)
def test_lines_of_a_text_file(tmp_path: Path, program: str) -> None:
    assert texts_of(tmp_path, program) == [[("two kites", "labels.txt", 1), ("three kites", "labels.txt", 2)]]


@pytest.mark.parametrize(
    ("program", "file", "lines"),
    [
        ('use(json.load(open("labels.json"))["names"])', "labels.json", (1, 2)),
        ('use(json.loads(Path("labels.json").read_text())["names"])', "labels.json", (1, 2)),
        ('use(list(yaml.safe_load(open("labels.yaml"))["names"].values()))', "labels.yaml", (3, 4)),
        ('with open("list.yml") as f:\n    use(yaml.safe_load(f))', "list.yml", (1, 2)),
        ('use([row["name"] for row in csv.DictReader(open("labels.csv"))])', "labels.csv", (2, 3)),
        ('use(pd.read_csv("labels.csv")["name"].tolist())', "labels.csv", (2, 3)),
    ],
)
def test_structured_files(tmp_path: Path, program: str, file: str, lines: tuple[int, int]) -> None:
    assert texts_of(tmp_path, program) == [[("two kites", file, lines[0]), ("three kites", file, lines[1])]]


@pytest.mark.parametrize(
    "program",
    [
        'use(open("absent.txt").read().splitlines())',
        'use(open("labels.txt", "w").read())',
        'use(open(os.path.join(folder, "labels.txt")).read().splitlines())',
        'use(json.load(open("labels.txt")))',
        'use(open("/etc/hostname.txt").read())',
        'use(open("../labels.txt/../../x.txt").read())',
    ],
)
def test_what_is_not_known_stays_unknown(tmp_path: Path, program: str) -> None:
    assert texts_of(tmp_path, program) == []


def test_patterns_of_a_file_are_no_prompts(tmp_path: Path) -> None:
    (tmp_path / "patterns.json").write_text('["two kites by a {c}", "two kites"]', encoding="utf-8")
    assert texts_of(tmp_path, 'use(json.load(open("patterns.json")))') == [
        [("two kites", "patterns.json", 1)]
    ]


def test_patterns_of_a_file_with_unknown_labels_are_no_prompts(tmp_path: Path) -> None:
    (tmp_path / "patterns.json").write_text('["two kites by a {c}"]', encoding="utf-8")
    program = 'use([each.format(c=thing) for each in json.load(open("patterns.json"))])'
    assert texts_of(tmp_path, program) == []


def test_a_label_keeps_its_line_in_a_template(tmp_path: Path) -> None:
    program = 'use([f"a photo of {name.strip()}." for name in open("labels.txt")])'
    assert texts_of(tmp_path, program) == [
        [("a photo of two kites.", "labels.txt", 1), ("a photo of three kites.", "labels.txt", 2)]
    ]


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ('''
parser = argparse.ArgumentParser()
parser.add_argument("--my-query", "-q", default="a fox on a roof")
args = parser.parse_args()
use(args.my_query)''', ["a fox on a roof"]),
        ('''
parser = argparse.ArgumentParser()
group = parser.add_argument_group("labels")
group.add_argument("--names", nargs="+", default=["fox", "hen"])
args, rest = parser.parse_known_args()
use(args.names)''', ["fox", "hen"]),
        ('''
parser = argparse.ArgumentParser()
parser.add_argument("--file", dest="labels", default="labels.txt")
args = parser.parse_args()
use(open(args.labels).read().splitlines())''', ["two kites", "three kites"]),
        ('''
@click.command()
@click.option("--query", "wanted", default="a fox on a roof")
def main(wanted):
    use(wanted)''', ["a fox on a roof"]),
        ('''
def main(query: str = typer.Option("a fox on a roof")):
    use(query)''', ["a fox on a roof"]),
        ('use(st.text_input("Query", "a fox on a roof"))', ["a fox on a roof"]),
        ('use(st.sidebar.text_area("Query", value="a fox on a roof"))', ["a fox on a roof"]),
        ('use(st.selectbox("Which", ["fox", "hen"]))', ["fox", "hen"]),
    ],
)  # fmt: skip
def test_defaults_of_settings(tmp_path: Path, program: str, expected: list[str]) -> None:
    assert [[text for text, _, _ in each] for each in texts_of(tmp_path, program)] == [expected]


@pytest.mark.parametrize(
    "program",
    [
        'parser = argparse.ArgumentParser()\nparser.add_argument("--query")\nuse(parser.parse_args().query)',
        'parser = argparse.ArgumentParser()\nparser.add_argument("--mode", default="fast")\nuse(parser.parse_args().mode)',
        'use(st.text_input("What are you looking for?"))',
    ],
)
def test_settings_without_a_telling_default(tmp_path: Path, program: str) -> None:
    assert texts_of(tmp_path, program) == []


def test_patterns_from_a_file_stay_patterns_whatever_fills_them(tmp_path: Path) -> None:
    (tmp_path / "patterns.json").write_text(
        '["a {c} left of the number {}", "a {c} on a wall"]', encoding="utf-8"
    )
    head = 'patterns = json.load(open("patterns.json"))\n'
    loop = 'for name in names():\n    use([p.replace("{}", "{c}").format(c=name) for p in patterns])\n'
    assert texts_of(tmp_path, head + loop) == []
    known = head + 'for name in ("kite", "kettle"):\n    use([p.format(c=name) for p in patterns[1:]])\n'
    assert [[text for text, *_ in found] for found in texts_of(tmp_path, known)] == [
        ["a kite on a wall", "a kettle on a wall"]
    ]
