"""The contrast probe against models whose answer is known: the oracle refutes, the bag of words confirms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from known_models import bag_of_words, bench, oracle, random_model

from clip_lint.core.evidence import EvidenceRequest, Verdict
from clip_lint.verify.probes.contrast import ContrastProbe

if TYPE_CHECKING:
    from known_models import KnownTowers

    from clip_lint.verify.fixtures import FixtureSet
    from clip_lint.verify.measuring import Measurement

PROMPTS = {
    "CLP101": ("a photo of four mugs", "a photo of five mugs"),
    "CLP102": ("a lamp to the left of a chair", "a lamp to the right of a chair"),
    "CLP103": ("a red kite and a blue boat", "a blue kite and a red boat"),
    "CLP104": ("a beach with people", "a beach without people"),
    "CLP106": ("a boy feeding a goat", "a goat feeding a boy"),
    "CLP107": ("a sign that says stop", "a sign that says go"),
}


def measure(code: str, towers: KnownTowers, *, has_detector: bool = True) -> Measurement:
    return ContrastProbe().run(
        EvidenceRequest(code, None, PROMPTS[code]), bench(towers, has_detector=has_detector)
    )


@pytest.mark.parametrize("code", PROMPTS)
def test_a_model_that_encodes_the_phenomenon_refutes(code: str, scenes: FixtureSet) -> None:
    found = measure(code, oracle(scenes))
    assert found.verdict is Verdict.HARMLESS
    assert found.interval is not None
    assert found.interval.value > 0.95


@pytest.mark.parametrize("code", PROMPTS)
def test_a_bag_of_words_confirms(code: str, scenes: FixtureSet) -> None:
    found = measure(code, bag_of_words(scenes))
    assert found.verdict is Verdict.HARMFUL
    assert found.extra["control accuracy"] > 0.95


@pytest.mark.parametrize("code", PROMPTS)
def test_a_random_model_proves_nothing(code: str, scenes: FixtureSet) -> None:
    assert measure(code, random_model(scenes)).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("code", ["CLP101", "CLP102", "CLP104", "CLP106"])
def test_a_perfect_detector_is_right_on_the_same_images(code: str, scenes: FixtureSet) -> None:
    assert measure(code, bag_of_words(scenes)).alternative == 1.0


def test_crop_and_score_binds_what_a_bag_of_words_cannot(scenes: FixtureSet) -> None:
    found = measure("CLP103", bag_of_words(scenes))
    assert found.alternative is not None
    assert found.alternative > 0.95


def test_nothing_stands_in_for_reading(scenes: FixtureSet) -> None:
    found = measure("CLP107", bag_of_words(scenes))
    assert (found.n, found.alternative, found.note) == (20, None, "one written word against another")


def test_without_a_detector_the_reason_is_noted(scenes: FixtureSet) -> None:
    found = measure("CLP101", bag_of_words(scenes), has_detector=False)
    assert found.alternative is None
    assert "no detector in tests" in found.note


def test_the_text_side_tells_how_far_the_prompt_moves(scenes: FixtureSet) -> None:
    found = measure("CLP103", bag_of_words(scenes))
    assert found.extra["text moved"] == pytest.approx(0.0, abs=1e-4)
    assert found.extra["largest logit gap"] == pytest.approx(0.0, abs=1e-2)
    assert measure("CLP101", bag_of_words(scenes)).extra["text moved"] > 0.1


def test_exhibits_show_an_image_its_boxes_and_the_prompts(scenes: FixtureSet) -> None:
    shown = measure("CLP102", bag_of_words(scenes)).exhibits
    assert len(shown) == 3
    for exhibit in shown:
        assert len(exhibit.prompts) == len(exhibit.scores) == 2
        assert len(exhibit.boxes) == 2


def test_the_numbers_of_the_code_are_asked_where_there_are_enough(scenes: FixtureSet) -> None:
    many = EvidenceRequest("CLP101", None, ("one mug", "two mugs", "three mugs"))
    found = ContrastProbe().run(many, bench(oracle(scenes)))
    assert found.n == 30
    assert found.chance == pytest.approx(1 / 3)
    few = ContrastProbe().run(
        EvidenceRequest("CLP101", None, ("two mugs", "three mugs")), bench(oracle(scenes))
    )
    assert few.n == 40  # of a hundred: so many decide
    assert few.note.startswith("each number against a neighbour")
    assert few.chance == 0.5


def threes(scenes: FixtureSet) -> FixtureSet:
    """Forty pictures of three things."""
    shown = [picture for picture in scenes.pictures if picture.task == "count" and len(picture.items) == 3]
    return replace(scenes, pictures=tuple(shown * 4)[:40])


def test_none_is_no_number_that_a_picture_of_things_could_show(scenes: FixtureSet) -> None:
    asked = EvidenceRequest("CLP101", None, ("zero mugs", "three mugs"))
    found = ContrastProbe().run(asked, bench(oracle(threes(scenes))))
    assert found.note == "each number against a neighbour, one to ten"
    assert (found.n, found.chance) == (40, 0.5)


def test_without_a_second_kind_there_is_no_control(scenes: FixtureSet) -> None:
    stars = tuple(picture for picture in scenes.pictures if picture.kinds == ("star",))
    alone = replace(scenes, pictures=stars, kinds=("star",))
    found = ContrastProbe().run(EvidenceRequest("CLP101"), bench(bag_of_words(alone)))
    assert found.verdict is not Verdict.HARMFUL
    assert "there is no control" in found.note
