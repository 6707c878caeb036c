"""The project is the unit: what is found in a file does not depend on which files are named, nor on their names."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from clip_lint.core.finding import Severity
from clip_lint.engine import funnel
from clip_lint.engine import run as run_module
from clip_lint.engine import tree as tree_module
from clip_lint.engine.project import Project
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides
from clip_lint.source import data_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conftest import Writer

    from clip_lint.engine.funnel import FileResult
    from clip_lint.engine.outcome import Outcome
    from clip_lint.engine.task import Task

EXAMPLE = Path(__file__).parents[2] / "fixtures/example"

EMBEDDER = """\
import torch
from transformers import CLIPModel, CLIPProcessor

class Embedder:
    def __init__(self):
        self.model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
        self.processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")

    def words(self, words):
        inputs = self.processor(text=words, return_tensors="pt", padding=True, truncation=True)
        with torch.no_grad():
            return self.model.get_text_features(**inputs).pooler_output

    def picture(self, image):
        inputs = self.processor(images=image, return_tensors="pt")
        with torch.no_grad():
            return self.model.get_image_features(**inputs).pooler_output
"""
COUNT = """\
from {module} import {name}

thing = {name}()

def count(image):
    words = thing.words(["a photo of two dogs", "a photo of three dogs"])
    return (thing.picture(image) @ words.T).argmax()
"""
FOUND = [("CLP101", 6), ("CLP201", 7)]
ENCODING = """\
import clip
model, preprocess = clip.load("ViT-B/32")

def encode(pixels):
    return model.encode_image(pixels)
"""


def project(top: Path, **values: object) -> Project:
    values.setdefault("min_severity", Severity.NOTE)
    return Project(Configuration(Overrides(values), str(top)), str(top), isolated=True)


def lint(top: Path, *paths: str, **values: object) -> Outcome:
    return project(top, cache=False, **values).lint(paths or (".",))


def by_file(outcome: Outcome) -> dict[str, list[tuple[object, ...]]]:
    found: dict[str, list[tuple[object, ...]]] = {}
    for each in outcome.findings:
        found.setdefault(each.place.path, []).append((each.code, each.place, each.message, each.suppressed))
    return found


def codes(outcome: Outcome, path: str) -> list[tuple[str, int]]:
    return sorted((each.code, each.place.start.line) for each in outcome.reported if each.place.path == path)


# --- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "module"),
    [
        ({"core/vision.py": EMBEDDER}, "core.vision"),
        ({"core/__init__.py": "from .vision import Embedder\n", "core/vision.py": EMBEDDER}, "core"),
        ({"core/__init__.py": "from .vision import *\n", "core/vision.py": EMBEDDER}, "core"),
        (
            {
                "core/__init__.py": "from core.parts import Embedder\n",
                "core/parts/__init__.py": "from . import vision\nEmbedder = vision.Embedder\n",
                "core/parts/vision.py": EMBEDDER,
            },
            "core",
        ),
        (
            {
                "lib/vision.py": EMBEDDER,
                "middle.py": "import sys\nsys.path.insert(0, 'lib')\nfrom vision import Embedder\n",
            },
            "middle",
        ),
        ({"src/vision.py": EMBEDDER}, "vision"),
    ],
    ids=["module", "package", "star", "nested", "search path", "src"],
)
def test_who_reaches_a_module_that_uses_clip_is_read_whatever_its_name(
    write: Writer, files: Mapping[str, str], module: str
) -> None:
    top = write({**files, "jobs/count.py": COUNT.format(module=module, name="Embedder")})
    (top / "pyproject.toml").touch()
    assert codes(lint(top), "jobs/count.py") == FOUND
    assert codes(lint(top, "jobs/count.py"), "jobs/count.py") == FOUND
    assert codes(lint(top / "jobs"), "count.py") == FOUND


def test_neutral_names_change_nothing(write: Writer) -> None:
    spoken = write(
        {"a/clip_embedder.py": EMBEDDER, "a/count.py": COUNT.format(module="clip_embedder", name="Embedder")}
    )
    neutral = write(
        {
            "b/things.py": EMBEDDER.replace("Embedder", "Thing"),
            "b/count.py": COUNT.format(module="things", name="Thing"),
        }
    )
    assert codes(lint(spoken / "a"), "count.py") == codes(lint(neutral / "b"), "count.py") == FOUND


def test_a_notebook_reaches_it_as_well(write: Writer) -> None:
    cells = [
        {
            "cell_type": "code",
            "source": [f"{line}\n" for line in COUNT.format(module="vision", name="Embedder").splitlines()],
        }
    ]
    top = write({"vision.py": EMBEDDER, "look.ipynb": json.dumps({"cells": cells}, indent=1)})
    assert [code for code, _ in codes(lint(top), "look.ipynb")] == [code for code, _ in FOUND]


def test_a_name_that_a_package_hands_on_from_elsewhere_reaches_nothing(write: Writer) -> None:
    """A package that uses CLIP somewhere is not used by who takes a random seed from it."""
    init = "from .vision import Embedder\nfrom .seeds import seed\n"
    top = write({"core/__init__.py": init, "core/vision.py": EMBEDDER, "core/seeds.py": "def seed():\n    return 7\n",
                 "use.py": "from core import seed\nx = = 1\n", "all.py": "import core\ncore.Embedder()\nx = = 1\n", "other.py": "import core\ncore.seed()\nx = = 1\n"})  # fmt: skip
    assert [problem.path for problem in lint(top).problems] == ["all.py"]


def test_what_is_named_though_excluded_is_linted_and_says_nothing_of_others(write: Writer) -> None:
    caller = "from vision import Embedder\nEmbedder().words(['a cat and no dog'])\n"
    top = write({"vision.py": EMBEDDER, "skip/call.py": caller, "skip/vision.py": EMBEDDER})
    alone = lint(top, "vision.py", extend_exclude=("skip",))
    both = lint(top, "vision.py", "skip/call.py", extend_exclude=("skip",))
    assert by_file(alone).get("vision.py") == by_file(both).get("vision.py")
    assert codes(both, "skip/call.py")


# --- who imports ------------------------------------------------------------------------------------------------------


def test_a_trainer_elsewhere_wants_the_gradients(write: Writer) -> None:
    """The trainer goes ways that reading does not follow; importing the function is enough."""
    trainer = """\
from features import encode

def step(registry, batch, optimizer):
    loss = registry["loss"](registry["encode"](batch))
    loss.backward()
    optimizer.step()
"""
    top = write(
        {"features.py": ENCODING, "registry.py": "import features\nTABLE = {'encode': features.encode}\n"}
    )
    assert codes(lint(top, "features.py"), "features.py") == [("CLP402", 5)]
    (top / "train.py").write_text(trainer, encoding="utf-8")
    assert codes(lint(top, "features.py"), "features.py") == []
    (top / "train.py").write_text(trainer.replace("from features", "from registry"), encoding="utf-8")
    assert codes(lint(top, "features.py"), "features.py") == [], "the registry imports it"
    (top / "train.py").write_text(trainer.replace("from features", "from elsewhere"), encoding="utf-8")
    assert codes(lint(top, "features.py"), "features.py") == [("CLP402", 5)]


def test_who_calls_without_gradients_settles_it(write: Writer) -> None:
    caller = "import torch\nfrom features import encode\n\nwith torch.no_grad():\n    encode(read())\n"
    top = write({"features.py": ENCODING, "use.py": caller})
    assert by_file(lint(top, "features.py")) == by_file(lint(top)) == {}


# --- which files are named --------------------------------------------------------------------------------------------


def generated(rng: random.Random, number: int) -> dict[str, str]:
    """A small project in which files import each other in some way."""
    names = [f"m{index}" for index in range(rng.randint(3, 6))]
    files = {"vision.py": EMBEDDER, "features.py": ENCODING}
    for index, name in enumerate(names):
        others = rng.sample([*names[:index], "vision", "features"], k=min(2, index + 1))
        lines = [
            f"from {other} import {'Embedder' if other == 'vision' else 'encode' if other == 'features' else f'run_{other}'}"
            for other in others
        ]
        body = [f"    run_{other}(image)" for other in others if other.startswith("m")]
        if "vision" in others:
            body += [
                "    thing = Embedder()",
                "    scores = thing.picture(image) @ thing.words(['no dog', 'two dogs']).T",
            ]
        if "features" in others:
            body += [
                rng.choice(
                    [
                        "    encode(image)",
                        "    with no_grad():\n        encode(image)",
                        "    encode(image).sum().backward()",
                    ]
                )
            ]
        files[f"{name}.py"] = "\n".join(
            [
                *lines,
                "from torch import no_grad",
                "",
                f"def run_{name}(image):",
                *body,
                "    return image",
                "",
            ]
        )
    del number
    return files


def subsets(rng: random.Random, files: Iterable[str], count: int) -> Iterable[list[str]]:
    names = sorted(files)
    for _ in range(count):
        yield rng.sample(names, k=rng.randint(1, len(names)))


def test_findings_do_not_depend_on_which_files_are_named(tmp_path: Path) -> None:
    rng = random.Random(3)
    example = tmp_path / "example"
    shutil.copytree(EXAMPLE, example, ignore=shutil.ignore_patterns(".clip_lint_cache"))
    programs = [
        path.relative_to(example).as_posix()
        for path in example.rglob("*")
        if path.suffix in (".py", ".ipynb")
    ]
    trees = [(example, programs, 20)]
    for number in range(18):
        top = tmp_path / f"made{number}"
        top.mkdir()
        files = generated(rng, number)
        for name, text in files.items():
            (top / name).write_text(text, encoding="utf-8")
        trees.append((top, sorted(files), 10))
    asked = told = 0
    for top, names, count in trees:
        whole = by_file(lint(top))
        told += sum(map(len, whole.values()))
        for some in subsets(rng, names, count):
            found = by_file(lint(top, *some))
            assert found == {name: whole[name] for name in some if name in whole}, (top, some)
            asked += 1
    assert asked == 200
    assert told > 100, "there must be something to lose"


@pytest.mark.parametrize("is_there", [True, False])
def test_who_reads_data_has_a_say_about_who_wrote_it_and_no_one_else(
    write: Writer, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    """Most programs write something: results that nobody has read yet must not make a project be read whole."""
    top = write(
        {
            "record.py": ENCODING + "\nimport json\njson.dump([], open('seen.json', 'w'))\n",
            "tags.py": EMBEDDER + "\nprint(open('tags.txt').read())\n",
            "tags.txt": "boat\nharbour\n",
            **({"seen.json": "[]"} if is_there else {}),
        }
    )
    read: list[str] = []

    def lint_bytes(task: Task, *rest: Any) -> FileResult:
        read.append(Path(task.path).name)
        return funnel.lint_bytes(task, *rest)

    monkeypatch.setattr(run_module, "lint_bytes", lint_bytes)
    lint(top, "record.py")
    assert sorted(read) == (["record.py", "tags.py"] if is_there else ["record.py"])


def test_a_tree_of_too_many_files_may_hold_any_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels/birds.txt").touch()
    (tmp_path / "labels/birds.png").touch()
    assert data_files.data_names([str(tmp_path)]) == frozenset({"birds.txt"})
    monkeypatch.setattr(data_files, "MOST_NAMES", 2)
    assert data_files.data_names([str(tmp_path)]) is None


def test_the_editor_and_standard_input_say_the_same(write: Writer) -> None:
    top = write({"vision.py": EMBEDDER, "count.py": COUNT.format(module="vision", name="Embedder")})
    whole = by_file(lint(top))
    for name in ("vision.py", "count.py"):
        data = (top / name).read_bytes()
        assert by_file(project(top).lint_text(data, name)) == {
            key: found for key, found in whole.items() if key == name
        }


def test_a_file_that_is_not_saved_yet_has_its_say(write: Writer) -> None:
    top = write({"features.py": ENCODING})
    held = project(top)
    target = held.target(str(top / "features.py"))
    assert codes(held.lint_files([target]), "features.py") == [("CLP402", 5)]
    held.overlay[str(top / "train.py")] = b"from features import encode\nencode(x).sum().backward()\n"
    assert codes(held.lint_files([target]), "features.py") == []
    held.overlay.clear()
    assert codes(held.lint_files([target]), "features.py") == [("CLP402", 5)]


# --- bounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "words"), [("MOST_FILES", "more than 1 Python files"), ("MOST_BYTES", "more than 0 MB")]
)
def test_a_project_that_is_too_large_is_told_so(
    write: Writer, monkeypatch: pytest.MonkeyPatch, limit: str, words: str
) -> None:
    top = write(
        {"vision.py": EMBEDDER, "count.py": COUNT.format(module="vision", name="Embedder"), "other.py": ""}
    )
    monkeypatch.setattr(tree_module, limit, 1)
    outcome = lint(top, "count.py")
    assert words in outcome.warnings[0]
    assert len(outcome.warnings) == 1
    assert codes(lint(top, "vision.py", "count.py"), "count.py") == FOUND


def test_a_faulty_configuration_elsewhere_is_told_once(write: Writer) -> None:
    top = write({"vision.py": EMBEDDER, "sub/clip-lint.toml": "select = 3\n", "sub/a.py": ""})
    outcome = lint(top, "vision.py")
    assert "must be a list" in outcome.warnings[0]
    assert outcome.files == 1
