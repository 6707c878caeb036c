"""The YAML of label files: what programs write is read with the place of every label, and no file can do harm."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.reading.operations import label_yaml
from clip_lint.reading.operations.label_yaml import Written, read_yaml
from clip_lint.source.workspace import Workspace


def plain(data: object) -> object:
    """Data without the places of its texts."""
    if isinstance(data, Written):
        return data.text
    if isinstance(data, list):
        return [plain(each) for each in data]
    if isinstance(data, dict):
        return {plain(key): plain(value) for key, value in data.items()}
    return data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("- fox\n- 'hen''s egg'\n- \"a: b\"\n", ["fox", "hen's egg", "a: b"]),
        ("names: [fox, 'red hen', \"owl, barn\"]  # three\n", {"names": ["fox", "red hen", "owl, barn"]}),
        ("names: [fox,\n  hen]\n", {"names": ["fox", "hen"]}),
        ("nc: 2\nnames:\n  0: fox\n  1: hen\n", {"nc": 2, "names": {0: "fox", 1: "hen"}}),
        ("names:\n- fox\nok: true\nx: 1.5\nnone: ~\n", {"names": ["fox"], "ok": True, "x": 1.5, "none": None}),
        ("- id: 1\n  name: fox\n- {id: 2, name: hen}\n", [{"id": 1, "name": "fox"}, {"id": 2, "name": "hen"}]),
        ("names: &all [fox]\nsame: *all\n", {"names": ["fox"], "same": ["fox"]}),
        ("base: &b {a: fox, c: hen}\nnew:\n  <<: *b\n  a: owl\n", {"base": {"a": "fox", "c": "hen"}, "new": {"a": "owl", "c": "hen"}}),
        ("download: |\n  import os\n  os.system('x')\nnames: [fox]\n", {"download": "import os\nos.system('x')\n", "names": ["fox"]}),
        ("a: 1\na: 2\n", {"a": 2}),
        ("---\na photo of a fox\n", "a photo of a fox"),
        ("day: 2024-01-02\n", None),
    ],
)  # fmt: skip
def test_what_label_files_hold(text: str, value: object) -> None:
    if "day" in text:
        assert isinstance(read_yaml(text), dict)
    else:
        assert plain(read_yaml(text)) == value


@pytest.mark.parametrize(
    "text",
    ["\ta: 1\n", "a: 1\n  b: 2\n", "- a\nb\n", "a: [1", "*gone\n", "--- a\n--- b\n", "!!python/object:os.system x\n", "a: !Own x\n", "? [a]\n: b\n", "&a [*a]\n", "<<: 3\n"],
)  # fmt: skip
def test_what_is_no_label_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_yaml(text)


def laughs() -> str:
    """A few lines that stand for nine to the ninth values."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{row}: &a{row} [{', '.join([f'*a{row - 1}'] * 9)}]" for row in range(1, 10)]
    return "\n".join(rows)


@pytest.mark.parametrize(
    "text",
    [
        laughs(),
        "[" * 10_000,
        "[" * 3000 + "]" * 3000,
        "- " * 10_000 + "x",
        "{a: " * 5000,
        "a: b\n" * 60_000,
        "- x\n" * 55_000,
        "x: " + "9" * 200_000,
    ],
    ids=["laughs", "open", "deep", "items", "braces", "long", "many", "digits"],
)
def test_no_file_can_keep_the_reader_busy(text: str) -> None:
    before = time.process_time()
    with pytest.raises(ValueError, match=r"."):
        read_yaml(text)
    assert time.process_time() - before < 5


def test_the_reader_without_the_c_library_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml

    text = "names:\n  - fox\n  - 'red hen'\n  - |\n    owl\n"
    with_c = read_yaml(text)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    without = read_yaml(text)
    assert repr(with_c) == repr(without)
    assert label_yaml.MOST_CHARACTERS < 1_000_000


@pytest.mark.parametrize(
    ("content", "places"),
    [
        ("names:\n  - two kites\n  - 'three kites'\n", [(2, 5, 14), (3, 5, 18)]),
        (
            "a: {names: [two kites, three kites]}\n".replace("a: {", "").replace("}", ""),
            [(1, 9, 18), (1, 20, 31)],
        ),
        ("names: [\n  two kites,  # first\n  three kites]\n", [(2, 3, 12), (3, 3, 14)]),
        ("note: &k two kites\nnames:\n- *k\n- three kites\n", [(1, 10, 19), (4, 3, 14)]),
        ("names:\n  - >\n    two\n    kites\n  - two\n    kites\n", [(3, 5, 8), (5, 5, 8)]),
        ("\ufeffnames:\n  - \u00e9t\u00e9 kites\n  - \U0001f426 kites\n", [(2, 5, 14), (3, 5, 12)]),
    ],
)
def test_every_label_is_reported_where_it_stands(
    tmp_path: Path, content: str, places: list[tuple[int, int, int]]
) -> None:
    (tmp_path / "labels.yaml").write_text(content, encoding="utf-8")
    file = tmp_path / "app.py"
    file.write_text(
        "import clip, yaml\nmodel, _ = clip.load('ViT-B/32')\nlabels = yaml.safe_load(open('labels.yaml'))['names']\n"
        "model.encode_text(clip.tokenize(labels))\n"
    )
    workspace = Workspace((tmp_path,), tmp_path)
    source, program = workspace.load(file), workspace.program(file)
    assert source is not None
    assert program is not None
    (prompts,) = read(source, program, workspace, Versions()).prompt_sets
    found = [each.written for each in prompts.prompts]
    assert [(each.start.line, each.start.column, each.end.column) for each in found if each] == places
