"""CLP309: precision or device mixes that fail or lose precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.core.evidence import AsWritten, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


_MIXED = {
    Fault.HALF_ON_CPU: (
        "half precision on the CPU: many operations are missing or slow there, and precision is lost",
        "keep float32 on the CPU; use half precision on the GPU only",
    ),
    Fault.OPTIMIZER_ON_HALF: (
        "the optimizer updates float16 weights (`clip.load` gives those on CUDA): small updates vanish and training diverges",
        "call `model.float()` first, or train with autocast",
    ),
    Fault.INPUTS_ON_CPU: (
        "the model is on the GPU and these inputs were never moved there: this raises a device error",
        "move the inputs too: `inputs.to(model.device)`",
    ),
    Fault.FLOAT_INTO_HALF: (
        "float32 pixels go into a half-precision model: this raises a dtype error",
        "move the inputs too: `inputs.to(device, dtype=model.dtype)`",
    ),
}


@check("CLP309")
def dtype_device_mismatch(facts: Facts) -> Iterator[Finding]:
    """Precision or device mixes that fail or lose precision."""
    for mixed in facts.mixed:
        fault = Fault(mixed.kind)
        is_trained = fault is Fault.OPTIMIZER_ON_HALF
        if is_trained and mixed.model.load is not None and mixed.model.load.key in facts.frozen:
            continue  # only a head on top learns
        message, advice = _MIXED[fault]
        site = mixed.model.load if is_trained and mixed.model.load is not None else mixed.site
        yield report(
            "CLP309",
            site,
            message=message,
            help=advice,
            related=[(mixed.model.load, "the model is loaded here"), (mixed.site, "used here")],
            checkpoint=mixed.model.checkpoint,
            written=AsWritten(fault=fault),
        )
