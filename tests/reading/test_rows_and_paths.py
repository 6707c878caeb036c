"""What one loop gives side by side, and what different paths through a program bring to one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clip_lint.api import lint_source
from clip_lint.core.finding import Severity
from clip_lint.knowledge.versions import Versions
from clip_lint.reading import read
from clip_lint.reading.values import Value, options
from clip_lint.source.workspace import Workspace

pytestmark = pytest.mark.usefixtures("nothing_around")

if TYPE_CHECKING:
    from pathlib import Path

    from clip_lint.reading.prompts import PromptSet

HEAD = """
import json, sys
import clip

model, preprocess = clip.load("ViT-B/32")
NAMES = ["otter", "badger", "stoat"]
DETAILS = ["in a river", "with a striped face", "with a black tail"]


def use(texts):
    return model.encode_text(clip.tokenize(texts))


"""


def sets_of(tmp_path: Path, program: str, files: dict[str, str] | None = None) -> list[PromptSet]:
    for name, content in (files or {}).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    file = tmp_path / "app.py"
    file.write_text(HEAD + program, encoding="utf-8")
    workspace = Workspace((tmp_path,), tmp_path)
    source, parsed = workspace.load(file), workspace.program(file)
    assert source is not None
    assert parsed is not None
    return list(read(source, parsed, workspace, Versions()).prompt_sets)


PAIRED = ["an otter in a river", "an badger with a striped face", "an stoat with a black tail"]


@pytest.mark.parametrize(
    "loop",
    [
        "for name, detail in zip(NAMES, DETAILS):\n    texts.append(f'an {name} {detail}')",
        "for i in range(len(NAMES)):\n    texts.append(f'an {NAMES[i]} {DETAILS[i]}')",
        "for i, name in enumerate(NAMES):\n    texts.append('an ' + name + ' ' + DETAILS[i])",
        "for i, name in enumerate(NAMES, 0):\n    texts.append('an {} {}'.format(name.lower(), DETAILS[i]))",
        "for name, detail in dict(zip(NAMES, DETAILS)).items():\n    texts.append(f'an {name} {detail}')",
    ],
)
def test_what_a_loop_gives_side_by_side_goes_together(tmp_path: Path, loop: str) -> None:
    (prompts,) = sets_of(tmp_path, f"texts = []\n{loop}\nuse(texts)\n")
    assert list(prompts.texts) == PAIRED


def test_lists_of_different_length_are_not_mixed(tmp_path: Path) -> None:
    program = """
def names(kind):
    return ["seal", "crab"] if kind == "sea" else ["goose", "goat", "hen"]


def run(kind):
    labels, more = names(kind), DETAILS
    use([f"a {labels[i]} {more[i]}" for i in range(len(labels))])


run(sys.argv[1])
"""
    (prompts,) = sets_of(tmp_path, program)
    assert set(prompts.texts) == {
        *("a seal {}", "a crab {}", "a goose {}", "a goat {}", "a hen {}"),
        *("a {} in a river", "a {} with a striped face", "a {} with a black tail"),
    }
    assert not prompts.is_whole


def test_each_path_brings_a_set_of_its_own(tmp_path: Path) -> None:
    program = """
def labels(kind):
    if kind == "sea":
        return ["one seal", "a crab"]
    return ["two seals", "a goat"]


use([f"a photo of {label}" for label in labels(sys.argv[1])])
"""
    found = sets_of(tmp_path, program)
    assert [prompts.texts for prompts in found] == [
        ("a photo of one seal", "a photo of a crab"),
        ("a photo of two seals", "a photo of a goat"),
    ]
    assert all(prompts.is_whole for prompts in found)


FILES = {"classes/farm.txt": "a goose\ntwo geese\n", "classes/sea.txt": "a seal\nthree crabs\n"}


def test_a_path_with_a_hole_means_the_files_that_fit(tmp_path: Path) -> None:
    program = """
with open("classes/" + sys.argv[1] + ".txt") as lines:
    use([f"a photo of {line.strip()}" for line in lines])
"""
    found = sets_of(tmp_path, program, FILES)
    assert [prompts.texts for prompts in found] == [
        ("a photo of a goose", "a photo of two geese"),
        ("a photo of a seal", "a photo of three crabs"),
    ]
    written = [prompts.prompts[1].written for prompts in found]
    assert [(place.path, place.start.line) for place in written if place] == [
        ("classes/farm.txt", 2),
        ("classes/sea.txt", 2),
    ]


def test_a_default_that_leads_to_a_file_is_what_is_meant(tmp_path: Path) -> None:
    program = """
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--labels", default="classes/sea.txt")
args = parser.parse_args()
use(open(args.labels).read().splitlines())
"""
    (prompts,) = sets_of(tmp_path, program, FILES)
    assert prompts.texts == ("a seal", "three crabs")


def test_lines_of_json_are_read_one_by_one(tmp_path: Path) -> None:
    program = """
rows = []
with open("rows.jsonl") as lines:
    for line in lines:
        rows.append(json.loads(line))
use([row["caption"] for row in rows])
use([json.loads(line)["caption"] for line in open("rows.jsonl")])
"""
    rows = '{"caption": "a red cup left of a blue jug", "id": 1}\n{"caption": "a kettle", "id": 2}\n'
    found = sets_of(tmp_path, program, {"rows.jsonl": rows})
    assert [set(prompts.texts) for prompts in found] == [{"a red cup left of a blue jug", "a kettle"}] * 2
    for prompts in found:
        lines = {
            prompt.text: prompt.written.start.line for prompt in prompts.prompts if prompt.written is not None
        }
        assert lines == {"a red cup left of a blue jug": 1, "a kettle": 2}


def test_lists_of_one_json_file_stay_apart(tmp_path: Path) -> None:
    program = """
table = json.load(open("table.json"))
use(table[sys.argv[1]])
"""
    table = '{"farm": ["one goose", "a goat"], "sea": ["two geese", "a goat"]}'
    found = sets_of(tmp_path, program, {"table.json": table})
    assert [prompts.texts for prompts in found] == [("one goose", "a goat"), ("two geese", "a goat")]


def codes(program: str) -> list[tuple[str, int]]:
    found = lint_source(
        HEAD + program, isolated=True, select=["CLP110", "CLP112"], min_severity=Severity.NOTE
    )
    offset = HEAD.count("\n")
    return [(finding.code, finding.place.start.line - offset) for finding in found.findings]


UNKNOWN_LABELS = 'labels = [each["name"] for each in json.load(open("gone.json"))]\n'


def test_a_path_without_a_template_is_told_where_others_have_one() -> None:
    program = UNKNOWN_LABELS + (
        "if '--plain' in sys.argv:\n    texts = [label for label in labels]\n"
        "else:\n    texts = [f'a photo of a {label}' for label in labels]\nuse(texts)\n"
    )
    assert codes(program) == [("CLP110", 3)]
    assert codes(program.replace("[label for label in labels]", "[f'a {label}' for label in labels]")) == []
    assert codes(program.replace("[label for label in labels]", "json.load(open('prompts.json'))")) == []


def test_a_path_without_a_template_has_no_fix_at_the_call_of_all() -> None:
    program = (
        "if '--plain' in sys.argv:\n    texts = NAMES\n"
        "else:\n    texts = [f'a photo of a {label}' for label in NAMES]\nprint(model.encode_text(clip.tokenize(texts)) @ model.encode_image(photo).T)\n"
    )
    (finding,) = lint_source(
        HEAD + program, isolated=True, select=["CLP110"], min_severity=Severity.NOTE
    ).findings
    assert finding.code == "CLP110"
    assert finding.fix is None
    (alone,) = lint_source(
        HEAD + "print(model.encode_text(clip.tokenize(NAMES)) @ model.encode_image(photo).T)\n",
        isolated=True,
        select=["CLP110"],
        min_severity=Severity.NOTE,
    ).findings
    assert alone.fix is not None


def test_underscores_that_the_program_puts_into_labels_are_told() -> None:
    joined = UNKNOWN_LABELS + "labels = [label.strip().replace(' ', '_') for label in labels]\n"
    assert codes(joined + "use([f'a photo of a {label}' for label in labels])\n") == [("CLP112", 2)]
    assert codes(joined + "use(labels)\n") == [("CLP112", 2)]
    mended = "use([f'a photo of a {label}'.replace('_', ' ') for label in labels])\n"
    assert codes(joined + mended) == []
    assert codes(joined + 'use([f\'a photo of a {label.replace("_", " ")}\' for label in labels])\n') == []
    assert codes(joined + "keys = [f'{label}.png' for label in labels]\nuse(['a photo of a hen'])\n") == []


def test_what_becomes_of_texts_is_asked_once_a_call_not_once_a_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A helper of many callers is compared as often: to look at all comparisons for each of them took seconds."""
    asked: list[Value] = []

    def counted(value: Value) -> tuple[Value, ...]:
        asked.append(value)
        return options(value)

    monkeypatch.setattr("clip_lint.reading.fates.options", counted)
    counts = []
    for callers in (20, 40):
        asked.clear()
        ranks = "def rank(image):\n    return use(['a hen', 'a goat']) @ model.encode_image(image).T\n"
        lint_source(
            HEAD + ranks + "".join(f"def f{n}(image):\n    return rank(image)\n" for n in range(callers)),
            isolated=True,
        )
        counts.append(len(asked))
    assert counts[0] > 0
    assert counts[1] < counts[0] * 3
