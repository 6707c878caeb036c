"""The feeding and running probes on little networks that are, or are not, sensitive to what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import torch
from known_models import KnownTowers, bag_of_words, hashed, random_model, words
from known_models import bench as known_bench

from clip_lint.core.evidence import AsWritten, EvidenceRequest, Fault, Verdict
from clip_lint.verify.measuring import Bench
from clip_lint.verify.probes.inputs import InputsProbe
from clip_lint.verify.probes.running import RunningProbe
from clip_lint.verify.scenes.model import COLOURS
from clip_lint.verify.towers import Scoring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from clip_lint.verify.fixtures import FixtureSet
    from clip_lint.verify.measuring import Measurement
    from clip_lint.verify.rounding import Rounding


class Network(torch.nn.Module):
    """Votes of the pixels for eight colours; ``between`` stands between the votes and the features."""

    def __init__(self, between: torch.nn.Module, *, sees_colour: bool = True) -> None:
        super().__init__()
        self.colours = torch.nn.Parameter(torch.tensor(list(COLOURS.values())) / 255.0)
        self.stem = torch.nn.Conv2d(3, 3, 1, bias=False)
        with torch.no_grad():
            self.stem.weight.copy_(torch.eye(3).view(3, 3, 1, 1))
        self.between = between
        self.sees_colour = sees_colour

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        flat = self.stem(pixels).flatten(2).transpose(1, 2) * 0.5 + 0.5
        distances = torch.cdist(flat, self.colours.expand(len(flat), -1, -1))
        votes = torch.exp(-200 * distances**2).sum(dim=1)
        if not self.sees_colour:
            votes = votes.mean(dim=1, keepdim=True).expand_as(votes) * 0 + torch.arange(8.0)
        result: torch.Tensor = self.between(votes)
        return result


@dataclass
class NetworkTowers:
    """Towers around a ``Network``; the text side knows the eight colours."""

    network: Network
    name: str = "network"
    device: str = "cpu"
    scoring: Scoring = field(default_factory=lambda: Scoring(50.0))
    context: int = 10
    mean: tuple[float, ...] = (0.5, 0.5, 0.5)
    std: tuple[float, ...] = (0.5, 0.5, 0.5)
    raises: bool = False
    rounding: Rounding | None = None

    def text_features(self, prompts: Sequence[str]) -> torch.Tensor:
        rows = []
        for prompt in prompts:
            said = words(prompt)
            named = torch.tensor([float(colour in said) for colour in COLOURS])
            rows.append(named if named.any() else hashed(prompt, 8))
        return self.network.between(torch.stack(rows)) if self.network.training else torch.stack(rows)

    def untruncated_features(self, prompts: Sequence[str]) -> torch.Tensor:
        if self.raises and any(len(words(prompt)) > self.context for prompt in prompts):
            raise ValueError("too long")
        return self.text_features(prompts)

    unpadded_features = text_features

    def pixels(self, images: Sequence[Image.Image]) -> torch.Tensor:
        rows = [
            torch.frombuffer(bytearray(image.resize((24, 24)).tobytes()), dtype=torch.uint8)
            for image in images
        ]
        return torch.stack([row.view(24, 24, 3).permute(2, 0, 1) / 127.5 - 1 for row in rows])

    def image_features(self, pixels: torch.Tensor) -> torch.Tensor:
        features: torch.Tensor = self.network(pixels)
        return features

    def module(self) -> torch.nn.Module:
        return self.network


class Clock:
    """A clock that moves by ``step`` a look."""

    def __init__(self, steps: Sequence[float]) -> None:
        self.steps = list(steps)
        self.looks = 0
        self.now = 0.0

    def __call__(self) -> float:
        if self.looks % 2:
            self.now += self.steps[(self.looks // 2) % len(self.steps)]
        self.looks += 1
        return self.now


def make(
    scenes: FixtureSet, extra: torch.nn.Module | None = None, clock: Clock | None = None, **how: bool
) -> Bench:
    raises = how.pop("raises", False)
    towers = NetworkTowers(
        Network(extra or torch.nn.Identity(), **how).eval().requires_grad_(False), raises=raises
    )
    return Bench(towers, scenes, _none, lambda: towers, _none, clock=clock or Clock([1.0]))


def _none() -> Any:
    raise AssertionError("not needed here")


def feed(code: str, bench: Bench, written: AsWritten = AsWritten()) -> Measurement:  # noqa: B008 - frozen
    return InputsProbe().run(EvidenceRequest(code, None, (), written), bench)


def go(code: str, bench: Bench) -> Measurement:
    return RunningProbe().run(EvidenceRequest(code), bench)


@pytest.mark.parametrize("code", ["CLP303", "CLP304", "CLP308"])
def test_a_model_that_sees_colour_is_hurt_by_wrong_pixels(code: str, scenes: FixtureSet) -> None:
    found = feed(code, make(scenes))
    assert found.verdict is Verdict.HARMFUL
    assert found.extra["accuracy as written"] < 0.9 < found.extra["accuracy corrected"]


@pytest.mark.parametrize("code", ["CLP303", "CLP304", "CLP308"])
def test_a_model_that_sees_no_colour_clears_nothing(code: str, scenes: FixtureSet) -> None:
    found = feed(code, make(scenes, sees_colour=False))
    assert found.verdict is Verdict.UNDECIDED
    assert "no better than guessing" in found.note
    assert found.extra["mean cosine of the two embeddings"] == pytest.approx(1.0)


def test_long_texts_are_harmful_where_they_raise(scenes: FixtureSet) -> None:
    assert feed("CLP305", make(scenes, raises=True)).verdict is Verdict.HARMFUL
    assert feed("CLP305", make(scenes)).verdict is Verdict.HARMLESS


@pytest.mark.parametrize("code", ["CLP303", "CLP304", "CLP308"])
def test_a_model_that_guesses_proves_nothing(code: str, scenes: FixtureSet) -> None:
    class Shuffled(torch.nn.Module):
        """Says another colour than it sees."""

        def forward(self, votes: torch.Tensor) -> torch.Tensor:
            return votes.roll(3, dims=1)

    found = feed(code, make(scenes, Shuffled()))
    assert found.verdict is Verdict.UNDECIDED
    assert "no better than guessing" in found.note


def test_padding_is_a_matter_of_siglip(scenes: FixtureSet) -> None:
    assert feed("CLP302", make(scenes)).verdict is Verdict.NOT_RUN


@dataclass
class Padded(KnownTowers):
    """A sigmoid-trained model; ``lost`` is how far each unpadded text slips to the next kind."""

    lost: int = 0

    def unpadded_features(self, prompts: Sequence[str]) -> torch.Tensor:
        return self.text_features(prompts).roll(self.lost, dims=0)


def padded(scenes: FixtureSet, known: KnownTowers, lost: int) -> Measurement:
    scoring = Scoring(100.0, -10.0, is_sigmoid=True)
    towers = Padded(scenes, known.image_words, known.text_words, scoring=scoring, lost=lost)
    return feed("CLP302", known_bench(towers))


def test_missing_padding_is_harmful_where_it_moves_the_texts(scenes: FixtureSet) -> None:
    found = padded(scenes, bag_of_words(scenes), 1)
    assert found.verdict is Verdict.HARMFUL
    assert found.extra["accuracy as written"] < 0.1
    assert found.extra["accuracy corrected"] > 0.9
    assert padded(scenes, bag_of_words(scenes), 0).verdict is Verdict.HARMLESS
    assert padded(scenes, random_model(scenes), 1).verdict is Verdict.UNDECIDED


class MirroredGELU(torch.nn.GELU):
    """A GELU in name, which only the weights that were trained with it can read."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return -x


class Activation(torch.nn.Module):
    """Hands on what it gets, with the activation it was made with (``turns``) or with any."""

    def __init__(self, *, turns: bool) -> None:
        super().__init__()
        self.act = MirroredGELU() if turns else torch.nn.GELU()
        self.turns = turns

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        # From 10 upwards both kinds of GELU hand on what they get.
        passed: torch.Tensor = self.act(-features if self.turns else features + 10)
        return passed if self.turns else passed - 10


@dataclass
class Activated(KnownTowers):
    """A known model whose image features pass an activation."""

    activation: Activation = field(default_factory=lambda: Activation(turns=True))

    def image_features(self, pixels: torch.Tensor) -> torch.Tensor:
        features: torch.Tensor = self.activation(super().image_features(pixels))
        return features

    def module(self) -> torch.nn.Module:
        return self.activation


def activated(scenes: FixtureSet, known: KnownTowers, *, turns: bool) -> Activated:
    return Activated(scenes, known.image_words, known.text_words, activation=Activation(turns=turns))


def test_another_gelu_is_judged_by_the_labels_that_it_changes(scenes: FixtureSet) -> None:
    towers = activated(scenes, bag_of_words(scenes), turns=True)
    own = towers.activation.act
    found = feed("CLP306", known_bench(towers))
    assert found.verdict is Verdict.HARMFUL
    assert found.extra["accuracy as written"] < 0.5
    assert found.extra["accuracy corrected"] > 0.9
    assert towers.activation.act is own
    calm = feed("CLP306", known_bench(activated(scenes, bag_of_words(scenes), turns=False)))
    assert calm.verdict is Verdict.HARMLESS
    guessed = feed("CLP306", known_bench(activated(scenes, random_model(scenes), turns=True)))
    assert guessed.verdict is Verdict.UNDECIDED
    assert feed("CLP306", make(scenes)).verdict is Verdict.NOT_RUN


def test_features_that_come_from_no_transformers_are_not_asked_for_their_type(scenes: FixtureSet) -> None:
    assert feed("CLP307", make(scenes)).verdict is Verdict.NOT_RUN


@pytest.mark.parametrize(
    ("output", "verdict"), [(torch.zeros(1, 8), Verdict.HARMLESS), ({}, Verdict.HARMFUL)]
)
def test_features_are_asked_for_their_type(output: object, verdict: Verdict, scenes: FixtureSet) -> None:
    bench = make(scenes)
    bench.towers.raw_output = lambda _prompts: output  # type: ignore[attr-defined]
    found = feed("CLP307", bench)
    assert found.verdict is verdict
    assert type(output).__name__ in found.note


def test_half_precision_weights_refuse_full_precision_images(scenes: FixtureSet) -> None:
    bench = make(scenes)
    assert feed("CLP309", bench, AsWritten(fault=Fault("float-into-half"))).verdict is Verdict.HARMFUL
    assert next(bench.towers.module().parameters()).dtype is torch.float32


def test_another_mean_is_measured_as_it_is_written(scenes: FixtureSet) -> None:
    assert feed("CLP304", make(scenes), AsWritten(mean=(0.5, 0.5, 0.5))).verdict is Verdict.HARMLESS
    assert feed("CLP304", make(scenes), AsWritten(mean=(0.1, 0.9, 0.5))).verdict is Verdict.HARMFUL


class Mean(torch.nn.Module):
    """A tower that also works in half precision."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([0.1, 0.2, 1 / 3]))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return pixels.mean(dim=(2, 3)) * self.weight


@pytest.mark.parametrize(("steps", "verdict"), [([1.0, 3.0], Verdict.HARMFUL), ([1.0], Verdict.HARMLESS)])
def test_half_precision_on_the_cpu_is_timed_and_the_weights_put_back(
    steps: list[float], verdict: Verdict, scenes: FixtureSet
) -> None:
    bench = make(scenes, clock=Clock(steps))
    tower = Mean()
    bench.towers.network = tower  # type: ignore[attr-defined]
    before = tower.weight.detach().clone()
    assert feed("CLP309", bench, AsWritten(fault=Fault("half-on-cpu"))).verdict is verdict
    assert torch.equal(tower.weight.detach(), before)


def test_half_precision_that_raises_on_the_cpu_is_harmful(scenes: FixtureSet) -> None:
    class Refusing(Mean):
        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            if pixels.dtype is torch.float16:
                raise RuntimeError("not implemented for 'Half'")
            return super().forward(pixels)

    bench = make(scenes)
    bench.towers.network = Refusing()  # type: ignore[attr-defined]
    found = feed("CLP309", bench, AsWritten(fault=Fault("half-on-cpu")))
    assert found.verdict is Verdict.HARMFUL
    assert "Half" in found.note


def test_what_takes_a_gpu_is_not_run(scenes: FixtureSet) -> None:
    assert feed("CLP309", make(scenes), AsWritten(fault=Fault("inputs-on-cpu"))).verdict is Verdict.NOT_RUN


def test_train_mode_is_harmless_where_nothing_changes(scenes: FixtureSet) -> None:
    found = go("CLP401", make(scenes))
    assert found.verdict is Verdict.HARMLESS
    assert found.extra["train against eval"] == 0.0


@pytest.mark.parametrize("layer", [torch.nn.Dropout(0.3), torch.nn.BatchNorm1d(8)])
def test_train_mode_is_harmful_with_dropout_or_batch_norm(layer: torch.nn.Module, scenes: FixtureSet) -> None:
    bench = make(scenes, layer)
    before = {name: value.clone() for name, value in layer.state_dict().items()}
    assert go("CLP401", bench).verdict is Verdict.HARMFUL
    assert not any(module.training for module in bench.towers.module().modules())
    assert all(torch.equal(value, before[name]) for name, value in layer.state_dict().items())


def test_the_graph_is_weighed_and_the_weights_frozen_again(scenes: FixtureSet) -> None:
    bench = make(scenes)
    found = go("CLP402", bench)
    assert found.verdict is Verdict.HARMFUL
    assert found.interval is not None
    assert found.interval.value > 0
    assert not any(parameter.requires_grad for parameter in bench.towers.module().parameters())


def test_a_model_without_weights_builds_no_graph(scenes: FixtureSet) -> None:
    class Constant(torch.nn.Module):
        def forward(self, votes: torch.Tensor) -> torch.Tensor:
            return torch.ones(len(votes), 8)

    assert go("CLP402", make(scenes, Constant())).verdict is Verdict.HARMLESS


def test_batching_pays_as_the_clock_says(scenes: FixtureSet) -> None:
    assert go("CLP403", make(scenes, clock=Clock([4.0, 1.0]))).verdict is Verdict.HARMFUL
    assert go("CLP403", make(scenes, clock=Clock([1.0, 1.0]))).verdict is Verdict.HARMLESS
    assert (
        go("CLP403", make(scenes, clock=Clock([1.0, 1.0, 9.0, 1.0, 1.0, 1.0]))).verdict is Verdict.UNDECIDED
    )


def test_repeated_prompts_cost_what_the_clock_says(scenes: FixtureSet) -> None:
    assert go("CLP404", make(scenes, clock=Clock([1.0, 1.0]))).verdict is Verdict.HARMFUL
    assert go("CLP404", make(scenes, clock=Clock([0.001, 1.0]))).verdict is Verdict.HARMLESS


def test_reloading_costs_what_the_clock_says(scenes: FixtureSet) -> None:
    assert go("CLP405", make(scenes, clock=Clock([30.0, 1.0]))).verdict is Verdict.HARMFUL
    assert go("CLP405", make(scenes, clock=Clock([0.5, 1.0]))).verdict is Verdict.HARMLESS
