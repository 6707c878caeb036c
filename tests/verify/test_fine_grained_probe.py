"""The fine-grained probe on class folders, with models that know the classes, half of them, or nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from known_models import KnownTowers, bench

from clip_lint.core.evidence import EvidenceRequest, Verdict
from clip_lint.verify.probes.fine_grained import FineGrainedProbe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from clip_lint.verify.fixtures import FixtureSet, Picture
    from clip_lint.verify.measuring import Measurement

CLASSES = ("whippet", "greyhound", "tabby", "siamese")
COARSE = {"whippet": "dog", "greyhound": "dog", "tabby": "cat", "siamese": "cat"}


@pytest.fixture(scope="module")
def folders(scenes: FixtureSet, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Forty of the drawn scenes as pictures of four classes, and which picture is of which class."""
    top = tmp_path_factory.mktemp("classes")
    known: dict[str, str] = {}
    for i, picture in enumerate(scenes.pictures[:40]):
        name = CLASSES[i % 4]
        (top / name).mkdir(exist_ok=True)
        shutil.copy(picture.path, top / name / picture.path.name)
        known[str(picture.path)] = name
    return top, known


def measure(
    scenes: FixtureSet,
    folders: tuple[Path, dict[str, str]],
    see: Callable[[str, str], set[str]],
    say: Callable[[str], set[str]],
) -> Measurement:
    top, known = folders

    def seen(picture: Picture) -> set[str]:
        return see(known.get(str(picture.path), ""), picture.path.name)

    made = replace(bench(KnownTowers(scenes, seen, say)), class_folder=top)
    return FineGrainedProbe().run(EvidenceRequest("CLP105"), made)


def named(prompt: str) -> str:
    return next(name for name in CLASSES if name in prompt)


def test_a_model_that_knows_the_classes_refutes(
    scenes: FixtureSet, folders: tuple[Path, dict[str, str]]
) -> None:
    found = measure(scenes, folders, lambda name, _: {name}, lambda prompt: {named(prompt)})
    assert found.verdict is Verdict.HARMLESS
    assert found.n == 40
    assert found.alternative == 1.0


def test_a_model_that_knows_the_animal_alone_confirms(
    scenes: FixtureSet, folders: tuple[Path, dict[str, str]]
) -> None:
    found = measure(
        scenes, folders, lambda name, _: {COARSE.get(name, "")}, lambda prompt: {COARSE[named(prompt)]}
    )
    assert found.verdict is Verdict.HARMFUL
    assert found.interval is not None
    assert found.interval.value == pytest.approx(0.5)


def test_a_random_model_proves_nothing(scenes: FixtureSet, folders: tuple[Path, dict[str, str]]) -> None:
    found = measure(scenes, folders, lambda _, path: {path}, lambda prompt: {prompt})
    assert found.verdict is Verdict.UNDECIDED
    assert "no better than guessing" in found.note
