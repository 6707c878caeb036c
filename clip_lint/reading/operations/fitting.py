"""Whether what a model is given has its precision and stands on its device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.core.checkpoint import Checkpoint
from clip_lint.reading.facts import Mixed
from clip_lint.reading.operations.moving import GPU_IF_ANY

if TYPE_CHECKING:
    from clip_lint.reading.interpreter.state import Run
    from clip_lint.reading.values import Model, Pixels, Site, Tokens


MODEL_ON_CPU = "model-on-cpu"


def check_fit(run: Run, model: Model, pixels: Pixels | None, site: Site) -> None:
    """Record pixels whose precision or device the model cannot take."""
    if model.dtype == "float16" and model.device == "cpu" and model.load is not None:
        run.record(Mixed(model.load, "half-on-cpu", model), model.load)
    if pixels is not None and pixels.device.startswith("cuda") and _is_left(run, model):
        run.record(Mixed(site, MODEL_ON_CPU, model), site)
    if pixels is None or pixels.by is None or any(frame.autocast for frame in run.frames):
        return
    is_elsewhere = model.device.startswith("cuda") and not (
        model.device == GPU_IF_ANY and pixels.is_of_loader
    )
    if is_elsewhere and pixels.device == "":
        run.record(Mixed(site, "inputs-on-cpu", model), site)
    elif (
        model.dtype in {"float16", "bfloat16"}
        and pixels.dtype == ""
        and run.libraries.of(model.checkpoint.library).own_precision
    ):
        run.record(Mixed(site, "float-into-half", model), site)


def _is_left(run: Run, model: Model) -> bool:
    """Whether a model is where its library left it, on the CPU, as far as the way to here goes."""
    is_known = model.load is not None and not model.device and model.parallel is None
    return is_known and run.libraries.of(model.checkpoint.library).stays_on_cpu and not run.in_framework()


def check_tokens(run: Run, model: Model, tokens: Tokens | None, site: Site) -> None:
    """Record token ids that were never moved to the model's device."""
    if tokens is None or tokens.by is None or tokens.by.checkpoint == Checkpoint() or tokens.is_of_batch:
        return
    if model.device.startswith("cuda") and tokens.device == "" and tokens.site is not None:
        run.record(Mixed(site, "inputs-on-cpu", model), site)
