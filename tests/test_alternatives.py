"""The snippets that `clip-lint query` prints: each one runs, and names nothing but what its record says."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import warnings
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
import tiny_models
import torch

from clip_lint.core.cards import load_rules
from clip_lint.engine.query import answer
from clip_lint.engine.requests import Request
from clip_lint.knowledge import alternatives as records
from clip_lint.knowledge.alternatives import Alternative
from clip_lint.language.tasks import TaskKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

INSTALLED_BY = {
    "torch": "torch", "PIL": "pillow", "transformers": "transformers", "cv2": "opencv-python-headless", "insightface": "insightface",
    "open_clip": "open_clip_torch",
}  # fmt: skip
"""The package that brings each imported module."""

STANDARD = {"collections", "pathlib"}
OF_SOME = [  # programs for some questions of what an alternative is for
    replace(each.asking({"variant": (name,)}), key=f"{each.key}, {name}", program=program, variants=())
    for each in records.alternatives().values()
    for name, _, program in each.variants
]
ALTERNATIVES = (*records.alternatives().values(), *OF_SOME)
OF_OPEN_CLIP = [alternative for alternative in ALTERNATIVES if "import open_clip" in alternative.snippet]
FOLDERS = ("good/1.jpg", "good/2.jpg", "library/1.jpg", "library/2.jpg")


def modules(alternative: Alternative) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(alternative.snippet)):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found - STANDARD


WITH_TORCHVISION = [each for each in ALTERNATIVES if "ForImageTextToText" in each.snippet]
"""Their processors take films too, for which transformers wants torchvision: they run in a process of their own."""
OFFLINE = [
    alternative
    for alternative in ALTERNATIVES
    if alternative not in WITH_TORCHVISION
    and (
        modules(alternative) <= {"PIL"}
        or any(name in alternative.snippet for name in tiny_models.CHECKPOINTS)
    )
]


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=lambda each: each.key)
def test_the_install_line_brings_what_the_snippet_imports(alternative: Alternative) -> None:
    packages = alternative.install.removeprefix("pip install ").split()
    assert {INSTALLED_BY[module] for module in modules(alternative)} <= set(packages)


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=lambda each: each.key)
def test_checkpoint_and_topic_are_named_as_they_are(alternative: Alternative) -> None:
    named = set(re.findall(r'"([\w.-]+/[\w.-]+)"', alternative.snippet))
    assert not alternative.checkpoint or alternative.checkpoint in named
    assert named <= set(tiny_models.CHECKPOINTS) | {each.checkpoint for each in OF_OPEN_CLIP}
    assert files("clip_lint.references").joinpath(f"{alternative.topic}.md").is_file()


def test_keys_are_unique_and_codes_exist() -> None:
    assert len({alternative.key for alternative in ALTERNATIVES}) == len(ALTERNATIVES)
    assert records.codes() <= set(load_rules())
    assert {each for code in records.codes() for each in records.for_code(code)} <= set(ALTERNATIVES)


def test_every_task_but_search_choice_and_what_is_unknown_has_an_alternative() -> None:
    without = {kind for kind in TaskKind if records.for_task(kind.value) is None}
    known = {TaskKind.FIND, TaskKind.CLASSIFY}
    unknown = {TaskKind.COMPARE, TaskKind.STATE, TaskKind.PLACE, TaskKind.MOTION, TaskKind.OTHER}
    assert without == known | unknown
    assert records.for_task(TaskKind.PREDICT.value) == ()


def test_all_but_the_one_that_needs_another_package_run_here() -> None:
    assert {alternative.key for alternative in ALTERNATIVES} - {
        alternative.key for alternative in (*OFFLINE, *WITH_TORCHVISION, *OF_OPEN_CLIP)
    } == {"faces"}


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=lambda each: each.key)
def test_every_class_is_one_of_the_installed_transformers(alternative: Alternative) -> None:
    """And every checkpoint that stands for a class loads through it, which the programs show below."""
    import transformers

    names = {
        name.name
        for node in ast.walk(ast.parse(alternative.snippet))
        if isinstance(node, ast.ImportFrom) and node.module == "transformers"
        for name in node.names
    }
    assert all(isinstance(getattr(transformers, name), type) for name in names)


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=lambda each: each.key)
def test_a_licence_that_bites_is_said_in_words(alternative: Alternative) -> None:
    """Everything but a licence that asks for no more than the notice says what it forbids."""
    assert re.fullmatch(r"(?:Apache-2\.0|MIT|MIT-CMU|BSD-3-Clause)", alternative.licence) or re.search(
        r"not for commercial|non-commercial", alternative.licence
    )


_IN_ITS_OWN = """
import json, socket, sys
from pathlib import Path
import misfit
misfit.importable()
import tiny_models
def refuse(*_): raise AssertionError("the snippet opened a connection")
socket.socket.connect = refuse
for key, program in json.load(sys.stdin).items():
    for name in tiny_models.CHECKPOINTS:
        if name in program:
            tiny_models.build(name, Path())
    print(f"== {key}", flush=True)
    exec(compile(program, key, "exec"), {"__name__": key})
"""


def test_the_snippets_of_vision_language_models_run(tmp_path: Path) -> None:
    if importlib.util.find_spec("torchvision") is None and "torchvision" not in sys.modules:
        pytest.skip("torchvision is not installed")
    tiny_models.draw(tmp_path / "image.jpg", 1)
    programs = {each.key: each.snippet for each in WITH_TORCHVISION}
    ran = subprocess.run(
        [sys.executable, "-c", _IN_ITS_OWN],
        cwd=tmp_path,
        input=json.dumps(programs),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    for key, text in {
        "questions": "who is chasing the cat? ",
        "reader": "text:",
        "captions": "caption:",
    }.items():
        assert f"== {key}\n{text}" in ran.stdout


class TinyTowers(torch.nn.Module):
    """The two towers as open_clip 3.3 has them: `encode_*(x, normalize=)` and a learned scale."""

    logit_scale = torch.zeros(())

    def encode_image(self, image: torch.Tensor, normalize: bool = False) -> torch.Tensor:
        assert image.shape == (1, 3, 8, 8)
        return self._vectors(1, normalize)

    def encode_text(self, text: torch.Tensor, normalize: bool = False) -> torch.Tensor:
        return self._vectors(len(text), normalize)

    def _vectors(self, count: int, normalize: bool) -> torch.Tensor:
        made = torch.arange(1.0, 4.0).repeat(count, 1)
        return torch.nn.functional.normalize(made, dim=-1) if normalize else made


@pytest.mark.parametrize("alternative", OF_OPEN_CLIP, ids=lambda each: each.key)
def test_the_snippet_of_open_clip_runs(
    alternative: Alternative,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = []

    def create_model_from_pretrained(name: str) -> tuple[TinyTowers, Callable[[Image], torch.Tensor]]:
        asked.append(name)
        return TinyTowers(), lambda _image: torch.zeros(3, 8, 8)

    def get_tokenizer(name: str) -> Callable[[list[str]], torch.Tensor]:
        asked.append(name)
        return lambda texts: torch.zeros(len(texts), 77)

    package = ModuleType("open_clip")
    vars(package).update(
        create_model_from_pretrained=create_model_from_pretrained, get_tokenizer=get_tokenizer
    )
    monkeypatch.setitem(sys.modules, "open_clip", package)
    monkeypatch.chdir(tmp_path)
    tiny_models.draw(tmp_path / "image.jpg", 1)
    exec(compile(alternative.snippet, alternative.key, "exec"), {"__name__": alternative.key})  # noqa: S102 - our own text
    assert asked == [f"hf-hub:{alternative.checkpoint}"] * 2
    labels, probabilities = zip(*ast.literal_eval(capsys.readouterr().out).items(), strict=True)
    assert len(labels) == 2
    assert probabilities == pytest.approx((0.5, 0.5))


@pytest.mark.parametrize("alternative", OFFLINE, ids=lambda each: each.key)
def test_the_snippet_runs(
    alternative: Alternative,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On tiny models with random weights, found by name below the current folder."""

    def refuse(*_: object) -> NoReturn:
        pytest.fail("the snippet opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    for name in tiny_models.CHECKPOINTS:
        if name in alternative.snippet:
            tiny_models.build(name, tmp_path)
    for name in (
        "image.jpg",
        "labelled/first/1.jpg",
        "labelled/first/2.jpg",
        "labelled/second/1.jpg",
        *FOLDERS,
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        tiny_models.draw(tmp_path / name, sum(map(ord, name)))
    names: dict[str, Any] = {"__name__": alternative.key}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(alternative.snippet, alternative.key, "exec"), names)  # noqa: S102 - our own text
    assert capsys.readouterr().out.strip()
    if "means" in names:  # the nearest is that of the largest product only among vectors of one length
        assert names["means"].norm(dim=-1) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "key", "named"),
    [
        ("a dog without a leash", "open-detector", '"leash"'),
        ("how many bicycles are there?", "detector", '"bicycle"'),
        ("count the pallets", "open-detector", '"pallet"'),
        ("a fork to the left of a knife", "boxes", 'boxes_of("fork"), boxes_of("knife")'),
        ("is the cat to the left of the box?", "boxes", 'boxes_of("cat"), boxes_of("box")'),
        ("is the fork on the left side of the picture?", "boxes", '"lies at {across'),
        ("is the dog behind the sofa?", "boxes", "near = gauge.post_process_depth_estimation"),
        ("is the dog behind the sofa?", "boxes", '["dog", "sofa"]'),
        ("which of the cars is closer to the camera?", "boxes", '["car"]'),
        (
            "how many red cars are there?",
            "open-detector",
            '["red car"]',
        ),  # a detector of COCO has no red ones
        ("how tall is the tower?", "depth", '["tower"]'),
        ("how many ripe tomatoes are on the plant?", "open-detector", '["ripe tomato"]'),
        ("find people without masks", "open-detector", '["person", "mask"]'),
        ("grab the bottle", "robot", 'for wanted in ["bottle"]'),
        ("a red cube and a blue sphere", "crops", '["cube", "sphere"]'),
        ("a big dog and a small cat", "crops", "of sizes compare these"),
        ("cut out the vase", "segmenter", '"vase"'),
        ("how far away is the truck?", "depth", '"truck"'),
        ("find scratches on the case", "anomaly", "without scratches"),
        ("what is the man holding?", "questions", '"what is the man holding?"'),
        ("put the green cup on the tray", "robot", '"put the green cup on the tray"'),
        ("locate the fire extinguisher", "open-detector", '"fire extinguisher"'),
    ],
)
def test_the_program_asks_the_question_of_the_user(text: str, key: str, named: str) -> None:
    best = answer(Request((text,))).alternatives[0]
    assert best.key == key
    assert named in best.snippet
    ast.parse(best.snippet)


def test_the_counter_knows_the_names_that_its_checkpoint_gives_to_classes_of_coco(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """People ask by COCO's names, whatever the checkpoint calls the classes."""
    asked = ("airplane", "motorcycle", "couch", "dining table", "potted plant", "tv")
    assert set(asked) <= records.detected_names()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    counter = records.alternatives()["detector"]
    tiny_models.build("PekingU/rtdetr_r50vd", tmp_path)
    tiny_models.draw(tmp_path / "image.jpg", 1)
    program = counter.asking({"things": asked}).snippet.replace("threshold=0.7", "threshold=0.0")
    ran: dict[str, list[str]] = {}
    exec(compile(program, "counter", "exec"), ran)  # noqa: S102 - our own text
    counts = [int(line.partition(" ")[0]) for line in capsys.readouterr().out.splitlines()]
    assert sum(counts) == len(ran["names"]) > 0


HOSTILE = ('say "hi"', "back\\slash", "new\nline", "$things", "${x}", "\ud800", "'" * 3, "a" * 5000)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=lambda each: each.key)
def test_a_program_holds_any_text_as_a_text(alternative: Alternative, text: str) -> None:
    slots = dict.fromkeys(("things", "attributes", "questions", "texts", "labels", "task", "defect"), (text,))
    statements = [type(node) for node in ast.parse(alternative.asking(slots).snippet).body]
    assert statements == [type(node) for node in ast.parse(alternative.snippet).body]
