"""Pixels and weights of unlike precision: CLP309."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from clip_lint.core.evidence import Fault, Interval, Verdict
from clip_lint.verify.measuring import Measurement, not_run
from clip_lint.verify.statistics import happens, ratio_interval

if TYPE_CHECKING:
    from clip_lint.core.evidence import EvidenceRequest
    from clip_lint.verify.measuring import Bench


def half(request: EvidenceRequest, bench: Bench) -> Measurement:
    """CLP309: the first layer in half precision with images in full precision, or the whole model in half on the CPU."""
    fault = request.written.fault or Fault.FLOAT_INTO_HALF
    if fault is Fault.HALF_ON_CPU:
        return _half_on_cpu(bench)
    if fault is not Fault.FLOAT_INTO_HALF:
        return not_run("this takes a GPU or an optimizer, which the probe has not")
    convolution = next((p for p in bench.towers.module().parameters() if p.ndim == 4), None)
    pixels = bench.towers.pixels(bench.fixtures.images[:1])
    if convolution is None or pixels.ndim != 4:
        return not_run(f"{bench.towers.name} does not begin with a convolution over pixels")
    try:
        with torch.inference_mode():
            torch.nn.functional.conv2d(pixels.float().to(convolution.device), convolution.detach().half())
    except RuntimeError as error:
        return Measurement(
            Verdict.HARMFUL,
            1,
            "half-precision weights with images in float32 raise (1 yes, 0 no)",
            Interval(1.0, 1.0, 1.0),
            note=str(error).splitlines()[0][:120],
        )
    return Measurement(
        Verdict.HARMLESS,
        1,
        "half-precision weights with images in float32 raise (1 yes, 0 no)",
        Interval(0.0, 0.0, 0.0),
    )


def _half_on_cpu(bench: Bench) -> Measurement:
    """The image tower in float16 on the CPU: does it run, and how much longer."""
    if bench.towers.device != "cpu":
        return not_run(f"the models run on {bench.towers.device} here, the finding is about the CPU")
    if bench.towers.rounding is not None:
        return not_run(f"the model was loaded in {bench.towers.rounding.precision}: leave --budget out")
    pixels = bench.towers.pixels(bench.fixtures.images[: 4 if bench.is_slow else 16])
    module = bench.towers.module()
    kept = {name: value.clone() for name, value in module.state_dict().items()}
    seconds: dict[str, list[float]] = {"half": [], "single": []}
    try:
        with torch.inference_mode():
            for precision in ("single", "half") * 3:
                module.to(torch.float16 if precision == "half" else torch.float32)
                own = pixels.to(torch.float16 if precision == "half" else torch.float32)
                started = bench.clock()
                bench.towers.image_features(own)
                seconds[precision].append(bench.clock() - started)
    except RuntimeError as error:
        return Measurement(
            Verdict.HARMFUL,
            1,
            "the model in float16 on the CPU raises (1 yes, 0 no)",
            Interval(1.0, 1.0, 1.0),
            note=str(error).splitlines()[0][:120],
        )
    finally:
        module.to(torch.float32)
        module.load_state_dict(kept)
    interval = ratio_interval(list(zip(seconds["half"], seconds["single"], strict=True)))
    return Measurement(
        happens(interval, 1.1),
        len(pixels),
        "times as long in float16 as in float32 on the CPU (geometric mean of 3 rounds)",
        interval,
        extra={"seconds in float16": min(seconds["half"]), "seconds in float32": min(seconds["single"])},
    )
