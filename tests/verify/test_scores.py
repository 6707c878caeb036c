"""The scoring probe on models whose features are made so that the answer is known."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
import torch
from known_models import KnownTowers, bag_of_words, bench, hashed, random_model, words

from clip_lint.core.evidence import AsWritten, EvidenceRequest, Fault, Verdict
from clip_lint.verify.measuring import MOST
from clip_lint.verify.probes.scores import ScoresProbe
from clip_lint.verify.scenes.model import KINDS
from clip_lint.verify.towers import Scoring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clip_lint.verify.fixtures import FixtureSet
    from clip_lint.verify.measuring import Measurement


@dataclass
class Stretched(KnownTowers):
    """A bag of words with features of length one, text features stretched by ``factor`` for the first kind."""

    factor: float = 1.0

    def text_features(self, prompts: Sequence[str]) -> torch.Tensor:
        plain = torch.nn.functional.normalize(super().text_features(prompts), dim=-1)
        lengths = torch.tensor([self.factor if KINDS[0] in words(prompt) else 1.0 for prompt in prompts])
        return plain * lengths[:, None]

    def image_features(self, pixels: torch.Tensor) -> torch.Tensor:
        plain = torch.nn.functional.normalize(super().image_features(pixels), dim=-1)
        # A part that all images share keeps every cosine above zero, as in real models.
        return torch.nn.functional.normalize(plain + 0.5 * sum(hashed(kind) for kind in KINDS) / 3, dim=-1)


def stretched(scenes: FixtureSet, factor: float, scoring: Scoring | None = None) -> Stretched:
    base = bag_of_words(scenes)
    return Stretched(
        scenes,
        base.image_words,
        base.text_words,
        "stretched",
        scoring=scoring or Scoring(100.0),
        factor=factor,
    )


def measure(code: str, towers: KnownTowers, written: AsWritten = AsWritten()) -> Measurement:  # noqa: B008 - frozen
    return ScoresProbe().run(EvidenceRequest(code, None, (), written), bench(towers))


def test_raw_products_are_harmless_for_features_of_length_one(scenes: FixtureSet) -> None:
    assert measure("CLP201", stretched(scenes, 1.0)).verdict is Verdict.HARMLESS


def test_raw_products_prefer_the_longest_text(scenes: FixtureSet) -> None:
    found = measure("CLP201", stretched(scenes, 20.0))
    assert found.verdict is Verdict.HARMFUL
    assert found.extra["accuracy as written"] < 0.3
    assert found.extra["accuracy corrected"] > 0.9
    assert found.extra["rank correlation"] < 1.0


def one_kind(scenes: FixtureSet) -> FixtureSet:
    """The pictures that show circles alone, in a set that knows no other kind."""
    alone = tuple(picture for picture in scenes.pictures if picture.kinds == (KINDS[0],))
    return replace(scenes, pictures=alone, kinds=KINDS[:1])


@pytest.mark.parametrize("code", ["CLP201", "CLP203", "CLP206", "CLP210"])
def test_one_kind_is_no_choice(code: str, scenes: FixtureSet) -> None:
    found = measure(code, bag_of_words(one_kind(scenes)), AsWritten(threshold=0.5))
    assert found.verdict is Verdict.NOT_RUN
    assert "two kinds or more" in found.note


@pytest.mark.parametrize(("code", "threshold"), [("CLP201", None), ("CLP206", -0.9), ("CLP206", 0.9)])
def test_each_image_is_one_case(code: str, threshold: float | None, scenes: FixtureSet) -> None:
    """Scores of one image are not independent: counted one by one they make the interval too narrow."""
    towers = bag_of_words(scenes)
    shown = [picture for picture in scenes.pictures if len(picture.kinds) == 1]
    assert len(shown) > MOST
    assert measure(code, towers, AsWritten(threshold=threshold)).n == MOST


def test_softmax_over_cosines_is_flat_whatever_the_scale(scenes: FixtureSet) -> None:
    found = measure("CLP202", stretched(scenes, 1.0))
    assert found.verdict is Verdict.HARMFUL
    assert found.extra["highest probability as written"] < 0.3
    assert found.alternative is not None
    assert found.alternative > 0.9


def test_softmax_over_cosines_that_differ_by_one_is_not_flat(scenes: FixtureSet) -> None:
    kinds = {*KINDS}
    pure = KnownTowers(scenes, lambda picture: set(picture.kinds), lambda prompt: kinds & {*words(prompt)})
    found = measure("CLP202", pure)
    assert found.verdict is Verdict.HARMLESS
    assert found.extra["accuracy of both"] == 1.0


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("CLP205", AsWritten()),
        ("CLP206", AsWritten(threshold=0.5)),
        ("CLP207", AsWritten()),
    ],
)
def test_a_random_model_proves_nothing_of_what_takes_knowledge(
    code: str, written: AsWritten, scenes: FixtureSet
) -> None:
    guessing = replace(random_model(scenes), scoring=Scoring(1000.0, -2000.0, is_sigmoid=True))
    assert measure(code, guessing, written).verdict is Verdict.UNDECIDED
    unsure = replace(guessing, scoring=Scoring(1.0, 5.0, is_sigmoid=True))
    assert measure(code, unsure, written).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("code", ["CLP205", "CLP206"])
def test_a_guess_is_told_from_a_proof(code: str, scenes: FixtureSet) -> None:
    guessing = replace(random_model(scenes), scoring=Scoring(1000.0, -2000.0, is_sigmoid=True))
    found = measure(code, guessing, AsWritten(threshold=0.5))
    assert found.verdict is Verdict.UNDECIDED
    assert "no better than guessing" in found.note


@pytest.mark.parametrize("code", ["CLP203", "CLP204"])
def test_what_the_formula_alone_does_takes_no_knowledge(code: str, scenes: FixtureSet) -> None:
    assert measure(code, random_model(scenes)).verdict is Verdict.HARMFUL


def test_probabilities_over_images_do_not_add_up_over_labels(scenes: FixtureSet) -> None:
    assert measure("CLP203", stretched(scenes, 1.0)).verdict is Verdict.HARMFUL


def test_one_label_is_always_certain(scenes: FixtureSet) -> None:
    found = measure("CLP204", stretched(scenes, 1.0))
    assert found.verdict is Verdict.HARMFUL
    assert found.interval is not None
    assert found.interval.value == 1.0
    assert found.extra["lowest cosine among them"] < found.extra["highest cosine among them"]


def test_softmax_instead_of_sigmoid_is_asked_of_sigmoid_models_only(scenes: FixtureSet) -> None:
    assert measure("CLP205", stretched(scenes, 1.0)).verdict is Verdict.NOT_RUN
    strict = measure("CLP205", stretched(scenes, 1.0, Scoring(100.0, -90.0, is_sigmoid=True)))
    assert strict.verdict is Verdict.HARMFUL
    lenient = measure("CLP205", stretched(scenes, 1.0, Scoring(100.0, 90.0, is_sigmoid=True)))
    assert lenient.verdict is Verdict.HARMLESS


@pytest.mark.parametrize(
    ("threshold", "verdict"),
    [(0.99, Verdict.HARMFUL), (-0.9, Verdict.HARMFUL), (0.5, Verdict.HARMLESS)],
)
def test_a_threshold_is_judged_by_whom_it_lets_pass(
    threshold: float, verdict: Verdict, scenes: FixtureSet
) -> None:
    assert measure("CLP206", stretched(scenes, 1.0), AsWritten(threshold=threshold)).verdict is verdict


@pytest.mark.parametrize("threshold", [None, math.nan, math.inf])
def test_a_threshold_that_is_no_number_is_not_run(threshold: float | None, scenes: FixtureSet) -> None:
    assert (
        measure("CLP206", stretched(scenes, 1.0), AsWritten(threshold=threshold)).verdict is Verdict.NOT_RUN
    )


def test_low_cosines_of_right_answers_are_no_confidence(scenes: FixtureSet) -> None:
    towers = stretched(scenes, 1.0)
    low = replace(
        towers, image_words=lambda picture: {*towers.image_words(picture), *(f"noise {i}" for i in range(12))}
    )
    assert measure("CLP207", low).verdict is Verdict.HARMFUL
    sure = bag_of_words(scenes)
    kinds_only = replace(sure, image_words=lambda picture: set(picture.kinds))
    assert measure("CLP207", kinds_only).verdict is Verdict.HARMLESS


def test_softmax_of_a_softmax_is_flat(scenes: FixtureSet) -> None:
    found = measure("CLP208", stretched(scenes, 1.0), AsWritten(fault=Fault.SOFTMAX_TWICE))
    assert found.verdict is Verdict.HARMFUL
    assert found.extra["highest probability as written"] < 0.25
    flat = measure("CLP208", stretched(scenes, 1.0, Scoring(0.001)), AsWritten(fault=Fault.SOFTMAX_TWICE))
    assert flat.verdict is Verdict.HARMLESS


@pytest.mark.parametrize(
    ("scale", "verdict"),
    [
        (6.0, Verdict.HARMFUL),
        (1.0, Verdict.HARMLESS),  # once or twice, it stays one
        (1000.0, Verdict.HARMLESS),  # as sure as can be already
    ],
)
def test_the_scale_applied_twice_is_too_sure(scale: float, verdict: Verdict, scenes: FixtureSet) -> None:
    found = measure("CLP208", stretched(scenes, 1.0, Scoring(scale)), AsWritten(fault=Fault.SCALE_TWICE))
    assert found.verdict is verdict


@pytest.mark.parametrize("is_distance", [False, True])
def test_an_index_of_features_of_length_one_needs_no_cosine(*, is_distance: bool, scenes: FixtureSet) -> None:
    distinct = replace(
        stretched(scenes, 1.0), image_words=lambda picture: {str(picture.path), *picture.kinds}
    )
    assert measure("CLP209", distinct, AsWritten(is_distance=is_distance)).verdict is Verdict.HARMLESS
    # Sums of several words are longer than one word: raw vectors rank crowded images first.
    raw = replace(bag_of_words(scenes), image_words=distinct.image_words)
    assert measure("CLP209", raw, AsWritten(is_distance=is_distance)).verdict is Verdict.HARMFUL


def test_an_ensemble_of_equal_embeddings_needs_no_second_normalisation(scenes: FixtureSet) -> None:
    assert measure("CLP210", stretched(scenes, 1.0)).verdict is Verdict.HARMLESS


def test_an_ensemble_of_scattered_embeddings_does(scenes: FixtureSet) -> None:
    towers = bag_of_words(scenes)
    kind_of = {kind: i for i, kind in enumerate(KINDS)}

    def scattered(prompt: str) -> set[str]:
        said = towers.text_words(prompt)
        number = next((kind_of[word] for word in said if word in kind_of), 0)
        return said | ({f"{prompt} {i}" for i in range(30)} if number % 2 else set())

    assert measure("CLP210", replace(towers, text_words=scattered)).verdict is Verdict.HARMFUL


def test_a_temperature_is_judged_against_the_checkpoint_s_own(scenes: FixtureSet) -> None:
    assert (
        measure("CLP211", stretched(scenes, 1.0, Scoring(100.0)), AsWritten(temperature=1)).verdict
        is Verdict.HARMFUL
    )
    assert (
        measure("CLP211", stretched(scenes, 1.0, Scoring(100.0)), AsWritten(temperature=100)).verdict
        is Verdict.HARMLESS
    )
    assert measure("CLP211", stretched(scenes, 1.0)).verdict is Verdict.NOT_RUN
