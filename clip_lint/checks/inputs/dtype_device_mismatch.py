"""CLP309: precision or device mixes that fail or lose precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clip_lint.checks.report import report
from clip_lint.checks.rule import check
from clip_lint.core.evidence import AsWritten, Fault
from clip_lint.core.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clip_lint.core.finding import Finding
    from clip_lint.reading.facts import Facts


_MIXED = {
    Fault.HALF_ON_CPU: (
        Severity.NOTE,
        "half precision on the CPU: it runs, several times slower than float32, and loses precision",
        "keep float32 on the CPU; use half precision on the GPU only",
    ),
    Fault.OPTIMIZER_ON_HALF: (
        Severity.WARNING,
        "the optimizer updates float16 weights (`clip.load` gives those on CUDA): small updates vanish, and a gradient scaler refuses them",
        "call `model.float()` before making the optimizer; autocast may then still run the forward pass in half precision",
    ),
    Fault.INPUTS_ON_CPU: (
        Severity.ERROR,
        "the model is on the GPU and these inputs were never moved there: this raises a device error",
        "move the inputs to the model's device: `inputs.to(device)`",
    ),
    Fault.FLOAT_INTO_HALF: (
        Severity.ERROR,
        "float32 pixels go into a half-precision model: this raises a dtype error",
        "give the inputs the model's precision: `inputs.to(device, dtype=torch.float16)`",
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
        severity, message, advice = _MIXED[fault]
        site = mixed.model.load if is_trained and mixed.model.load is not None else mixed.site
        yield report(
            "CLP309",
            site,
            severity=severity,
            message=message,
            help=advice,
            related=[(mixed.model.load, "the model is loaded here"), (mixed.site, "used here")],
            checkpoint=mixed.model.checkpoint,
            written=AsWritten(fault=fault),
        )
