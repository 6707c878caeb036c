"""CLP309: precision or device mixes that fail or lose precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.checks.running.model_use import uses
from clip_lint.core.evidence import AsWritten, Fault
from clip_lint.core.finding import Severity
from clip_lint.reading.operations.moving import GPU_IF_ANY
from clip_lint.reading.values import Tristate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Encode, Facts
    from clip_lint.reading.values import Model, Pixels, Site, Tokens


_MIXED = {
    Fault.HALF_ON_CPU: (
        Severity.NOTE,
        "the model runs in float16 on the CPU: often slower than in float32, and less precise (old versions of PyTorch raise an error)",
        "keep float32 on the CPU; use half precision on the GPU only",
    ),
    Fault.OPTIMIZER_ON_HALF: (
        Severity.WARNING,
        "the optimizer updates float16 weights (`clip.load` gives those on CUDA): small updates are rounded away, the loss may become NaN, and `GradScaler` refuses such weights with an error",
        "call `model.float()` before making the optimizer; autocast may then still run the forward pass in half precision",
    ),
    Fault.INPUTS_ON_CPU: (
        Severity.ERROR,
        "the model is on the GPU and these inputs were never moved there: this raises a device error",
        "move the inputs to the model's device: `inputs.to(device)`",
    ),
    Fault.MODEL_ON_CPU: (
        Severity.WARNING,
        "these inputs go to the GPU and the model was never moved there, as its loader leaves it on the CPU: where there is a GPU, this raises a device error",
        "move the model as well: `model.to(device)`",
    ),
    Fault.FLOAT_INTO_HALF: (
        Severity.ERROR,
        "float32 pixels go into a {dtype} model: this raises a dtype error",
        "give the inputs the model's precision: `inputs.to(device, dtype=torch.{dtype})`",
    ),
}

_WHERE_THERE_IS_A_GPU = (
    Severity.WARNING,
    "the model is on the GPU where there is one and these inputs were never moved there: there, this raises a device error",
)


@check("CLP309")
def dtype_device_mismatch(facts: Facts) -> Iterator[Finding]:
    """Precision or device mixes that fail or lose precision."""
    yield from _left_behind(facts)
    for mixed in facts.mixed:
        fault = Fault(mixed.kind)
        is_trained = fault is Fault.OPTIMIZER_ON_HALF
        if is_trained and mixed.model.load is not None and _learns_nothing(mixed.model.load, facts):
            continue  # only a head on top learns
        severity, message, advice = _MIXED[fault]
        if fault is Fault.INPUTS_ON_CPU and mixed.model.device == GPU_IF_ANY:
            severity, message = _WHERE_THERE_IS_A_GPU
        site = mixed.model.load if is_trained and mixed.model.load is not None else mixed.site
        yield report(
            "CLP309",
            site,
            severity=severity,
            message=message.format(dtype=mixed.model.dtype),
            help=advice.format(dtype=mixed.model.dtype),
            related=[(mixed.model.load, "the model is loaded here"), (mixed.site, "used here")],
            checkpoint=mixed.model.checkpoint,
            written=AsWritten(fault=fault),
            group=_of_one_load(mixed.model, fault),
        )


def _learns_nothing(load: Site, facts: Facts) -> bool:
    """Whether no gradient reaches a model: its weights are frozen, or it runs without them wherever it does."""
    runs = [encode.grad for encode in facts.encodes if uses(encode, load.key)]
    return load.key in facts.frozen or (bool(runs) and all(grad is Tristate.NO for grad in runs))


def _of_one_load(model: Model, fault: Fault) -> str:
    """What all places share that one model makes fail in the same way: where it is loaded, as it is."""
    if model.load is None:
        return ""
    place = model.load.place
    return f"{fault.value}:{place.path}:{place.cell}:{place.start}"


def _left_behind(facts: Facts) -> Iterator[Finding]:
    """Of pictures and texts for one model, those that stay on the CPU while the others are moved."""
    told = {mixed.site for mixed in facts.mixed}
    moved_at_all = [each for each in facts.encodes if _is_moved(each)]
    for encode in facts.encodes if moved_at_all else ():
        if encode.site in told or not (_stays(encode.pixels) or _stays_as_text(encode.tokens)):
            continue
        other = next((each for each in moved_at_all if _is_moved_for(each, encode)), None)
        if other is None:
            continue
        told.add(encode.site)
        left, moved = ("pictures", "texts") if _stays(encode.pixels) else ("texts", "pictures")
        yield report(
            "CLP309",
            encode.site,
            message=f"the {moved} for this model are moved to its device and these {left} stay on the CPU: where the model"
            " is on a GPU, this raises a device error",
            help="move these inputs too: `inputs.to(device)`",
            related=[
                (encode.model.load, "the model is loaded here"),
                (other.site, f"the {moved} are moved for this"),
            ],
            checkpoint=encode.model.checkpoint,
            written=AsWritten(fault=Fault.INPUTS_ON_CPU),
            group=_of_one_load(encode.model, Fault.INPUTS_ON_CPU),
        )


def _is_moved(encode: Encode) -> bool:
    """Whether pixels or tokens are put on some device, if only one that is not known."""
    inputs = (encode.pixels, encode.tokens)
    return any(each is not None and each.by is not None and bool(each.device) for each in inputs)


def _is_moved_for(other: Encode, encode: Encode) -> bool:
    """Whether one encoding's inputs of the other kind are moved to where the model is, and this one's stay behind."""
    model = encode.model
    if model.load is None or other.model.load != model.load or not _may_be_on_gpu(model):
        return False
    if _stays(encode.pixels) and other.tokens is not None and other.tokens.by is not None:
        is_put_there = encode.pixels is not None and bool(encode.pixels.device)
        return other.tokens.device == "cuda" or (other.tokens.device == "?" and not is_put_there)
    if _stays_as_text(encode.tokens) and other.pixels is not None and other.pixels.by is not None:
        return other.pixels.device == "?" or other.pixels.device.startswith("cuda")
    return False


def _may_be_on_gpu(model: Model) -> bool:
    return model.device == "?" or model.device.startswith("cuda") or model.dtype == "float16-on-cuda"


def _stays(pixels: Pixels | None) -> bool:
    """Whether preprocessed pixels surely stay on the CPU: those of a loader may be moved by whoever drives it."""
    return (
        pixels is not None
        and pixels.by is not None
        and not pixels.is_of_loader
        and pixels.device in {"", "cpu"}
    )


def _stays_as_text(tokens: Tokens | None) -> bool:
    return (
        tokens is not None
        and tokens.by is not None
        and tokens.by.checkpoint.library is not None
        and not tokens.is_of_batch
        and not tokens.device
    )
