"""Time, memory and what is kept: images are read once and not held, results are keyed by what decides them."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Any

import pytest
from known_models import bench, oracle
from PIL import Image

from clip_lint.core.evidence import Evidence, EvidenceRequest, Verdict
from clip_lint.verify import run
from clip_lint.verify.budget import Budget, passes, turn
from clip_lint.verify.fixtures import FixtureSet, Picture
from clip_lint.verify.options import VerifyOptions
from clip_lint.verify.probes.fine_grained import FineGrainedProbe
from clip_lint.verify.problem import VerifyProblem
from clip_lint.verify.scenes import coco, compose

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("few")
    coco.write(list(compose.fixture_scenes(60, 3)), folder, 3)
    return folder


def measure(*codes: str, **options: Any) -> list[Evidence]:
    requests = [EvidenceRequest(code) for code in codes]
    found = run.measure(requests, VerifyOptions("cpu", is_offline=True, **options))
    return [found[request] for request in requests]


def test_every_image_is_read_once_for_its_features_and_none_is_kept(
    few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    load = Picture.load

    def noted(self: Picture) -> Image.Image:
        read.append(self.path)
        return load(self)

    monkeypatch.setattr(Picture, "load", noted)
    measure("CLP201", "CLP202", "CLP203", "CLP207", "CLP210", fixtures=few)
    once = len(read)
    assert once <= len(set(read)) + 2  # two images more say how fast the model is
    measure("CLP303", "CLP304", "CLP308", fixtures=few)
    assert len(read) - once <= 2 * once + 2  # what is fed otherwise is read once for all three


def test_a_sample_is_spread_over_what_the_images_were_made_for(scenes: FixtureSet) -> None:
    few = scenes.sampled(60)
    assert len(few.pictures) == 60
    assert {picture.task for picture in few.pictures} == {picture.task for picture in scenes.pictures}
    assert few.digest != scenes.digest
    assert scenes.sampled(10_000) is scenes
    assert measure("CLP209", fixtures=None, sample=20)[0].n == 20


def test_a_budget_gives_a_slow_model_fewer_images() -> None:
    requests = [EvidenceRequest(code) for code in ("CLP101", "CLP303", "CLP308", "CLP401")]
    budget = Budget.of(120, requests)
    assert (budget.cases(2.8, 80), budget.cases(0.5, 80), budget.cases(0.01, 80)) == (20, 40, 80)
    assert Budget.of(None, requests).cases(2.8, 80) == 80
    assert not budget.is_spent
    assert Budget(1.0, time.monotonic() - 2, 1, 1).is_spent


def test_what_takes_longer_than_the_budget_lasts_is_not_begun() -> None:
    requests = [EvidenceRequest(code) for code in ("CLP101", "CLP201", "CLP202")]
    Budget.of(None, requests).afford(1e9)
    Budget.of(60, requests).afford(50)
    with pytest.raises(
        VerifyProblem,
        match="what is left of it takes about 70 s, and of the budget of 60 s 57 s are left",
    ):
        Budget.of(60, requests).afford(70)


def test_what_costs_little_and_what_is_certain_come_first_and_what_is_timed_last() -> None:
    codes = ("CLP405", "CLP303", "CLP101", "CLP201", "CLP204", "CLP307")
    assert sorted(codes, key=turn) == ["CLP307", "CLP204", "CLP201", "CLP101", "CLP303", "CLP405"]


def test_findings_that_can_share_their_images_are_planned_with_one_set() -> None:
    shared = [EvidenceRequest(code) for code in ("CLP104", "CLP201", "CLP203", "CLP209")]
    own = [EvidenceRequest(code) for code in ("CLP101", "CLP102", "CLP103", "CLP303", "CLP405")]
    assert (passes(shared), passes([*shared, *own]), passes(own[-1:])) == (1, 4, 1)


def test_where_the_time_is_short_images_that_are_encoded_already_come_first(scenes: FixtureSet) -> None:
    desk = bench(oracle(scenes), has_detector=False)
    usual = [desk.turn(i)[1] for i in range(len(scenes.pictures))]
    assert sorted(usual) == list(range(len(scenes.pictures)))
    last = usual.index(max(usual))
    desk.features_of([last])
    assert desk.turn(last) > desk.turn(usual.index(0))
    desk.is_hurried = True
    assert min(range(len(usual)), key=desk.turn) == last


def test_a_slow_model_is_asked_again_whether_the_time_lasts_every_few_seconds(scenes: FixtureSet) -> None:
    asked: list[float] = []
    desk = bench(oracle(scenes), has_detector=False)
    desk.afford, desk.pace, desk.is_slow = asked.append, 1.0, True
    now = iter(range(1000))
    desk.clock = lambda: float(next(now)) * 1.5
    desk.features_of(range(9))
    assert asked == [9.0, 3.0]  # three at first, as they take a second each; six when they take half of one


def test_a_budget_counts_from_when_the_command_began() -> None:
    requests = [EvidenceRequest("CLP101")]
    with pytest.raises(VerifyProblem, match="of the budget of 60 s 27 s are left"):
        Budget.of(60, requests, time.monotonic() - 30).afford(40)


def test_once_the_budget_is_spent_the_rest_says_so(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spent = iter([False, True])
    monkeypatch.setattr(Budget, "is_spent", property(lambda _: next(spent)))
    first, second = measure("CLP204", "CLP202", fixtures=few, budget=60.0)
    assert first.verdict is Verdict.HARMFUL
    assert (second.verdict, second.note) == (
        Verdict.NOT_RUN,
        "the budget of 60 s was spent before its turn",
    )


def test_images_that_change_under_the_same_annotations_are_measured_again(few: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(few, tmp_path / "mine")
    options = {"fixtures": folder, "cache_folder": tmp_path / "kept"}
    before = measure("CLP201", **options)[0]
    assert measure("CLP201", **options)[0].to_json() == before.to_json()
    for file in folder.glob("*.png"):
        with Image.open(file) as image:
            image.convert("RGB").point(lambda value: 255 - value).save(file)
    assert (
        measure("CLP201", **options)[0].value != before.value or len(list((tmp_path / "kept").iterdir())) == 2
    )
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_what_lacked_its_companion_is_not_kept(few: Path, tmp_path: Path) -> None:
    options = {"fixtures": few, "cache_folder": tmp_path / "kept"}
    lacking = measure("CLP101", detector="some/where", **options)[0]
    assert "no detector to compare with" in lacking.note
    assert not (tmp_path / "kept").exists()
    assert measure("CLP101", **options)[0].alternative is not None
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_class_folders_are_keyed_by_their_bytes(few: Path, tmp_path: Path) -> None:
    for name, colour in (("red", "red"), ("blue", "blue")):
        for i in range(3):
            (tmp_path / "own" / name).mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (32, 32), colour).save(tmp_path / "own" / name / f"{i}.png")
    seen: list[str] = []

    def kept() -> str:
        session = run._Session.start(
            VerifyOptions("cpu", is_offline=True, fixtures=few, images=tmp_path / "own"), []
        )
        return session._own_images

    seen.append(kept())
    Image.new("RGB", (32, 32), "green").save(tmp_path / "own" / "red" / "0.png")
    seen.append(kept())
    assert len(set(seen)) == 2
    assert FineGrainedProbe().codes == ("CLP105",)
