"""CLP401-405: what it costs, or changes, to run the model as the code runs it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from clip_lint.core.evidence import TIMED, Interval, Verdict
from clip_lint.verify.measuring import Measurement, not_run
from clip_lint.verify.statistics import happens, mean_interval, ratio_interval
from clip_lint.verify.towers import unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.measuring import Bench

_IMAGES = 16
_FEW = 4
_ROUNDS = 5
_FEWER_ROUNDS = 3
_SAME = 1e-6
"""Embeddings whose largest difference is below this are the same in float32."""


@contextlib.contextmanager
def _training(model: torch.nn.Module) -> Iterator[None]:
    """Train mode for a while; buffers such as running means are put back."""
    buffers = {name: value.clone() for name, value in model.named_buffers()}
    modes = [(module, module.training) for module in model.modules()]
    model.train()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode
        with torch.no_grad():
            for name, value in model.named_buffers():
                value.copy_(buffers[name])


def _images(bench: Bench, code: str = "") -> int:
    if bench.is_slow:
        return 1 if code == "CLP402" else _FEW
    return _IMAGES


def _sample(bench: Bench) -> torch.Tensor:
    return bench.towers.pixels(bench.fixtures.images[: _images(bench)])


def _rounds(bench: Bench) -> int:
    return _FEWER_ROUNDS if bench.is_slow else _ROUNDS


def _train_mode(_request: EvidenceRequest, bench: Bench) -> Measurement:
    """CLP401: the same images twice in train mode, and once in eval mode."""
    pixels = _sample(bench)
    prompts = [f"a photo of a {kind}" for kind in bench.fixtures.kinds[:_IMAGES]]
    towers = bench.towers
    with torch.inference_mode():
        calm = [unit(towers.image_features(pixels)), unit(towers.text_features(prompts))]
        with _training(towers.module()):
            first = [unit(towers.image_features(pixels)), unit(towers.text_features(prompts))]
            second = [unit(towers.image_features(pixels)), unit(towers.text_features(prompts))]
    between = max(float((a - b).abs().max()) for a, b in zip(first, second, strict=True))
    off = max(float((a - b).abs().max()) for a, b in zip(first, calm, strict=True))
    largest = max(between, off)
    layers = sum(
        isinstance(module, (torch.nn.Dropout, torch.nn.modules.batchnorm._BatchNorm))  # noqa: SLF001 (the base class has no public name)
        and getattr(module, "p", 1) > 0
        for module in towers.module().modules()
    )
    return Measurement(
        Verdict.HARMFUL if largest > _SAME else Verdict.HARMLESS,
        len(pixels) + len(prompts),
        "largest difference of an embedding's number between train and eval mode or two passes",
        Interval(largest, largest, largest),
        note=f"{layers} dropout or batch norm layers",
        alternative=0.0,
        alternative_name="in eval mode",
        extra={"between two passes": between, "train against eval": off},
    )


def _timed(bench: Bench, work: Callable[[], object]) -> float:
    started = bench.clock()
    work()
    return bench.clock() - started


def _gradients(_request: EvidenceRequest, bench: Bench) -> Measurement:
    """CLP402: what the graph holds in memory, in bytes that autograd saves."""
    # The graph of many images of a large model would take more memory than the model.
    pixels = _sample(bench)[: _images(bench, "CLP402")]
    model = bench.towers.module()
    # The loader freezes the weights; the code under test does not.
    frozen = [parameter for parameter in model.parameters() if not parameter.requires_grad]
    kept: dict[int, int] = {}
    own = {parameter.data_ptr() for parameter in model.parameters()}

    def note(tensor: torch.Tensor) -> torch.Tensor:
        if tensor.data_ptr() not in own:
            kept[tensor.data_ptr()] = max(kept.get(tensor.data_ptr(), 0), tensor.untyped_storage().nbytes())
        return tensor

    try:
        for parameter in frozen:
            parameter.requires_grad_(True)
        with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
            features = bench.towers.image_features(pixels)
        has_graph = features.requires_grad
        del features
        rounds = 1 if bench.is_slow else _ROUNDS  # the times are told and decide nothing
        slow = [_timed(bench, lambda: bench.towers.image_features(pixels)) for _ in range(rounds)]
        with torch.no_grad():
            fast = [_timed(bench, lambda: bench.towers.image_features(pixels)) for _ in range(rounds)]
    finally:
        for parameter in frozen:
            parameter.requires_grad_(False)
    megabytes = sum(kept.values()) / len(pixels) / 1e6
    return Measurement(
        Verdict.HARMFUL if has_graph and megabytes > 0 else Verdict.HARMLESS,
        len(pixels),
        "megabytes that the graph keeps an image",
        Interval(megabytes, megabytes, megabytes),
        alternative=0.0,
        alternative_name="megabytes under no_grad",
        extra={"seconds a batch with graph": min(slow), "seconds a batch without": min(fast)},
    )


def _one_by_one(_request: EvidenceRequest, bench: Bench) -> Measurement:
    """CLP403: images one at a time against one batch."""
    pixels = _sample(bench)
    rounds: list[tuple[float, float]] = []
    singles = [pixels[i : i + 1] for i in range(len(pixels))]
    with torch.inference_mode():
        bench.towers.image_features(pixels)
        for _ in range(_rounds(bench)):
            single = _timed(bench, lambda: [bench.towers.image_features(part) for part in singles])
            batched = _timed(bench, lambda: bench.towers.image_features(pixels))
            rounds.append((single, batched))
    interval = ratio_interval(rounds)
    return Measurement(
        happens(interval, 1.1),
        len(pixels),
        f"times longer one by one than in a batch of {len(pixels)} (geometric mean of {_rounds(bench)} rounds)",
        interval,
        extra={"images a second one by one": len(pixels) / max(min(single for single, _ in rounds), 1e-9)},
        alternative=len(pixels) / max(min(batched for _, batched in rounds), 1e-9),
        alternative_name="images a second in a batch",
    )


def _repeated_prompts(request: EvidenceRequest, bench: Bench) -> Measurement:
    """CLP404: the same prompts encoded again for every image."""
    pixels = _sample(bench)
    prompts = request.prompts or tuple(f"a photo of a {kind}" for kind in bench.fixtures.kinds)
    shares: list[float] = []
    with torch.inference_mode():
        bench.towers.image_features(pixels[:1])
        bench.towers.text_features(prompts)
        for _ in range(_rounds(bench)):
            text = _timed(bench, lambda: bench.towers.text_features(prompts))
            image = _timed(bench, lambda: bench.towers.image_features(pixels[:1]))
            shares.append(text / max(text + image, 1e-9))
    interval = mean_interval(shares)
    return Measurement(
        happens(interval, 0.05),
        _rounds(bench),
        f"share of the time for an image that goes into its {len(prompts)} prompts",
        interval,
        alternative=0.0,
        alternative_name="share with the prompts encoded once",
    )


def _reloading(_request: EvidenceRequest, bench: Bench) -> Measurement:
    """CLP405: loading the model once more for each image."""
    pixels = _sample(bench)[:1]
    bench.afford(_rounds(bench) * (bench.loading + bench.pace))
    rounds: list[tuple[float, float]] = []
    with torch.inference_mode():
        bench.towers.image_features(pixels)
        for _ in range(_rounds(bench)):
            load = _timed(bench, bench.reload)
            forward = _timed(bench, lambda: bench.towers.image_features(pixels))
            rounds.append((load, forward))
    interval = ratio_interval(rounds)
    return Measurement(
        happens(interval, 1.0),
        len(rounds),
        f"times as long to load the model as to encode an image (geometric mean of {_rounds(bench)} rounds)",
        interval,
    )


_MEASURES: dict[str, Callable[[EvidenceRequest, Bench], Measurement]] = {
    "CLP401": _train_mode,
    "CLP402": _gradients,
    "CLP403": _one_by_one,
    "CLP404": _repeated_prompts,
    "CLP405": _reloading,
}


_PASSES = {"CLP401": 3, "CLP402": 3, "CLP403": 2 * _FEWER_ROUNDS + 1}
"""How often the images are encoded, at least."""


@dataclass(frozen=True)
class RunningProbe:
    """What the cost or the change is, on this machine."""

    name: str = "running"
    version: int = 2
    codes: tuple[str, ...] = tuple(_MEASURES)

    def run(self, request: EvidenceRequest, bench: Bench) -> Measurement:
        """Run the model both ways."""
        if not bench.fixtures.pictures:
            return not_run("no fixture images to run on")
        if bench.towers.rounding is not None and request.code in TIMED:
            return not_run(
                f"what takes time is timed in float32, not in {bench.towers.rounding.precision}: leave --budget out"
            )
        bench.afford(_PASSES.get(request.code, 0) * bench.pace * _images(bench, request.code))
        return _MEASURES[request.code](request, bench)
